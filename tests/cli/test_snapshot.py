"""`snapshot sign` and `snapshot check` work without a server and without a database."""

from pathlib import Path

import pytest

from cli.offline import KEY, TEAM
from commands import trigpoint
from trigpoint.cli.inspection import ON_THE_SERVER, ON_THE_SERVER_FOR_URLS
from trigpoint.credentials import snapshot_checks
from trigpoint.credentials.jws import decode_base64url
from trigpoint.credentials.keypair import PrivateKey
from trigpoint.credentials.snapshot_url import SIGNED_START, read_query

URL = "https://maps.example.com/api/v1/snapshot?center=Städtle 1, Vaduz&z=14"


pytestmark = pytest.mark.usefixtures("no_database")


def sign(file: Path, *more: str, url: str = URL) -> str:
    told = trigpoint("snapshot", "sign", url, "--private-key", file, "--team", TEAM, *more)
    assert (told.code, told.out.count("\n")) == (0, 1), told.err
    return told.out.strip()


def test_the_signed_url_alone_is_on_standard_output_and_verifies(file: Path, private_key: PrivateKey) -> None:
    url = sign(file, "--expires-in", "2h", "--referer", "https://a.example/")
    head, _, query = url.partition("?")
    assert head == "https://maps.example.com/api/v1/snapshot"
    assert query.startswith("center=St%C3%A4dtle%201,%20Vaduz&z=14&teamId=")
    found = read_query(query.encode())
    assert found.message == SIGNED_START + query.rpartition("&signature=")[0].encode()
    signature = decode_base64url((found.signature or "").encode(), "signature")
    assert private_key.public.has_signed(found.message, signature)
    assert (found.team_id, found.key_id, found.referer) == (TEAM, KEY, "https://a.example/")


def test_json_has_the_url_and_its_facts(file: Path) -> None:
    told = trigpoint("snapshot", "sign", "-", "--private-key", file, "--team", TEAM, "--json", "--expires-in", "1d", stdin=URL)  # fmt: skip
    assert told.json.keys() == {"url", "keyId", "teamId", "expiresAt"}
    assert told.json["url"].startswith("https://maps.example.com/api/v1/snapshot?")


def test_without_an_expiry_a_warning_is_printed(file: Path) -> None:
    told = trigpoint("snapshot", "sign", URL, "--private-key", file, "--team", TEAM)
    assert "until its key is revoked" in told.err


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://maps.example.com/v1/geocode?q=a", "must be the URL of a snapshot"),
        ("/api/v1/snapshot?center=1,2&token=a.b.c", "must be without 'token'"),
    ],
)
def test_only_the_url_of_a_snapshot_is_signed(file: Path, url: str, words: str) -> None:
    told = trigpoint("snapshot", "sign", url, "--private-key", file, "--team", TEAM)
    assert told.code == 2
    assert words in told.err


def test_a_valid_url_passes(file: Path) -> None:
    told = trigpoint("snapshot", "check", sign(file), "--private-key", file)
    assert told.code == 0, told.out
    assert "no check failed" in told.out
    assert "The signature verifies over the URL as it was sent" in told.out


def test_a_changed_url_is_explained_and_no_signature_is_printed(file: Path) -> None:
    url = sign(file).replace("%20", "+")
    told = trigpoint("snapshot", "check", url, "--private-key", file)
    assert told.code == 1
    assert "The query was encoded again after signing: '%20' became '+'." in " ".join(told.out.split())
    assert url.rpartition("=")[2] not in told.out + told.err


def test_without_a_key_only_its_form_is_judged(file: Path) -> None:
    told = trigpoint("snapshot", "check", sign(file), "--json")
    assert told.code == 0
    outcomes = {finding["check"]: finding["outcome"] for finding in told.json["findings"]}
    assert outcomes["The signature is 64 raw bytes as base64url"] == "passed"
    assert (
        outcomes["The key is registered here"]
        == outcomes["The signature verifies over the URL as it was sent"]
        == ("not_reached")
    )
    assert told.json["kind"] == "signed snapshot URL"
    assert told.json["claims"]["keyId"] == KEY
    assert trigpoint("snapshot", "check", sign(file) + "&a=b").code == 1


def test_a_signature_by_another_key_is_reported(file: Path) -> None:
    told = trigpoint("snapshot", "check", sign(file), "--private-key", file, "--key-id", "ABCDEFGHIJ")
    assert told.code == 1
    assert "The given key is ABCDEFGHIJ, and 'keyId' names another." in " ".join(told.out.split())


def test_a_url_with_a_token_is_judged_by_its_token(file: Path) -> None:
    token = trigpoint("token", "create", "--private-key", file, "--team", TEAM, "--scope", "web_snapshots", "--origin", "a.example").out.strip()  # fmt: skip
    url = f"/api/v1/snapshot?center=1,2&token={token}"
    refused = trigpoint("snapshot", "check", url, "--private-key", file, "--json")
    assert (refused.code, refused.json["kind"]) == (1, "snapshot URL with a token")
    assert {one.get("code") for one in refused.json["findings"] if one["outcome"] == "failed"} == {"ORIGIN_MISSING"}
    for option, value in (("--referer", "https://a.example/page"), ("--origin", "https://a.example")):
        assert trigpoint("snapshot", "check", url, "--private-key", file, option, value).code == 0


def test_with_a_database_it_is_judged_by_the_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TRIGPOINT_DATABASE_URL")
    team = trigpoint("team", "create", "Mine", "--json").json["teamId"]
    trigpoint("maps-id", "register", "maps.com.example.app", "--team", team, "--description", "App")
    made = ("key", "create", "Web", "--team", team, "--maps-id", "maps.com.example.app", "--out", tmp_path, "--json")
    path = trigpoint(*made).json["path"]
    url = trigpoint("snapshot", "sign", "/api/v1/snapshot?center=1,2", "--private-key", path, "--team", team).out
    assert trigpoint("snapshot", "check", url, "--here").code == 0
    told = trigpoint("snapshot", "check", url.replace("1,2", "1,3"), "--here")
    assert told.code == 1
    assert "Either the query was changed after signing" in " ".join(told.out.split())


def test_names_of_checks_are_those_of_the_server() -> None:
    assert {ON_THE_SERVER_FOR_URLS, *ON_THE_SERVER[:3]} <= {check.rule for check in snapshot_checks.CHECKS}
