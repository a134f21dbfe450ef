"""`token create` and `token inspect` work without a server and without a database, with Apple's own keys too."""

from pathlib import Path
from typing import Any

import jwt
import pytest

from cli.offline import KEY, TEAM
from commands import Told, trigpoint
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.cli.inspection import ON_THE_SERVER
from trigpoint.credentials import access_token, auth_checks
from trigpoint.credentials.access_token import AccessClaims
from trigpoint.credentials.keypair import PrivateKey, generate

pytestmark = pytest.mark.usefixtures("no_database")


def create(file: Path, *more: str, **options: Any) -> Told:
    return trigpoint("token", "create", "--private-key", file, "--team", TEAM, *more, **options)


def outcomes(told: Told) -> dict[str, str]:
    return {finding["check"]: finding["outcome"] for finding in told.json["findings"]}


def test_the_token_alone_is_on_standard_output_and_verifies_elsewhere(file: Path, private_key: PrivateKey) -> None:
    told = create(
        file, "--origin", "a.example", "--origin", "*.a.example", "--scope", "server_api", "--expires-in", "2h"
    )
    token = told.out.strip()
    assert (told.code, told.out.count("\n")) == (0, 1)
    claims = jwt.decode(token, private_key.public.pem(), ["ES256"])
    assert jwt.get_unverified_header(token)["kid"] == KEY
    assert (claims["iss"], claims["scope"], claims["origin"]) == (TEAM, "server_api", "a.example,*.a.example")
    assert claims["exp"] - claims["iat"] == 7200


def test_json_has_the_token_and_its_facts(file: Path) -> None:
    told = create(file, "--json", "--scope", "server_api,mapkit_js")
    assert told.json.keys() == {"token", "keyId", "teamId", "issuedAt", "expiresAt", "scope"}
    assert told.json["scope"] == "server_api mapkit_js"


def test_a_key_can_come_from_standard_input(private_key: PrivateKey) -> None:
    told = create(Path("-"), "--key-id", KEY, stdin=private_key.pem().decode())
    assert told.code == 0
    assert "--key-id" in create(Path("-"), stdin=private_key.pem().decode()).err


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (["--scope", "maps"], 2, "Parameter '--scope' must be made of mapkit_js"),
        (["--expires-in", "soon"], 2, "Parameter '--expires-in' must be a number of seconds"),
        (["--expires-in", "0d"], 2, "for example '30d'; got '0d'"),
        (["--key-id", "abc"], 2, "Parameter '--key-id' must be ten upper-case"),
        (["--team", "abc"], 2, "Parameter '--team' must be ten upper-case"),
        (["--private-key", "missing.p8"], 3, "No such file or directory: missing.p8"),
    ],
)
def test_an_error_is_one_message_and_an_exit_code(file: Path, more: list[str], code: int, message: str) -> None:
    told = create(file, *more)
    assert (told.code, told.out) == (code, "")
    assert message in told.err


def test_a_public_key_is_recognised(tmp_path: Path, private_key: PrivateKey) -> None:
    path = tmp_path / f"AuthKey_{KEY}.p8"
    path.write_text(private_key.public.pem())
    told = create(path)
    assert told.code == 2
    assert "got 'a public key'" in told.err


def test_a_browser_token_without_origin_and_a_long_lived_one_cause_warnings(file: Path) -> None:
    told = create(file, "--scope", "mapkit_js", "--expires-in", "2y")
    assert told.code == 0
    assert "Apple requires an origin" in told.err
    assert "valid for more than a year" in told.err


@pytest.mark.parametrize("origin", ["https://a.example/map", "a.example,ftp://b.example", "*.com"])
def test_an_origin_that_covers_no_page_causes_a_warning(file: Path, origin: str) -> None:
    told = create(file, "--origin", origin)
    assert (told.code, told.out.count("\n")) == (0, 1)
    assert "Warning: The token may be refused on every page: its origins must be" in told.err
    assert "Warning" not in create(file, "--origin", "a.example,*.a.example:8443,https://localhost").err


def test_a_verdict_says_that_checks_were_not_made(file: Path) -> None:
    told = trigpoint("token", "inspect", create(file).out.strip())
    assert "no check failed; 6 were not made (marked ·)" in told.out
    assert "Add --here" in told.out


def test_without_a_key_everything_but_the_servers_checks_is_judged(file: Path) -> None:
    told = trigpoint("token", "inspect", "--json", create(file).out.strip())
    assert (told.code, told.json["kind"], told.json["refused"]) == (0, "auth token", False)
    assert told.json["claims"]["iss"] == TEAM
    unreached = {check for check, outcome in outcomes(told).items() if outcome == "not_reached"}
    assert unreached == {
        *ON_THE_SERVER,
        "The claim 'iss' is the key's team",
        "The signature verifies with the key",
    }


def test_with_a_key_the_signature_is_verified_too(file: Path) -> None:
    told = trigpoint("token", "inspect", "--json", "--private-key", file, "--team", TEAM, create(file).out.strip())
    assert (told.code, outcomes(told)["The signature verifies with the key"]) == (0, "passed")
    unreached = {check for check, outcome in outcomes(told).items() if outcome == "not_reached"}
    assert unreached == set(ON_THE_SERVER)


def test_a_signature_by_another_key_is_reported(file: Path, tmp_path: Path) -> None:
    token = create(file).out.strip()
    same_name = tmp_path / "other" / file.name
    same_name.parent.mkdir()
    same_name.write_bytes(generate().pem())
    told = trigpoint("token", "inspect", "--json", "--private-key", same_name, token)
    assert (told.code, outcomes(told)["The signature verifies with the key"]) == (1, "failed")
    told = trigpoint("token", "inspect", "--private-key", file, "--key-id", "ABCDEFGHIJ", token)
    assert told.code == 1
    assert "The given key is ABCDEFGHIJ, and 'kid' names another." in told.out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--origin", "https://a.example"], None),
        (["--origin", "https://b.example"], "ORIGIN_CHECK_FAILURE"),
        (["--scope", "web_snapshots", "--origin", "https://a.example"], "SCOPE_LACKS_SERVICE"),
    ],
)
def test_the_call_to_judge_can_be_given(file: Path, options: list[str], code: str | None) -> None:
    token = create(file, "--origin", "a.example", "--scope", "server_api").out.strip()
    told = trigpoint("token", "inspect", "--json", *options, token)
    failed = [finding["code"] for finding in told.json["findings"] if finding["outcome"] == "failed"]
    assert failed == ([code] if code else [])
    assert told.code == (1 if code else 0)


def test_an_access_token_is_recognised_and_its_expiry_judged() -> None:
    claims = AccessClaims(TeamId(TEAM), "maps.com.a", KeyId(KEY), 1_000_000, 1_001_800)
    token = access_token.sign(claims, secret_id="1", secret=b"x" * 64)
    told = trigpoint("token", "inspect", "--json", token)
    assert told.json["kind"] == "access token"
    assert "Only the server that issued" in told.out


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "Bearer x.y.z", "é.é.é", "." * 9000])
def test_any_text_can_be_inspected_and_is_refused_with_a_reason(token: str) -> None:
    told = trigpoint("token", "inspect", "--json", "-", stdin=token)
    assert told.code == 1
    assert [finding["code"] for finding in told.json["findings"] if finding["outcome"] == "failed"]


def test_a_terminal_shows_the_verdict_first_and_dates_in_words(file: Path) -> None:
    told = trigpoint("token", "inspect", create(file).out.strip())
    lines = told.out.splitlines()
    assert lines[1].split()[:4] == ["Verdict", "no", "check", "failed;"]
    assert any(line.startswith("claim exp") and "UTC" in line for line in lines)
    assert "✓ The token has not expired" in told.out


def test_names_of_checks_are_those_of_the_server() -> None:
    assert set(ON_THE_SERVER) <= {check.rule for check in auth_checks.CHECKS}


def test_an_empty_token_is_reported_by_the_name_of_the_argument() -> None:
    told = trigpoint("token", "exchange", stdin="")
    assert (told.code, told.err.strip()) == (
        2,
        "Error: Parameter 'TOKEN' must be given, or be on standard input, for example 'eyJhbGciOi…'; it is empty.",
    )


def test_an_exchange_without_a_server_ends_as_unavailable() -> None:
    told = trigpoint("token", "exchange", "a.b.c", "--server", "http://127.0.0.1:1")
    assert (told.code, told.out) == (5, "")
    assert told.err.startswith("Error: No response from http://127.0.0.1:1: ")
    assert told.err.count("127.0.0.1:1") == 1
    assert "Is a server running there? Start it with 'trigpoint serve', or name another with --server." in told.err
    named = trigpoint("token", "exchange", "a.b.c", "--server", "http://ada:s3cretOfAda@127.0.0.1:1")
    assert (named.code, "s3cretOfAda" in named.err) == (5, False)
