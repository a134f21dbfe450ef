"""A Place ID decodes to the object it was made from, and a wrong digit is detected."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.base.errors import InvalidError
from trigpoint.maps.place_ids import (
    NUMBER_BITS,
    PlaceRef,
    Source,
    address_ref,
    country_of,
    country_ref,
    decode,
    encode,
    interpolation_ref,
    postcode_ref,
    split_address,
)

refs = st.builds(PlaceRef, st.sampled_from(Source), st.integers(0, (1 << NUMBER_BITS) - 1))


@given(refs)
def test_an_id_decodes_to_the_object_it_was_made_from(ref: PlaceRef) -> None:
    place_id = encode(ref)
    assert re.fullmatch(r"I[0-9A-F]{15,16}", place_id)
    assert decode(place_id) == ref


@given(refs, st.data())
def test_one_wrong_digit_makes_an_id_malformed(ref: PlaceRef, data: st.DataObject) -> None:
    place_id = encode(ref)
    position = data.draw(st.integers(1, len(place_id) - 1))
    digit = data.draw(st.sampled_from([digit for digit in "0123456789ABCDEF" if digit != place_id[position]]))
    with pytest.raises(InvalidError, match="must be a place ID"):
        decode(place_id[:position] + digit + place_id[position + 1 :])


@given(refs, st.data())
def test_two_swapped_digits_make_an_id_malformed(ref: PlaceRef, data: st.DataObject) -> None:
    place_id = encode(ref)
    position = data.draw(st.integers(1, len(place_id) - 2))
    swapped = place_id[:position] + place_id[position + 1] + place_id[position] + place_id[position + 2 :]
    if swapped != place_id:
        with pytest.raises(InvalidError):
            decode(swapped)


@pytest.mark.parametrize("text", ["", "I", "I7C250D2CDCB364A", "42", "i7c250d2cdcb364a0", "I" + "0" * 40, "I0é", "🗺"])
def test_a_text_that_is_no_id_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        decode(text)
    assert decode(caught.value.example) == PlaceRef(Source.NODE, 1)
    assert caught.value.name == "id"


def test_a_lower_case_or_padded_id_is_malformed() -> None:
    place_id = encode(PlaceRef(Source.NODE, 7))
    for odd in (place_id.lower(), f" {place_id}", f"{place_id}\n", f"I0{place_id[1:]}"):
        with pytest.raises(InvalidError):
            decode(odd)


def test_ids_never_change() -> None:
    assert encode(PlaceRef(Source.NODE, 1)) == "I44DB04166AB43CD4"
    assert encode(country_ref("FI")) == "I472F3519436D6289"


def test_ids_of_consecutive_objects_look_different() -> None:
    heads = {encode(PlaceRef(Source.WAY, number))[:6] for number in range(200)}
    assert len(heads) > 195


@pytest.mark.parametrize("number", [-1, 1 << NUMBER_BITS])
def test_a_number_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="below 2\\^49"):
        encode(PlaceRef(Source.NODE, number))


def test_a_country_is_read_back_and_an_interpolated_house_fits_its_bits() -> None:
    assert country_of(decode(encode(country_ref("mc")))) == "MC"
    assert interpolation_ref(4_294_967_295, 131_071).number == 4_294_967_295 << 17 | 131_071
    with pytest.raises(ValueError, match="does not fit"):
        interpolation_ref(1, 131_072)


def test_the_address_of_an_object_has_another_id_than_the_object() -> None:
    node = PlaceRef(Source.NODE, 12_345)
    assert encode(address_ref(node)) != encode(node)
    assert split_address(decode(encode(address_ref(node)))) == (node, True)
    assert split_address(node) == (node, False)


def test_objects_with_our_own_numbers_have_the_id_of_their_address() -> None:
    postcode = PlaceRef(Source.POSTCODE, (1 << NUMBER_BITS) - 1)
    assert address_ref(postcode) == postcode
    assert split_address(postcode) == (postcode, False)


def test_a_postal_code_is_the_same_however_it_is_written() -> None:
    assert postcode_ref("GB", "SW1A 1AA") == postcode_ref("gb", "sw1a1aa")
    assert postcode_ref("FI", "00100") != postcode_ref("DE", "00100")
