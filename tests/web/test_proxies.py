"""Which header fields of which proxies are trusted."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.web.proxies import CONTRADICTION, READ_LIMIT, Proxies, is_from_this_machine

TRUSTED = "10.0.0.0/8, 192.0.2.1, 2001:db8:1::/48"


def a_scope(
    *fields: tuple[str, str], peer: str | None = "10.0.0.1", host: str = "maps.internal:8060"
) -> dict[str, Any]:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in (("host", host), *fields)]
    client = None if peer is None else (peer, 4711)
    return {"type": "http", "scheme": "http", "client": client, "headers": headers}


def seen(
    *fields: tuple[str, str], peer: str | None = "10.0.0.1", trusted: str | None = TRUSTED
) -> tuple[str | None, str, str]:
    """The client's address, the scheme and the host, after looking behind the proxies."""
    scope = a_scope(*fields, peer=peer)
    assert Proxies(trusted).look_behind(scope) is None
    hosts = [value.decode() for name, value in scope["headers"] if name == b"host"]
    assert len(hosts) == 1
    return (scope["client"][0] if scope["client"] else None), scope["scheme"], hosts[0]


def the_address(*fields: tuple[str, str], **options: Any) -> str | None:
    return seen(*fields, **options)[0]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.1.1.1", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9, 10.1.1.1, 192.0.2.1", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("203.0.113.9, 2001:db8:1::5", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("10.2.2.2, 10.1.1.1", "10.2.2.2"),
        ("203.0.113.9, unknown", None),
        ("203.0.113.9, <script>", None),
        ("", None),
        (" , ,203.0.113.9 ,", "203.0.113.9"),
    ],
)
def test_the_client_is_the_right_most_address_that_is_no_proxys(forwarded: str, address: str | None) -> None:
    assert the_address(("x-forwarded-for", forwarded)) == address


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        ("for=203.0.113.9", ("203.0.113.9", "http", "maps.internal:8060")),
        ("for=203.0.113.9;proto=https;host=maps.example.com", ("203.0.113.9", "https", "maps.example.com")),
        ('For="[2001:db8::7]:4711";Proto=HTTPS', ("2001:db8::7", "https", "maps.internal:8060")),
        (
            'for=198.51.100.1, for=203.0.113.9;proto=https, For="10.1.1.1:9"',
            ("203.0.113.9", "https", "maps.internal:8060"),
        ),
        ("for=_hidden;proto=https", (None, "https", "maps.internal:8060")),
        ("proto=https", (None, "http", "maps.internal:8060")),
        ('for="203.0.113.9', (None, "http", "maps.internal:8060")),
        ("for=203.0.113.9;host=a/b;proto=gopher", ("203.0.113.9", "http", "maps.internal:8060")),
    ],
)
def test_forwarded_says_address_scheme_and_host(forwarded: str, found: tuple[str | None, str, str]) -> None:
    assert seen(("forwarded", forwarded)) == found


def test_the_usual_fields_say_scheme_and_host_too() -> None:
    fields = (
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "a.example:8443"),
    )
    assert seen(*fields) == ("203.0.113.9", "https", "a.example:8443")
    fields = (("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "spoofed, https"), ("x-forwarded-host", "é, b"))
    assert seen(*fields) == ("203.0.113.9", "https", "b")
    assert seen(("x-forwarded-for", "203.0.113.9"), ("x-forwarded-host", "a b"))[2] == "maps.internal:8060"


def test_several_fields_of_one_name_are_one_list() -> None:
    assert the_address(("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "10.1.1.1")) == "203.0.113.9"


@pytest.mark.parametrize("peer", ["203.0.113.5", "11.0.0.1", "::1", "127.0.0.1"])
def test_header_fields_of_untrusted_clients_are_ignored(peer: str) -> None:
    fields = (("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "a.example"))
    assert seen(*fields, peer=peer) == (peer, "http", "maps.internal:8060")
    assert the_address(("forwarded", "for=203.0.113.9"), peer=peer) == peer


def test_without_the_setting_all_forwarding_fields_are_ignored() -> None:
    assert the_address(("x-forwarded-for", "203.0.113.9"), trusted=None) == "10.0.0.1"
    assert not Proxies(None).is_needed
    assert Proxies("10.0.0.1").is_needed


def test_behind_an_unlisted_proxy_the_client_is_unknown() -> None:
    scope = a_scope(("x-forwarded-for", "203.0.113.9"))
    proxies = Proxies(None, is_behind_one=True)
    assert proxies.is_needed
    proxies.look_behind(scope)
    assert (scope["client"], scope["scheme"]) == (None, "http")


def test_behind_a_proxy_without_forwarding_fields_the_client_is_unknown() -> None:
    assert the_address() is None


def test_connections_over_the_socket_file_are_trusted_only_if_listed() -> None:
    assert the_address(("x-forwarded-for", "203.0.113.9"), peer=None, trusted="unix") == "203.0.113.9"
    assert the_address(("x-forwarded-for", "203.0.113.9"), peer=None, trusted="10.0.0.0/8") is None
    assert the_address(("x-forwarded-for", "203.0.113.9"), peer="203.0.113.5", trusted="unix") == "203.0.113.5"


def test_contradictory_forwarding_fields_are_refused() -> None:
    scope = a_scope(("forwarded", "for=198.51.100.1"), ("x-forwarded-for", "203.0.113.9"))
    assert Proxies(TRUSTED).look_behind(scope) == CONTRADICTION
    scope = a_scope(("forwarded", "for=_hidden"), ("x-forwarded-for", "203.0.113.9"))
    assert Proxies(TRUSTED).look_behind(scope) == CONTRADICTION
    same = (("forwarded", "for=203.0.113.9;proto=https"), ("x-forwarded-for", "203.0.113.9"))
    assert seen(*same)[:2] == ("203.0.113.9", "https")


def test_the_right_end_of_a_long_list_is_read() -> None:
    assert the_address(("x-forwarded-for", "1.1.1.1, " * 3_000 + "203.0.113.9, 10.1.1.1")) == "203.0.113.9"
    assert the_address(("forwarded", "for=1.1.1.1, " * 2_000 + "for=203.0.113.9")) == "203.0.113.9"
    only_proxies = ", ".join(["203.0.113.9", *["10.1.1.1"] * READ_LIMIT])
    assert the_address(("x-forwarded-for", only_proxies)) == "10.1.1.1"


@given(st.text(st.characters(max_codepoint=255), max_size=60), st.sampled_from(["forwarded", "x-forwarded-for"]))
def test_forwarding_fields_sent_by_the_client_change_nothing(text: str, name: str) -> None:
    own = "for=203.0.113.9" if name == "forwarded" else "203.0.113.9"
    assert the_address((name, f"{text}, {own}")) == "203.0.113.9"


@pytest.mark.parametrize(
    ("fields", "peer", "host", "here"),
    [
        ((), "127.0.0.1", "127.0.0.1:8060", True),
        ((), "::1", "[::1]:8060", True),
        ((), "127.0.0.1", "localhost", True),
        ((), "192.0.2.7", "127.0.0.1:8060", False),
        ((), None, "127.0.0.1:8060", False),
        ((), "127.0.0.1", "maps.example.com", False),
        ((), "127.0.0.1", "127.evil.com", False),
        ((), "127.0.0.1", "", False),
        ((("x-forwarded-for", "127.0.0.1"),), "127.0.0.1", "127.0.0.1:8060", False),
        ((("forwarded", "for=127.0.0.1"),), "127.0.0.1", "127.0.0.1:8060", False),
        ((("x-real-ip", "127.0.0.1"),), "127.0.0.1", "127.0.0.1:8060", False),
        ((("x-forwarded-proto", "https"),), "127.0.0.1", "127.0.0.1:8060", False),
        ((("via", "1.1 proxy"),), "127.0.0.1", "127.0.0.1:8060", False),
    ],
)
def test_a_request_from_loopback_without_forwarding_fields_is_local(
    fields: tuple[tuple[str, str], ...], peer: str | None, host: str, *, here: bool
) -> None:
    assert is_from_this_machine(a_scope(*fields, peer=peer, host=host)) is here
