"""Which hosts mean this machine, and the canonical form of addresses."""

import pytest

from trigpoint.base.hosts import host_of, is_own_machine, read_address


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "::ffff:127.0.0.1"]
)
def test_these_hosts_mean_this_machine(host: str) -> None:
    assert is_own_machine(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "127.evil.com",
        "127.0.0.1.evil.com",
        "localhost.evil.com",
        "evillocalhost",
        "128.0.0.1",
        "0.0.0.0",
        "::",
        "::2",
    ],
)
def test_similar_hosts_do_not_mean_this_machine(host: str) -> None:
    assert not is_own_machine(host)


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("a.example", "a.example"),
        ("A.example:80", "a.example"),
        ("[::1]:8060", "::1"),
        ("[::1]", "::1"),
        ("127.0.0.1:1", "127.0.0.1"),
        ("[", ""),
        ("::1", ""),
        ("a:b", ""),
        ("", ""),
    ],
)
def test_the_host_is_read_from_a_host_header(header: str, host: str) -> None:
    assert host_of(header) == host


@pytest.mark.parametrize(
    ("text", "address"),
    [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:DB8::1", "2001:db8::1"), ("a", None)],
)
def test_an_address_has_one_canonical_form(text: str, address: str | None) -> None:
    assert read_address(text) == address
