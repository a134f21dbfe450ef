"""Contract §3 and §7.4: the error envelope and the answer of an exchange, byte for byte."""

from trigpoint.wire.errors import origin_failure, render_error
from trigpoint.wire.token import render_token


def test_not_authorized_is_apples_51_bytes() -> None:
    body = render_error("Not Authorized")
    assert body == b'{"error":{"message":"Not Authorized","details":[]}}'
    assert len(body) == 51


def test_details_are_sentences_in_order() -> None:
    body = render_error("Bad Request", ["q is required", "Grüße 🗺"])
    assert body.decode() == '{"error":{"message":"Bad Request","details":["q is required","Grüße 🗺"]}}'


def test_an_origin_failure_is_the_object_that_mapkit_js_reads() -> None:
    body = render_error("Not Authorized", [origin_failure("expected a.example, got b.example")])
    assert body == (
        b'{"error":{"message":"Not Authorized","details":'
        b'[{"errorType":"ORIGIN_CHECK_FAILURE","message":"expected a.example, got b.example"}]}}'
    )


def test_a_token_response_has_a_whole_number_of_seconds() -> None:
    assert render_token("a.b.c", expires_in_seconds=1800) == b'{"accessToken":"a.b.c","expiresInSeconds":1800}'
