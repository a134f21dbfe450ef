"""An error names the option or argument as the user typed it, and what to do."""

import base64
from pathlib import Path

import pytest

from cli.offline import TEAM
from commands import trigpoint
from trigpoint.client.signing import find_key_id
from trigpoint.credentials.keypair import generate


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))


def test_a_past_date_is_reported_under_the_name_of_its_option(key: str) -> None:
    for words, option in (
        (("key", "rotate", key, "--revoke-at", "2020-01-01"), "--revoke-at"),
        (("key", "end", key, "--at", "2020-01-01"), "--at"),
        (
            ("key", "create", "B", "--team", TEAM, "--maps-id", "maps.com.a", "--expires-at", "2020-01-01"),
            "--expires-at",
        ),
    ):
        told = trigpoint(*words)
        assert told.code == 2
        assert f"Parameter '{option}' must be in the future" in told.err
        assert "got '2020-01-01T00:00:00Z'" in told.err


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("key", "show", "x"), "KEYID"),
        (("key", "list", "--team", "x"), "--team"),
        (("team", "show", "x"), "TEAM_ID"),
        (("maps-id", "register", "x", "--team", TEAM, "--description", "A"), "MAPS_ID"),
        (("key", "ceilings", "2X9R4HXF34", "--lifetime", "x"), "--lifetime"),
        (("key", "ceilings", "2X9R4HXF34", "--origins", "a/"), "--origins"),
        (("api-token", "create", "", "--team", TEAM, "--role", "viewer"), "NAME"),
        (("webhook", "add", "ftp://x"), "URL"),
        (("token", "exchange", "x.y.z", "--server", "maps.example.com"), "--server"),
        (("token", "create", "--team", "x", "--key-id", "2X9R4HXF34", "--private-key", "-"), "--team"),
    ],
    ids=lambda words: " ".join(words[:2]) if isinstance(words, tuple) else "",
)
def test_a_parameter_has_the_name_that_was_typed(key: str, words: tuple[str, ...], name: str) -> None:
    assert key
    told = trigpoint(*words, stdin=generate().pem().decode())
    assert f"Parameter '{name}' must be" in told.err


@pytest.mark.parametrize(
    "name",
    [
        "AuthKey_2X9R4HXF34.p8",
        "AuthKey_2X9R4HXF34 (1).p8",
        "AuthKey_2X9R4HXF34.p8.txt",
        "AuthKey_2X9R4HXF34 - Copy.p8",
        "AuthKey_2X9R4HXF34",
    ],
)
def test_the_key_id_is_read_from_file_names_that_browsers_and_editors_make(name: str) -> None:
    assert find_key_id(name) == "2X9R4HXF34"


def test_other_file_names_contain_no_key_id() -> None:
    for name in (
        "AuthKey_2X9R4HXF345.p8",
        "AuthKey_2X9R4HXF3.p8",
        "key.p8",
        "authkey_2X9R4HXF34.p8",
        "AuthKey_2x9r4hxf34.p8",
    ):
        assert find_key_id(name) is None


def test_a_token_is_signed_with_a_key_in_any_supported_form(tmp_path: Path) -> None:
    pem = generate().pem()
    for number, data in enumerate((pem, base64.b64encode(pem), pem.decode().encode("utf-16"))):
        path = tmp_path / f"AuthKey_2X9R4HXF3{number} (1).p8"
        path.write_bytes(data)
        assert trigpoint("token", "create", "--team", TEAM, "--private-key", path).out.count(".") == 2


def test_an_empty_option_is_reported_as_empty() -> None:
    assert (
        "Parameter '--host' must be a host name or an address, for example '127.0.0.1'; it is empty."
        in trigpoint("serve", "--host", "").err
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("serve", "--port", "abc"), "'--port' must be a whole number, for example '8060'; got 'abc'."),
        (("keys", "check", "--days", "1.5"), "'--days' must be a whole number, for example '30'; got '1.5'."),
        (("audit", "show", "--before", "0"), "'--before' must be 1 or more, for example '1'; got '0'."),
        (
            ("token", "inspect", "--scope", "maps", "x"),
            "'--scope' must be one of mapkit_js, server_api, web_snapshots, embed_api, for example 'server_api'; got 'maps'.",
        ),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_a_value_that_the_library_refuses_is_told_in_the_form_of_all_others(
    words: tuple[str, ...], message: str
) -> None:
    told = trigpoint(*words)
    assert (told.code, told.out) == (2, "")
    assert " ".join(told.err.split()) == f"Error: Parameter {message}"
