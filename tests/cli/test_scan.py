"""`trigpoint scan` and `trigpoint keys check` report findings by their exit code, for CI."""

import subprocess
import sys
from pathlib import Path

import pytest

from commands import trigpoint
from trigpoint.credentials.keypair import generate


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


def test_a_clean_folder_is_clean(folder: Path) -> None:
    (folder / "index.html").write_text("<p>Hello")
    told = trigpoint("scan", folder)
    assert (told.code, told.out) == (0, "")
    assert "No credentials found." in told.err


def test_a_key_in_a_file_is_reported_with_its_owner(folder: Path) -> None:
    team = trigpoint("team", "create", "My Company", "--json").json["teamId"]
    trigpoint("maps-id", "register", "maps.com.a", "--team", team, "--description", "A")
    key = trigpoint("key", "create", "Web", "--team", team, "--maps-id", "maps.com.a", "--out", folder, "--json").json
    told = trigpoint("scan", folder, "--json")
    assert told.code == 1
    (row,) = told.json
    assert (row["what"], row["severity"], row["whose"]) == ("private key", "leak", f"{key['keyId']} Web")
    assert "PRIVATE KEY" not in trigpoint("scan", folder).out
    trigpoint("key", "revoke", key["keyId"], "--reason", "compromised", "--yes")
    assert trigpoint("scan", folder).code == 0


def test_a_token_restricted_to_origins_is_allowed_in_a_page(folder: Path) -> None:
    team = trigpoint("team", "create", "My Company", "--json").json["teamId"]
    create = ("maps-token", "create", "--team", team, "--type", "mapkit_js")
    (folder / "a.html").write_text(trigpoint(*create, "--origins", "example.com").out)
    told = trigpoint("scan", folder, "--json")
    assert (told.code, told.json[0]["severity"]) == (0, "public")
    (folder / "b.html").write_text(trigpoint(*create).out)
    assert trigpoint("scan", folder).code == 1


def test_files_that_cannot_be_scanned_are_reported(folder: Path) -> None:
    assert trigpoint("scan", folder / "none").code == 3
    told = trigpoint("scan", folder, "--history")
    assert told.code == 2
    assert "in a git repository for --history" in told.err


def test_standard_input_is_scanned() -> None:
    assert trigpoint("scan", "-", stdin=generate().pem().decode()).code == 1


def test_keys_that_end_soon_fail_the_check() -> None:
    team = trigpoint("team", "create", "My Company", "--json").json["teamId"]
    trigpoint("maps-id", "register", "maps.com.a", "--team", team, "--description", "A")
    assert trigpoint("keys", "check").code == 0
    create = ("key", "create", "Web", "--team", team, "--maps-id", "maps.com.a", "--json")
    key = trigpoint(*create, "--expires-at", "2999-01-01").json["keyId"]
    assert trigpoint("keys", "check", "--team", team).code == 0
    new = trigpoint("key", "rotate", key, "--json").json
    assert new["name"] == "Web 2"
    assert [row["keyId"] for row in trigpoint("key", "traffic", key, "--json").json] == [key, new["keyId"]]
    trigpoint("maps-token", "create", "--team", team, "--type", "server_api")
    told = trigpoint("keys", "check", "--json")
    assert (told.code, told.json[0]["kind"]) == (1, "maps_token")
    assert trigpoint("keys", "check", "--days", 3).code == 0


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_key_in_a_log_is_found_in_every_encoding(folder: Path, encoding: str) -> None:
    lines = [f"web-1  | {line}" for line in ("naïve start", *generate().pem().decode().splitlines())]
    (folder / "app.log").write_bytes("\r\n".join(lines).encode(encoding))
    told = trigpoint("scan", folder / "app.log", "--json")
    assert (told.code, [row["where"] for row in told.json]) == (1, [f"{folder / 'app.log'}:2"])


def test_a_pipe_is_read_whatever_its_bytes_are() -> None:
    text = b"\xfa naive\n" + b"".join(b"web-1 | %s\n" % line for line in generate().pem().splitlines())
    done = subprocess.run(
        [sys.executable, "-c", "from trigpoint.cli.app import run; run()", "scan", "-", "--no-lookup"],
        input=text,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert b"standard input:2" in done.stdout
