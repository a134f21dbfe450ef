"""Signed URLs of snapshots: what is signed, what is refused and why, and what a diagnosis says was signed instead."""

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credentials.builders import KEY, NOW, OTHER_KEY, OTHER_TEAM, TEAM, a_call, a_private_key, code_of, key_facts
from trigpoint.base.base64url import encode_base64url
from trigpoint.base.errors import InvalidError
from trigpoint.credentials import snapshot_checks, snapshot_url
from trigpoint.credentials.ceilings import Ceilings
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.keypair import P256_ORDER, PrivateKey
from trigpoint.credentials.services import Service
from trigpoint.credentials.snapshot_checks import SnapshotCase, origin_of_referer
from trigpoint.credentials.snapshot_signature import SIGNATURE_LENGTH, sign_message, sign_url
from trigpoint.credentials.snapshot_url import SIGNED_START, read_query
from trigpoint.credentials.verdict import Finding, Outcome, Verdict

QUERY = f"center=47.14%2C9.52&z=14&size=600x400&teamId={TEAM}&keyId={KEY}"
HOST = "https://maps.example.com"


def signed(query: str = QUERY, *, message: bytes | None = None, key: PrivateKey | None = None) -> str:
    return f"{query}&signature={sign_message(key or a_private_key(), message or SIGNED_START + query.encode())}"


def judge(
    query: str, *, referer: str | None = None, key: KeyFacts | None = None, at: float = NOW, thorough: bool = False
) -> Verdict:
    url, known = read_query(query.encode()), key or key_facts()
    case = SnapshotCase(a_call(Service.WEB_SNAPSHOTS, at=at), url, referer, thorough=thorough, host=HOST)
    if url.key_id == known.key_id:
        case.key = known
    case.is_swapped = url.team_id == known.key_id and url.key_id == known.team_id
    return snapshot_checks.judge(case)


def failure(query: str, **more: object) -> Finding:
    found = judge(query, **more).failure  # type: ignore[arg-type]
    assert found is not None
    return found


def code(query: str, **more: object) -> str:
    return code_of(judge(query, **more).failure)  # type: ignore[arg-type]


def test_a_signed_url_passes_every_check() -> None:
    verdict = judge(signed())
    assert verdict is snapshot_checks.WELL
    assert judge(signed(), thorough=True) is verdict
    assert len(signed().rpartition("=")[2]) == SIGNATURE_LENGTH


def test_the_signature_covers_the_bytes_as_sent_not_equivalent_ones() -> None:
    sent = signed("center=47.14,9.52&lang=de%2dCH&lang=a+b&teamId=%4B5GNLXS2QT&keyId=" + KEY)
    assert judge(sent).accepted
    for change in (("%2d", "%2D"), ("a+b", "a%20b"), ("%4B5", "K5"), (",", "%2C"), ("lang=de", "Lang=de")):
        assert code(sent.replace(*change)) == "SNAPSHOT_SIGNATURE_INVALID", change


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("center=1,2", "SNAPSHOT_CREDENTIAL_MISSING"),
        ("", "SNAPSHOT_CREDENTIAL_MISSING"),
        (QUERY, "SNAPSHOT_CREDENTIAL_MISSING"),
        (f"{signed()}&token=a.b.c", "SNAPSHOT_TWO_CREDENTIALS"),
        (signed().replace("&", "&amp;"), "SNAPSHOT_HTML_ESCAPED"),
        ("center=1,2&amp;token=a.b.c", "SNAPSHOT_HTML_ESCAPED"),
        (f"{signed()}&utm_source=mail", "SNAPSHOT_SIGNATURE_NOT_LAST"),
        (f"{signed()}&", "SNAPSHOT_SIGNATURE_NOT_LAST"),
        (f"signature={signed().rpartition('=')[2]}&{QUERY}", "SNAPSHOT_SIGNATURE_NOT_LAST"),
        (signed().replace("signature", "signatur%65"), "SNAPSHOT_SIGNATURE_NOT_LAST"),
        (f"{signed()}&signature={'A' * 86}", "SNAPSHOT_PARAMETER_TWICE"),
        (signed(f"{QUERY}&keyId={OTHER_KEY}"), "SNAPSHOT_PARAMETER_TWICE"),
        (signed(f"{QUERY}&key%49d={OTHER_KEY}"), "SNAPSHOT_PARAMETER_TWICE"),
        (signed(f"{QUERY}&expires=1&expires=99999999999"), "SNAPSHOT_PARAMETER_TWICE"),
        (signed(f"center=1,2&keyId={KEY}"), "SNAPSHOT_TEAM_ID"),
        (signed(f"center=1,2&keyId={KEY}&teamId=k5gnlxs2qt"), "SNAPSHOT_TEAM_ID"),
        (signed(f"center=1,2&teamId={TEAM}"), "SNAPSHOT_KEY_ID"),
        (signed(f"center=1,2&teamId={TEAM}&keyId=AuthKey_{KEY}.p8"), "SNAPSHOT_KEY_ID"),
        (signed(QUERY.replace(KEY, OTHER_KEY)), "KEY_UNKNOWN"),
        (signed(f"center=1,2&teamId={KEY}&keyId={TEAM}"), "SNAPSHOT_IDS_SWAPPED"),
        (signed(f"center=1,2&teamId={KEY}&keyId={KEY}"), "SNAPSHOT_IDS_SWAPPED"),
        (signed(QUERY.replace(TEAM, OTHER_TEAM)), "SNAPSHOT_OTHER_TEAM"),
        (signed(key=a_private_key(1)), "SNAPSHOT_SIGNATURE_INVALID"),
        (signed().replace("z=14", "z=15"), "SNAPSHOT_SIGNATURE_INVALID"),
    ],
)
def test_each_mistake_in_a_url_has_its_own_reason(query: str, expected: str) -> None:
    assert code(query) == expected
    assert code(query, thorough=True) == expected, "refusing and explaining agree"


def test_a_signature_in_another_form_is_reported() -> None:
    message = SIGNED_START + QUERY.encode()
    while True:  # one whose Base64 has characters that base64url does not have
        raw = a_private_key().sign(message)
        text = base64.b64encode(raw).decode()
        if "+" in text and "/" in text:
            break
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    last = encode_base64url(raw)
    loose = next(last[:-1] + other for other in "BCDEFGHIJKLMNOP" if other != last[-1] and ord(other) - ord(last[-1]) == 1) if last[-1] == "A" else last[:-1] + chr(ord(last[-1]) + 1)  # fmt: skip
    said = {
        "": "The signature is empty.",
        text.rstrip("="): "('+' and '/' are '-' and '_' there)",
        text: "ends with '=' padding",
        text.replace("=", "%3D"): "ends with '=' padding",
        raw.hex(): "hexadecimal",
        last[:-1]: "has 86 characters, this one 85",
        "A" * 5000: "has 86 characters, this one 5,000",
        loose: "unused bits that are not zero",
    }
    for signature, words in said.items():
        found = failure(f"{QUERY}&signature={signature}")
        assert code_of(found) == "SNAPSHOT_SIGNATURE_FORM", words
        assert words in found.detail
    for written in (encode_base64url(der), base64.b64encode(der).decode(), base64.b64encode(der).decode().rstrip("=")):
        found = failure(f"{QUERY}&signature={written}")
        assert code_of(found) == "SNAPSHOT_SIGNATURE_DER"
        assert found.detail == f"The signature is {len(der)} bytes of DER."
    for r, s in ((0, 1), (1, 0), (P256_ORDER, 1), (1, P256_ORDER)):
        odd = encode_base64url(r.to_bytes(32) + s.to_bytes(32))
        assert code(f"{QUERY}&signature={odd}") == "SIGNATURE_OUT_OF_RANGE"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": KeyState.REVOKED}, "KEY_REVOKED"),
        ({"state": KeyState.SUSPENDED}, "KEY_SUSPENDED"),
        ({"expires_at": NOW}, "KEY_EXPIRED"),
        ({"services": frozenset({Service.SERVER_API})}, "KEY_LACKS_SERVICE"),
        ({"services": frozenset({Service.WEB_SNAPSHOTS})}, ""),
    ],
)
def test_the_state_of_the_key_decides(changes: dict[str, object], expected: str) -> None:
    assert code(signed(), key=key_facts(**changes)) == expected


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        (str(int(NOW) + 1), ""),
        (str(int(NOW)), ""),
        (str(int(NOW) - 1), "SNAPSHOT_EXPIRED"),
        ("0", "SNAPSHOT_EXPIRED"),
        ("-9223372036854775808", "SNAPSHOT_EXPIRED"),
        (str(int(NOW) * 1000), "SNAPSHOT_EXPIRES_IN_MILLISECONDS"),
        ("9223372036854775807", "SNAPSHOT_EXPIRES_IN_MILLISECONDS"),
        ("92233720368547758070", "SNAPSHOT_EXPIRES_MALFORMED"),
        ("", "SNAPSHOT_EXPIRES_MALFORMED"),
        ("NaN", "SNAPSHOT_EXPIRES_MALFORMED"),
        ("1e10", "SNAPSHOT_EXPIRES_MALFORMED"),
        ("1795449600.5", "SNAPSHOT_EXPIRES_MALFORMED"),
        ("2026-12-31", "SNAPSHOT_EXPIRES_MALFORMED"),
        ("\u0661\u0662", "SNAPSHOT_EXPIRES_MALFORMED"),
    ],
)
def test_expires_is_the_last_second_in_which_the_url_is_valid(expires: str, expected: str) -> None:
    assert code(signed(f"{QUERY}&expires={expires}")) == expected


@pytest.mark.parametrize(
    ("signed_for", "sent", "expected"),
    [
        ("https%3A%2F%2Fa.example%2F", "https://a.example/", ""),
        ("https://a.example", "https://a.example/", ""),
        ("https://a.example/", "https://a.example", ""),
        ("https://a.example/b+c", "https://a.example/b+c", ""),
        ("https://a.example/", "https://a.example/page", "SNAPSHOT_REFERER_MISMATCH"),
        ("https://a.example/page", "https://a.example/", "SNAPSHOT_REFERER_MISMATCH"),
        ("https://a.example", "http://a.example", "SNAPSHOT_REFERER_MISMATCH"),
        ("https://a.example", "https://a.example.evil.example/", "SNAPSHOT_REFERER_MISMATCH"),
        ("https://a.example", None, "SNAPSHOT_REFERER_MISSING"),
        ("", "https://a.example/", "SNAPSHOT_REFERER_MISMATCH"),
    ],
)
def test_the_referer_must_be_the_signed_one(signed_for: str, sent: str | None, expected: str) -> None:
    assert code(signed(f"{QUERY}&referer={signed_for}"), referer=sent) == expected


def test_without_a_signed_referer_any_page_is_accepted() -> None:
    assert judge(signed(), referer="https://anybody.example/").accepted


@pytest.mark.parametrize(
    ("ceilings", "more", "expected"),
    [
        (Ceilings(scopes=frozenset({Service.SERVER_API})), "", "SCOPE_OVER_CEILING"),
        (Ceilings(scopes=frozenset({Service.WEB_SNAPSHOTS})), "", ""),
        (Ceilings(lifetime_s=3600), "", "LIFETIME_OVER_CEILING"),
        (Ceilings(lifetime_s=3600), f"&expires={int(NOW) + 3661}", "LIFETIME_OVER_CEILING"),
        (Ceilings(lifetime_s=3600), f"&expires={int(NOW) + 3660}", ""),
        (Ceilings(origins="a.example"), "", "ORIGIN_OVER_CEILING"),
        (Ceilings(origins="a.example"), "&referer=https://b.example/", "ORIGIN_OVER_CEILING"),
        (Ceilings(origins="a.example"), "&referer=https://b.example,a.example/", "ORIGIN_OVER_CEILING"),
        (Ceilings(origins="a.example"), "&referer=https://a.example@b.example/", "ORIGIN_OVER_CEILING"),
        (Ceilings(origins="a.example"), "&referer=https://a.example/page", ""),
    ],
)
def test_the_ceilings_of_the_key_limit_its_urls(ceilings: Ceilings, more: str, expected: str) -> None:
    referer = more.partition("referer=")[2] or None
    assert code(signed(QUERY + more), key=key_facts(ceilings=ceilings), referer=referer) == expected


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (f"{HOST}/api/v1/snapshot?{QUERY}", "begins with the host"),
        (f"snapshot.apple-mapkit.com/api/v1/snapshot?{QUERY}", "begins with the host"),
        (f"/api/v1/snapshot?{QUERY}&", "ends with '&'"),
        (f"/api/v1/snapshot?{QUERY}&signature=", "ends with '&signature='"),
        (QUERY, "Only the query was signed"),
        (f"api/v1/snapshot?{QUERY}", "lacks the slash"),
        (f"/api/v1/snapshot?{QUERY}\n", "a line break: use printf"),
        (f"/api/v1/snapshot?{QUERY.replace('%2C', ',')}", "encoded again after signing"),
        (f"/api/v1/snapshot?keyId={KEY}&teamId={TEAM}&z=1", "Either the query was changed"),
        (f"/api/v1/snapshot?{QUERY.partition('&teamId')[0]}", "are signed as well"),
        (f"/api/v1/snapshot?teamId={TEAM}&keyId={KEY}&{QUERY.partition('&teamId')[0]}", "into another order"),
    ],
)
def test_a_diagnosis_says_what_was_signed_instead(message: str, words: str) -> None:
    query = signed(message=message.encode())
    assert words in failure(query, thorough=True).detail
    assert words not in failure(query).detail, "admission tries one message only"


def test_signing_percent_encodes_invalid_characters_and_nothing_else() -> None:
    url = f'{HOST}/api/v1/snapshot?center=Städtle 1, Vaduz&annotations=[{{"point":"center"}}]&z=14#top'
    told = sign_url(a_private_key(), url, team_id=TEAM, key_id=KEY, expires=int(NOW) + 60, referer="https://a.example/")
    head, _, query = told.partition("?")
    assert head == f"{HOST}/api/v1/snapshot"
    assert query.startswith(
        "center=St%C3%A4dtle%201,%20Vaduz&annotations=%5B%7B%22point%22:%22center%22%7D%5D&z=14"
        f"&teamId={TEAM}&keyId={KEY}&expires={int(NOW) + 60}&referer=https%3A%2F%2Fa.example%2F&signature="
    )
    assert judge(query, referer="https://a.example/").accepted


def test_signing_again_replaces_the_old_signature() -> None:
    once = sign_url(a_private_key(1), f"/api/v1/snapshot?{QUERY}", team_id=OTHER_TEAM, key_id=OTHER_KEY, expires=1)
    twice = sign_url(a_private_key(), once, team_id=TEAM, key_id=KEY, expires=int(NOW))
    assert judge(twice.partition("?")[2]).accepted
    assert twice.count("signature=") == twice.count("keyId=") == twice.count("expires=") == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "center=1,2",
        f"{HOST}/api/v1/snapshot",
        f"{HOST}/v1/geocode?q=a",
        "http://[::1?a=b",
        "/api/v1/snapshot?a=\udcff",
    ],
)
def test_only_the_url_of_a_snapshot_is_signed(url: str) -> None:
    with pytest.raises(InvalidError, match="must be the URL of a snapshot"):
        sign_url(a_private_key(), url, team_id=TEAM, key_id=KEY)


def test_a_url_whose_ampersands_are_escaped_is_not_signed() -> None:
    with pytest.raises(InvalidError, match="without '&amp;': write '&' between the parameters"):
        sign_url(a_private_key(), "/api/v1/snapshot?center=1,2&amp;z=3", team_id=TEAM, key_id=KEY)


def test_a_url_with_a_token_is_not_signed() -> None:
    with pytest.raises(InvalidError, match="without 'token'") as told:
        sign_url(a_private_key(), "/api/v1/snapshot?center=1,2&token=SECRET", team_id=TEAM, key_id=KEY)
    assert "SECRET" not in str(told.value)


@pytest.mark.parametrize(
    ("pasted", "host"),
    [
        (f"{HOST}/api/v1/snapshot?{QUERY}", HOST),
        (f'  "{HOST}/api/v1/snapshot?{QUERY}"\n', HOST),
        (f"<{HOST}/api/v1/snapshot?{QUERY}#x>", HOST),
        (f"/api/v1/snapshot?{QUERY}", ""),
        (f"GET /api/v1/snapshot?{QUERY} HTTP/1.1", ""),
    ],
)
def test_a_url_is_found_in_pasted_text(pasted: str, host: str) -> None:
    found = snapshot_url.read_pasted(pasted)
    assert (found.host, found.query) == (host, QUERY.encode())
    assert snapshot_url.looks_like_snapshot(pasted)


@pytest.mark.parametrize(
    "pasted", ["", "eyJh.a.b", f"{HOST}/api/v1/snapshot", "/api/v1/snapshot?a=\udcff", "http://[a?b"]
)
def test_a_text_without_a_snapshot_url_is_refused(pasted: str) -> None:
    with pytest.raises(InvalidError, match="must be the URL of a snapshot"):
        snapshot_url.read_pasted(pasted)


def test_a_refused_text_is_quoted_without_its_secrets() -> None:
    with pytest.raises(InvalidError, match="must be the URL of a snapshot") as told:
        snapshot_url.read_pasted(f"{HOST}/v1/snapshot?token=abc.def.ghi&signature=xyz")
    assert "abc" not in str(told.value)
    assert "xyz" not in str(told.value)
    assert not snapshot_url.looks_like_snapshot("eyJhbGciOi.a.b")


def test_neither_signature_nor_token_is_shown() -> None:
    query = f"{signed()}&token=abc"
    shown = dict(snapshot_url.shown_parameters(query.encode()))
    assert shown["teamId"] == TEAM
    assert shown["center"] == "47.14,9.52"
    assert "not shown" in shown["token"]
    assert signed().rpartition("=")[2] not in str(shown)
    assert snapshot_url.hide_credential(f"/a?{query}").endswith("&signature=…&token=…")
    assert snapshot_url.hide_credential("/a?z=1&amp;token=abc") == "/a?z=1&amp;token=…"


@pytest.mark.parametrize(
    ("referer", "origin"),
    [
        ("https://a.example/page?x=1", "https://a.example"),
        ("https://a.example:8443", "https://a.example:8443"),
        ("http://user@a.example/", "http://a.example"),
        ("https://b.example?https://a.example/", "https://b.example"),
        ("about:blank", None),
        ("", None),
        (None, None),
    ],
)
def test_the_origin_of_a_referer_is_that_of_its_page(referer: str | None, origin: str | None) -> None:
    assert origin_of_referer(referer) == origin


def test_the_findings_for_an_unknown_key_are_those_of_the_list_of_checks() -> None:
    verdict = judge(QUERY, thorough=True)
    assert [finding.check for finding in verdict.findings] == [check.rule for check in snapshot_checks.CHECKS]
    assert {finding.outcome for finding in verdict.findings} >= {Outcome.FAILED, Outcome.NOT_REACHED, Outcome.PASSED}
    assert replace(read_query(QUERY.encode()), signature=None).signature is None
