"""The reader of compact JWS accepts the form of RFC 7515, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.builders import a_header, a_payload, an_auth_token, to_json
from trigpoint.base.base64url import encode_base64url
from trigpoint.credentials import jws
from trigpoint.credentials.jws import (
    DEPTH_LIMIT,
    ENCODING,
    FORM,
    HEADER,
    PARTS,
    PAYLOAD,
    SIZE,
    SIZE_LIMIT,
    MalformedError,
    UnverifiedJws,
    decode_base64url,
    read_jws,
)

EMPTY = encode_base64url(b"{}")


def token_of(payload: bytes = b"{}", header: bytes = b"{}", signature: str = "") -> str:
    return f"{encode_base64url(header)}.{encode_base64url(payload)}.{signature}"


def refuse(token: str) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        read_jws(token)
    return caught.value


def test_a_token_is_read_without_change() -> None:
    token = an_auth_token()
    jws = read_jws(token)
    assert jws.header == a_header()
    assert jws.payload == a_payload()
    assert jws.signing_input == token.rpartition(".")[0].encode()
    assert encode_base64url(jws.signature) == token.rpartition(".")[2]


def test_8192_characters_are_read_and_one_more_is_not() -> None:
    payload = encode_base64url(b'{"note":"' + b"x" * 6000 + b'"}')
    signature = "A" * (SIZE_LIMIT - len(f"{EMPTY}.{payload}."))
    assert len(signature) % 4 != 1, "a length that base64url can have"
    token = f"{EMPTY}.{payload}.{signature}"
    assert len(token) == SIZE_LIMIT
    assert set(read_jws(token).signature) == {0}
    error = refuse(token + "A")
    assert error.check == SIZE
    assert error.detail == "The token has 8,193 characters; the limit is 8,192."


@pytest.mark.parametrize("parts", [1, 2, 4, 5])
def test_a_token_has_three_parts(parts: int) -> None:
    error = refuse(".".join([EMPTY] * parts))
    assert error.check == PARTS
    assert f"{parts} part" in error.detail or "one part" in error.detail


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("e30=", "TOKEN_PADDED"),
        ("e30==", "TOKEN_PADDED"),
        ("e30\n", "TOKEN_NOT_BASE64URL"),
        ("e 30", "TOKEN_NOT_BASE64URL"),
        (" e30", "TOKEN_NOT_BASE64URL"),
        ("e+/0", "TOKEN_NOT_BASE64URL"),
        ("e30e3", "TOKEN_NOT_BASE64URL"),
        ("e3=0", "TOKEN_NOT_BASE64URL"),
        ("e31", "TOKEN_NOT_CANONICAL"),
        ("e3B", "TOKEN_NOT_CANONICAL"),
        ("e30\x00", "TOKEN_NOT_BASE64URL"),
        ("e30é", "TOKEN_NOT_BASE64URL"),
        ("e30\ud800", "TOKEN_NOT_BASE64URL"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_each_part_is_canonical_base64url(place: int, part: str, code: str) -> None:
    parts = [EMPTY, EMPTY, EMPTY]
    parts[place] = part
    error = refuse(".".join(parts))
    assert error.check == ENCODING
    assert error.reason.code == code


@given(st.binary(max_size=200))
def test_base64url_is_read_back(raw: bytes) -> None:
    text = encode_base64url(raw)
    assert decode_base64url(text.encode(), "payload") == raw
    assert "=" not in text


@given(st.text(alphabet="ABQgwx09-_=+/ ", max_size=12))
def test_only_canonical_base64url_is_accepted(text: str) -> None:
    try:
        raw = decode_base64url(text.encode(), "payload")
    except MalformedError:
        return
    assert encode_base64url(raw) == text


def nested(levels: int) -> bytes:
    """An object whose brackets nest so deep."""
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


@pytest.mark.parametrize(("check", "name"), [(HEADER, "HEADER"), (PAYLOAD, "PAYLOAD")])
class TestBothObjects:
    """What holds for the header and for the payload alike."""

    def read(self, check: int, raw: bytes) -> dict[str, object]:
        jws = read_jws(token_of(header=raw) if check == HEADER else token_of(payload=raw))
        return jws.header if check == HEADER else jws.payload

    @pytest.mark.parametrize(
        ("raw", "ending"),
        [
            (b"", "NOT_JSON"),
            (b"{", "NOT_JSON"),
            (b"{} {}", "NOT_JSON"),
            (b"{'a':1}", "NOT_JSON"),
            (b'{"a":1,}', "NOT_JSON"),
            (b'{"a":NaN}', "NOT_JSON"),
            (b'{"a":Infinity}', "NOT_JSON"),
            (b'{"a":-Infinity}', "NOT_JSON"),
            (b'{"a":01}', "NOT_JSON"),
            (b'{"a":"\n"}', "NOT_JSON"),
            (b'{"a":"\x00"}', "NOT_JSON"),
            (b'{"a":' + b"9" * 4400 + b"}", "NOT_JSON"),
            (b"[]", "NOT_OBJECT"),
            (b"null", "NOT_OBJECT"),
            (b"1", "NOT_OBJECT"),
            (b'"e30"', "NOT_OBJECT"),
            (b"true", "NOT_OBJECT"),
            (b"\xef\xbb\xbf{}", "HAS_BOM"),
            (b"\xff\xfe{\x00}\x00", "NOT_UTF8"),
            (b'{"a":"\xed\xa0\x80"}', "NOT_UTF8"),
            (b'{"a":"\xc0\xaf"}', "NOT_UTF8"),
            (b'{"a":"\\ud800"}', "NOT_UTF8"),
            (b'{"\\udfff":1}', "NOT_UTF8"),
            (b'{"a":[{"b":"\\ud83d"}]}', "NOT_UTF8"),
            (b'{"a":1,"a":1}', "DUPLICATE_MEMBER"),
            (b'{"a":1,"\\u0061":2}', "DUPLICATE_MEMBER"),
            (b'{"b":{"a":1,"a":2}}', "DUPLICATE_MEMBER"),
            (b'{"b":[{"":1,"":2}]}', "DUPLICATE_MEMBER"),
            (nested(DEPTH_LIMIT + 1), "TOO_DEEP"),
            (b"[" * 128, "TOO_DEEP"),
            (b"[" * 6000, "TOO_MANY_PARTS"),
            (b'{"a":' * 800 + b"1" + b"}" * 800, "TOO_MANY_PARTS"),
            (b'{"a":[' + b"1," * 129 + b"1]}", "TOO_MANY_PARTS"),
        ],
    )
    def test_a_part_that_is_no_json_object_is_refused(self, check: int, name: str, raw: bytes, ending: str) -> None:
        with pytest.raises(MalformedError) as caught:
            self.read(check, raw)
        assert caught.value.reason.code == f"{name}_{ending}"
        assert caught.value.check == check
        assert FORM[check].lower().startswith(f"the {name.lower()}")

    @pytest.mark.parametrize(
        ("raw", "value"),
        [
            (b"{}", {}),
            (b' {"a" : 1 }\n', {"a": 1}),
            (b'{"a":"\\ud83d\\uddfa"}', {"a": "🗺"}),
            ('{"é":"🗺"}'.encode(), {"é": "🗺"}),
            (b'{"a":1,"A":2}', {"a": 1, "A": 2}),
            (b'{"a":{"b":1},"c":{"b":1}}', {"a": {"b": 1}, "c": {"b": 1}}),
            (b'{"a":"' + b"[" * 40 + b'"}', {"a": "[" * 40}),
            (b'{"a":"\\"' + b"[" * 40 + b'\\\\"}', {"a": '"' + "[" * 40 + "\\"}),
            (b'{"a":[' + b",".join([b"[]"] * 40) + b"]}", {"a": [[]] * 40}),
            (b'{"a":[' + b"1," * 128 + b"1]}", {"a": [1] * 129}),
            (b'{"a":1e400}', {"a": float("inf")}),
        ],
    )
    def test_an_object_is_read(self, check: int, name: str, raw: bytes, value: object) -> None:
        assert self.read(check, raw) == value, name

    def test_sixteen_levels_are_read_and_seventeen_are_not(self, check: int, name: str) -> None:
        assert self.read(check, nested(16))
        with pytest.raises(MalformedError) as caught:
            self.read(check, nested(17))
        assert caught.value.reason.code == f"{name}_TOO_DEEP"


def test_a_good_header_is_kept_when_the_payload_is_bad() -> None:
    assert refuse(token_of(header=to_json(a_header()), payload=b"[]")).header == a_header()


def read_or_refuse(token: str) -> UnverifiedJws | MalformedError:
    try:
        return read_jws(token)
    except MalformedError as error:
        return error


@given(st.text())
def test_no_text_crashes_the_reader(text: str) -> None:
    for token in (text, f"{text}.{text}.{text}", f"{EMPTY}.{EMPTY}.{text}"):
        told = read_or_refuse(token)
        assert isinstance(told, UnverifiedJws) or (told.reason.code and str(told))


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
def test_no_bytes_crash_the_reader(header: bytes, payload: bytes, signature: bytes) -> None:
    told = read_or_refuse(token_of(payload, header, encode_base64url(signature)))
    assert told.signature == signature if isinstance(told, UnverifiedJws) else told.check in {HEADER, PAYLOAD}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)
PECULIAR = [
    b'{"a":1,"a":2}', b'{"a":1,"\\u0061":2}', b'{"a":{"b":1,"b":1}}', b'{"a":1} ', b' {"a":1}', b'{"a": 1}', b'{"a":1}{}', b"[]",
    b'{"a":-0}', b'{"a":-0.0}', b'{"a":1e2}', b'{"a":1.0}', b'{"a":1E400}', b'{"a":0.1000000000000000055}', b'{"a":NaN}',
    b'{"a":100000000000000000000000000}', b'{"a":18446744073709551616}', b'{"a":1e22}', b'{"a":01}', b'{"a":"\\ud800"}',
    b'{"a":"\xed\xa0\x80"}', b'{"a":"\xff"}', b'\xef\xbb\xbf{"a":1}', b'{"a":"\x00"}', b'{"a":"\\/"}', b'{"a":"\\n\xc3\xa9\x7f"}',
    b'{"a":"\\u0001"}', b'{"a":"\\u001F"}', b'{"a":Infinity}', b'{"a":true,}', b'{"a":' + b"[" * 20 + b"]" * 20 + b"}",
    b'{"a":[' + b"0," * 130 + b"0]}", b'{"a":' + b"9" * 1001 + b"}", b'{"a":"' + b"x" * 900 + b'"}',
]  # fmt: skip


@given(JSON | st.sampled_from(PECULIAR), st.booleans(), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_the_fast_path_accepts_exactly_what_the_strict_reader_accepts(
    value: object, is_ascii: bool, separators: tuple[str, str]
) -> None:
    raw = value if isinstance(value, bytes) else None
    if raw is None:
        text = json.dumps({"iss": value}, ensure_ascii=is_ascii, separators=separators)
        raw = text.encode("utf-8", "surrogatepass")
    quick = read_or_refuse(token_of(raw))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jws, "_read_usual", lambda _raw: None)
        strict = read_or_refuse(token_of(raw))
    if isinstance(strict, UnverifiedJws):
        assert isinstance(quick, UnverifiedJws)
        assert repr(quick.payload) == repr(strict.payload)  # 1 is not 1.0, and 0.0 is not -0.0
    else:
        assert isinstance(quick, MalformedError)
        assert (quick.check, quick.reason, quick.detail) == (strict.check, strict.reason, strict.detail)


def test_a_usual_payload_takes_the_fast_path() -> None:
    usual = a_payload(origin="https://www.example.com")
    assert jws._read_usual(to_json(usual)) == usual
