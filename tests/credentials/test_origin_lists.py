"""Lists of origins: invalid entries, the sentence that says what an entry covers, and that it covers nothing more."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trigpoint.base.errors import InvalidError
from trigpoint.base.hosts import is_own_machine
from trigpoint.credentials.origin_lists import explain_origin, find_covering, is_within, read_origin_list
from trigpoint.credentials.origins import is_allowed, read_patterns

PREVIEW = "deploy-*--site.example.app"

BEYOND_APPLE = [
    (PREVIEW, "https://deploy-42--site.example.app", True),
    (PREVIEW, "https://deploy-a-b--site.example.app:8443", True),
    (PREVIEW, "https://deploy---site.example.app", False),
    (PREVIEW, "https://deploy-a.b--site.example.app", False),
    (PREVIEW, "https://x.deploy-a--site.example.app", False),
    (PREVIEW, "https://deploy-a--site.example.app.evil.example", False),
    (PREVIEW, "https://deploy-a--sitexexample.app", False),
    ("https://pr-*.example.app:8443", "https://pr-7.example.app:8443", True),
    ("https://pr-*.example.app:8443", "http://pr-7.example.app:8443", False),
    ("https://pr-*.example.app:8443", "https://pr-7.example.app", False),
    ("*-site.example.app", "https://x-site.example.app", True),
    ("pr-*.münchen.example", "https://pr-1.xn--mnchen-3ya.example", True),
    ("pr-*.app", "https://pr-1.app", False),
    ("pr-*-*.example.app", "https://pr-1-2.example.app", False),
    ("a.*.example.app", "https://a.b.example.app", False),
    ("localhost", "http://127.0.0.1:3000", True),
    ("localhost", "http://[::1]:3000", True),
    ("localhost", "https://shop.localhost", True),
    ("localhost", "http://127.0.0.1.example.com", False),
    ("localhost", "http://localhost.example.com", False),
    ("localhost:3000", "http://127.0.0.1:3001", False),
    ("127.0.0.1", "http://localhost", False),
]


@pytest.mark.parametrize(("claim", "origin", "allowed"), BEYOND_APPLE)
def test_wildcards_that_apple_does_not_have_cover_the_origins_they_say(claim: str, origin: str, allowed: bool) -> None:
    assert is_allowed(claim, origin) is allowed


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("example.com", "example.com"),
        (" Example.com , *.example.com,", "example.com,*.example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        (PREVIEW, PREVIEW),
        ("localhost, [::1], 192.0.2.1", "localhost,[::1],192.0.2.1"),
        ("münchen.example", "münchen.example"),
    ],
)
def test_a_list_becomes_the_claim(text: str, claim: str) -> None:
    assert read_origin_list(text) == claim


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "one or more origins"),
        (" , ", "one or more origins"),
        ("example.com/", "without a slash at the end, for example 'example.com'"),
        ("https://example.com/map", "without a path"),
        ("ftp://example.com", "of http or https"),
        ("example.com:0", "with a port from 1 to 65535"),
        ("example.com:70000", "with a port from 1 to 65535"),
        ("*", "made of origins with one star"),
        ("a.*.example.com", "made of origins with one star"),
        ("pr-*.app", "made of origins with one star"),
        ("*.*.example.com", "made of origins with one star"),
        ("*.com", "before a domain of two labels or more"),
        ("*.192.0.2.1", "before a domain of two labels or more"),
        ("exa mple.com", "made of host names"),
        ("-example.com", "made of host names"),
        (",".join(f"a{number}.example" for number in range(51)), "at most 50 origins"),
    ],
)
def test_an_invalid_list_of_origins_is_refused_with_the_rule(text: str, rule: str) -> None:
    with pytest.raises(InvalidError, match=re.escape(rule)):
        read_origin_list(text)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("example.com", "Pages on example.com, on any port; not on its subdomains."),
        (
            "*.example.com",
            "Pages on every subdomain of example.com, at any depth, on any port; not on example.com itself.",
        ),
        (
            "https://example.com:8443",
            "Pages on example.com, on port 8443 only, over https only; not on its subdomains.",
        ),
        (
            "localhost",
            "Pages on the visitor's own machine, on any port: localhost and the names below it, 127.0.0.0/8 and [::1].",
        ),
        (
            PREVIEW,
            "Pages on hosts that begin with 'deploy-' and end with '--site.example.app', with letters, digits and hyphens in between, on any port; no deeper subdomains.",
        ),
    ],
)
def test_every_kind_of_entry_has_a_sentence(entry: str, sentence: str) -> None:
    assert explain_origin(read_patterns(entry)[0]) == sentence


def test_the_origin_tester_names_the_entry_that_covers_a_page() -> None:
    claim = f"example.com,*.example.com,{PREVIEW}"
    assert find_covering(claim, "https://deploy-1--site.example.app/map?x#y").text == PREVIEW  # type: ignore[union-attr]
    assert find_covering(claim, "example.com").text == "example.com"  # type: ignore[union-attr]
    assert find_covering(claim, "https://example.org") is None
    with pytest.raises(InvalidError, match="'url' must be the address of a page"):
        find_covering(claim, "https://")


labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True)
domains = st.lists(labels, min_size=2, max_size=3).map(".".join)
hosts = st.one_of(domains, st.builds("{}.{}".format, labels, domains), st.just("localhost"), st.just("127.0.0.1"))
entries = st.one_of(
    domains,
    st.builds("*.{}".format, domains),
    st.builds("{}-*-{}.{}".format, labels, labels, domains),
    st.builds("{}:{}".format, domains, st.integers(1, 65535)),
    st.builds("https://{}".format, domains),
    st.just("localhost"),
)


def covers_by_the_sentence(entry: str, scheme: str, host: str, port: int | None) -> bool:
    """Whether the sentence says that an origin is covered, parsed from its text."""
    sentence = explain_origin(read_patterns(entry)[0])
    if (only := re.search(r"over (\w+) only", sentence)) and only[1] != scheme:
        return False
    actual = port if port is not None else {"http": 80, "https": 443}[scheme]
    if (only := re.search(r"on port (\d+) only", sentence)) and int(only[1]) != actual:
        return False
    if "visitor's own machine" in sentence:
        return is_own_machine(host)
    if found := re.search(r"begin with '(.*)' and end with '(.*)', with", sentence):
        return re.fullmatch(re.escape(found[1]) + "[a-z0-9-]+" + re.escape(found[2]), host) is not None
    if found := re.search(r"every subdomain of ([^ ,]+)", sentence):
        return re.fullmatch(r"(.+)\." + re.escape(found[1]), host) is not None
    found = re.match(r"Pages on ([^ ,]+),", sentence)
    assert found is not None
    return found[1] == host


@given(entries, st.sampled_from(["http", "https"]), hosts, st.none() | st.integers(1, 65535), st.data())
def test_nothing_more_is_covered_than_the_sentence_says(
    entry: str, scheme: str, host: str, port: int | None, data: st.DataObject
) -> None:
    near = data.draw(st.sampled_from(["host", "its own", "preview", "below"]))
    pattern = read_patterns(entry)[0]
    if near == "its own":
        host = pattern.host
    elif near == "preview" and pattern.before is not None:
        host = f"{pattern.before}{data.draw(labels)}{pattern.host}"
    elif near == "below":
        host = f"{data.draw(labels)}.{pattern.host}"
    assume(not host.startswith("-"))
    header = f"{scheme}://{host}" + ("" if port is None else f":{port}")
    assert is_allowed(entry, header) == covers_by_the_sentence(entry, scheme, host, port)


@pytest.mark.parametrize(
    ("inner", "ceiling", "within"),
    [
        ("example.com", "example.com", True),
        ("example.com:8443", "example.com", True),
        ("example.com", "example.com:8443", False),
        ("example.com", "https://example.com", False),
        ("www.example.com", "*.example.com", True),
        ("*.shop.example.com", "*.example.com", True),
        ("*.example.com", "*.example.com", True),
        ("example.com", "*.example.com", False),
        ("*.example.com", "example.com", False),
        ("pr-*.example.com", "*.example.com", True),
        ("pr-1-*-x.example.com", "pr-*-x.example.com", True),
        ("*.example.com", "pr-*.example.com", False),
        ("pr-7.example.com", "pr-*.example.com", True),
        ("127.0.0.1", "localhost", True),
        ("example.com", "*.example.com,example.com", True),
    ],
)
def test_an_entry_is_within_a_ceiling_or_not(inner: str, ceiling: str, within: bool) -> None:
    assert is_within(read_patterns(inner)[0], read_patterns(ceiling)) is within


@given(entries, entries, st.sampled_from(["http", "https"]), hosts, st.none() | st.integers(1, 65535))
def test_an_entry_within_a_ceiling_covers_nothing_beyond_it(
    inner: str, ceiling: str, scheme: str, host: str, port: int | None
) -> None:
    header = f"{scheme}://{host}" + ("" if port is None else f":{port}")
    if is_within(read_patterns(inner)[0], read_patterns(ceiling)) and is_allowed(inner, header):
        assert is_allowed(ceiling, header)
