"""The `origin` claim against the request's Origin: contract §2.2 row by row, and what lies between the rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.builders import a_call, a_payload, an_auth_token, codes, judge_auth
from trigpoint.credentials import origins
from trigpoint.credentials.origins import Origin, is_allowed, read_origin, read_patterns
from trigpoint.credentials.services import Service

MEASURED = [
    ("a.no", "https://a.no", True),
    ("a.no", "https://sub.a.no", False),
    ("*.a.no", "https://a.no", False),
    ("a.no,*.a.no", "https://a.no", True),
    ("a.no,*.a.no", "https://www.a.no", True),
    ("a.no,*.a.no", "https://nota.no", False),
    ("a.no/", "https://a.no", False),
    ("https://a.no", "https://a.no", True),
    ("localhost", "http://localhost:5173", True),
    ("a.no,localhost", "http://localhost:5173", True),
]
"""Measured on Apple's live service (contract §2.2)."""

BETWEEN = [
    ("*.a.no", "https://x.y.a.no", True),
    ("*.a.no", "https://nota.no", False),
    ("a.no", "https://a.no.example.com", False),
    ("a.no", "https://a.no:8443", True),
    ("a.no", "http://a.no", True),
    ("a.no:8443", "https://a.no:8443", True),
    ("a.no:8443", "https://a.no", False),
    ("a.no:443", "https://a.no", True),
    ("a.no:80", "http://a.no", True),
    ("https://a.no", "http://a.no", False),
    ("https://a.no/", "https://a.no", False),
    ("https://*.a.no", "https://www.a.no", True),
    ("A.No", "https://a.no", True),
    ("a.no", "HTTPS://A.NO", True),
    (" a.no , *.a.no ,", "https://www.a.no", True),
    ("", "https://a.no", False),
    (",", "https://a.no", False),
    ("*", "https://a.no", False),
    ("*.", "https://a.no.", False),
    ("https://", "https://a.no", False),
    ("a.no", "null", False),
    ("null", "null", False),
    ("a.no", "", False),
    ("a.no", "a.no", False),
    ("a.no", "https://a.no/path", False),
    ("a.no", "https://a.no https://b.no", False),
    ("a.no", "https://user@a.no", False),
    ("a.no", "https://a.no#b.no", False),
    ("[::1]", "http://[::1]:8060", True),
    ("[::1]:8060", "http://[::1]:8060", True),
    ("127.0.0.1", "http://127.0.0.1:8060", True),
    ("moz-extension://1f2e", "moz-extension://1f2e", True),
    ("münchen.example", "https://xn--mnchen-3ya.example", True),
    ("*.münchen.example", "https://www.xn--mnchen-3ya.example", True),
    ("straße.example", "https://xn--strae-oqa.example", True),
    ("straße.example", "https://strasse.example", False),
    ("例え.example", "https://xn--r8jz45g.example", True),
    ("a..é", "https://a..é", True),
]


@pytest.mark.parametrize(("claim", "origin", "allowed"), [*MEASURED, *BETWEEN])
def test_a_pattern_covers_the_origins_that_apple_accepts(claim: str, origin: str, allowed: bool) -> None:
    assert is_allowed(claim, origin) is allowed


@pytest.mark.parametrize(("claim", "origin", "allowed"), MEASURED)
def test_the_judge_follows_the_table(claim: str, origin: str, allowed: bool) -> None:
    token = an_auth_token(payload=a_payload(origin=claim, scope="mapkit_js"))
    refused = codes(judge_auth(token, a_call(Service.MAPKIT_JS, origin=origin)))
    assert refused == ([] if allowed else ["ORIGIN_CHECK_FAILURE"])


@pytest.mark.parametrize("service", Service)
def test_a_request_without_an_origin_passes_except_for_snapshots(service: Service) -> None:
    token = an_auth_token(payload=a_payload(origin="a.no", scope=...))
    assert codes(judge_auth(token, a_call(service))) == (["ORIGIN_MISSING"] if service is Service.WEB_SNAPSHOTS else [])


@pytest.mark.parametrize("service", Service)
def test_a_token_without_an_origin_passes_everywhere(service: Service) -> None:
    token = an_auth_token(payload=a_payload(scope=...))
    assert codes(judge_auth(token, a_call(service, origin="https://foreign.example"))) == []


def test_an_origin_is_read_into_its_parts() -> None:
    assert read_origin(" https://WWW.A.no:8443 ") == Origin("https", "www.a.no", "8443")
    assert read_origin("http://a.no") == Origin("http", "a.no", None)


@pytest.mark.parametrize("header", ["null", "", "a.no", "//a.no", "https://", "https://a.no:123456", "https://a b"])
def test_a_malformed_origin_is_read_as_none(header: str) -> None:
    assert read_origin(header) is None


def test_an_origin_of_300_characters_is_read_and_a_longer_one_is_not() -> None:
    host = "a" * (300 - len("https://"))
    assert read_origin(f"https://{host}") is not None
    assert read_origin(f"https://{host}a") is None


def test_the_cache_of_origins_is_bounded() -> None:
    before = origins._is_covered_remembered.cache_info().currsize
    for number in range(50):
        claim = ",".join(f"a{number}x{entry}.no" for entry in range(400))
        assert is_allowed(claim, f"https://a{number}x399.no")
    assert origins._is_covered_remembered.cache_info().currsize == before


def test_a_pattern_keeps_its_own_spelling_for_messages() -> None:
    assert [pattern.text for pattern in read_patterns("A.no, https://*.B.no:8443")] == ["A.no", "https://*.B.no:8443"]


labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
hosts = st.lists(labels, min_size=1, max_size=4).map(".".join)


@given(hosts, labels)
def test_a_host_and_its_subdomains_never_cover_each_other(host: str, label: str) -> None:
    assert is_allowed(host, f"https://{host}")
    assert not is_allowed(host, f"https://{label}.{host}")
    assert is_allowed(f"*.{host}", f"https://{label}.{host}")
    assert not is_allowed(f"*.{host}", f"https://{host}")
    assert not is_allowed(f"*.{host}", f"https://{label}{host}")


@given(st.text(), st.text())
def test_no_claim_and_no_header_breaks_the_comparison(claim: str, header: str) -> None:
    assert is_allowed(claim, header) in {True, False}
    assert is_allowed(claim, f"https://{header}") in {True, False}


@pytest.mark.parametrize(
    ("claim", "framed_by", "sources"),
    [
        ("a.no", None, "https://a.no:* http://a.no:*"),
        ("a.no,*.a.no", None, "https://a.no:* http://a.no:* https://*.a.no:* http://*.a.no:*"),
        ("https://a.no", None, "https://a.no:*"),
        ("a.no:8443", None, "https://a.no:8443 http://a.no:8443"),
        (
            "localhost",
            None,
            (
                "https://localhost:* https://*.localhost:* https://127.0.0.1:* http://localhost:* http://*.localhost:* "
                "http://127.0.0.1:*"
            ),
        ),
        ("deploy-*--site.example.app", "https://deploy-7--site.example.app", "https://deploy-7--site.example.app:*"),
        ("deploy-*--site.example.app", "https://evil.example.app", "'none'"),
        ("deploy-*--site.example.app", None, "'none'"),
        ("a.no/", None, "'none'"),
        ("a.no; script-src *", None, "'none'"),
        ("a.no\r\nx: y", None, "'none'"),
        ("data://a.no", None, "'none'"),
        ("straße.example", None, "https://xn--strae-oqa.example:* http://xn--strae-oqa.example:*"),
        ("", None, "'none'"),
    ],
)
def test_frame_ancestors_allow_what_the_claim_allows_and_nothing_more(
    claim: str, framed_by: str | None, sources: str
) -> None:
    assert origins.frame_ancestors(claim, framed_by) == sources
