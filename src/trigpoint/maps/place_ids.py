"""Place IDs: opaque identifiers with a checksum, the same after every import of the same thing.

An ID is `I` and 15 or 16 upper-case hexadecimal digits (contract §4.1) of a 64-bit word: 52 bits that identify the
thing, permuted so that neighbours do not look alike, then 12 bits of CRC. The CRC detects every single wrong digit and
every swap of two adjacent digits, so that malformed IDs are told from unknown ones without any data.
"""

import hashlib
import re
from array import array
from enum import IntEnum
from typing import NewType

import msgspec

from trigpoint.base.errors import InvalidError

PlaceId = NewType("PlaceId", str)

NUMBER_BITS = 49
_HALF_BITS = 26
_HALF_MASK = (1 << _HALF_BITS) - 1
_WORD_MASK = 0xFFFF_FFFF_FFFF_FFFF
_ROUND_KEYS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93)
_CRC_POLYNOMIAL = 0x80F
_CRC_BITS = 12
_CRC_TOP = 1 << (_CRC_BITS - 1)
_CRC_MASK = (1 << _CRC_BITS) - 1
_FORM = re.compile(r"I[0-9A-F]{15,16}")


class Source(IntEnum):
    """The source of the number in an ID."""

    NODE = 0
    WAY = 1
    RELATION = 2
    GEONAMES = 3
    POSTCODE = 4
    INTERPOLATION = 5
    COUNTRY = 6


SOURCES = tuple(Source)
"""The sources by their numbers. To call `Source` takes as long as the rest of making a reference."""


class PlaceRef(msgspec.Struct, frozen=True, gc=False):
    """What an ID identifies: an OpenStreetMap object, a GeoNames ID, or a thing with a number of our own."""

    source: Source
    number: int


_ADDRESS = 1 << NUMBER_BITS - 1


def address_ref(ref: PlaceRef) -> PlaceRef:
    """Return the reference of an OpenStreetMap object's address, which is another place than, say, the café there."""
    return PlaceRef(ref.source, ref.number | _ADDRESS) if ref.source <= Source.RELATION else ref


def split_address(ref: PlaceRef) -> tuple[PlaceRef, bool]:
    """Undo `address_ref`: return the object, and whether the reference was one of an address."""
    is_address = ref.source <= Source.RELATION and bool(ref.number & _ADDRESS)
    return (PlaceRef(ref.source, ref.number & ~_ADDRESS) if is_address else ref), is_address


def encode(ref: PlaceRef) -> PlaceId:
    """Encode an ID. Raises ValueError for a number outside 0 … 2⁴⁹-1, which no source has."""
    if not 0 <= ref.number < 1 << NUMBER_BITS:
        raise ValueError(f"A place's number must be at least 0 and below 2^{NUMBER_BITS}; got {ref.number}.")
    payload = _stir((ref.source << NUMBER_BITS) | ref.number)
    return PlaceId(f"I{payload << _CRC_BITS | _crc(payload):015X}")


def decode(unverified_id: str) -> PlaceRef:
    """Decode an ID. Raises InvalidError if it is malformed; does not check whether the thing exists."""
    if _FORM.fullmatch(unverified_id):
        word = int(unverified_id[1:], 16)
        payload = word >> _CRC_BITS
        if word & _CRC_MASK == _crc(payload) and f"I{word:015X}" == unverified_id:
            plain = _unstir(payload)
            source = plain >> NUMBER_BITS
            if source <= max(Source):
                return PlaceRef(Source(source), plain & ((1 << NUMBER_BITS) - 1))
    rule = "a place ID of this server: 'I' and 15 or 16 upper-case hexadecimal digits, copied whole"
    raise InvalidError("id", rule, example=encode(PlaceRef(Source.NODE, 1)), received=unverified_id)


def postcode_ref(country_code: str, post_code: str) -> PlaceRef:
    """Return the reference of a postal code without an object on the map. Spaces and case are ignored."""
    plain = f"{country_code}:{''.join(post_code.split())}".upper()
    digest = hashlib.blake2b(plain.encode(), digest_size=8).digest()
    return PlaceRef(Source.POSTCODE, int.from_bytes(digest) >> (64 - NUMBER_BITS))


def country_ref(country_code: str) -> PlaceRef:
    """Return the reference of a country by its ISO 3166-1 alpha-2 code."""
    return PlaceRef(Source.COUNTRY, int.from_bytes(country_code.upper().encode("ascii")))


def country_of(ref: PlaceRef) -> str:
    """Undo `country_ref`: return the code of the country."""
    return ref.number.to_bytes(2).decode("ascii", errors="replace")


def interpolation_ref(way_id: int, house_number: int) -> PlaceRef:
    """Return the reference of an interpolated house: 32 bits of its way's ID, 17 bits of its house number.

    Raises ValueError for a number that does not fit.
    """
    if not 0 <= way_id < 1 << 32 or not 0 <= house_number < 1 << 17:
        raise ValueError(f"Way {way_id} with house number {house_number} does not fit into a place ID.")
    return PlaceRef(Source.INTERPOLATION, way_id << 17 | house_number)


def _stir(plain: int) -> int:
    """Permute 52 bits by a Feistel network of four rounds. This is no encryption; it only makes IDs opaque."""
    left, right = plain >> _HALF_BITS, plain & _HALF_MASK
    for key in _ROUND_KEYS:  # what `_mix` does, which would be called four times for each ID
        product = (right + 1) * key & _WORD_MASK
        left, right = right, left ^ (product ^ product >> 29) >> 20 & _HALF_MASK
    return left << _HALF_BITS | right


def _unstir(stirred: int) -> int:
    left, right = stirred >> _HALF_BITS, stirred & _HALF_MASK
    for key in reversed(_ROUND_KEYS):
        left, right = right ^ _mix(left, key), left
    return left << _HALF_BITS | right


def _mix(half: int, key: int) -> int:
    product = (half + 1) * key & _WORD_MASK
    return (product ^ product >> 29) >> 20 & _HALF_MASK


def _crc(payload: int) -> int:
    """CRC-12 (polynomial 0x80F) of 52 bits written as 7 bytes, highest bit first, by tables: 8 bits, then 12 at a time."""
    register = _CRC_OF_FIRST[payload >> 48]
    register = _CRC_TABLE[register ^ payload >> 36 & _CRC_MASK]
    register = _CRC_TABLE[register ^ payload >> 24 & _CRC_MASK]
    register = _CRC_TABLE[register ^ payload >> 12 & _CRC_MASK]
    return _CRC_TABLE[register ^ payload & _CRC_MASK]


def _crc_after(register: int, bits: int) -> int:
    """Return the register after some bits, which were added to its highest ones."""
    for _ in range(bits):
        register = (register << 1) ^ (_CRC_POLYNOMIAL if register & _CRC_TOP else 0)
    return register & _CRC_MASK


def _crc_table() -> "array[int]":
    """Return the register after 12 bits, for each value of the register; a value's is the sum of those of its bits."""
    table = [0]
    for bit in range(_CRC_BITS):
        after = _crc_after(1 << bit, _CRC_BITS)
        table += [after ^ other for other in table]
    return array("H", table)


_CRC_OF_FIRST = tuple([_crc_after(_CRC_MASK ^ byte << 4, 8) for byte in range(16)])
"""The register after the first byte, of which 52 bits fill four."""

_CRC_TABLE = _crc_table()
