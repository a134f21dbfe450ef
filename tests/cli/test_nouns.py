"""The commands for credentials: each does its work, prints the result, and ends with the right exit code."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from commands import Told, trigpoint
from trigpoint.cli.app import build
from trigpoint.credentials.keypair import generate, read_private_key

IDENTIFIER = "maps.com.example.app"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("TRIGPOINT_HOME", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def team() -> str:
    return str(trigpoint("team", "create", "My Company", "--json").json["teamId"])


@pytest.fixture
def maps_id(team: str) -> str:
    trigpoint("maps-id", "register", IDENTIFIER, "--team", team, "--description", "My app")
    return IDENTIFIER


def create_key(team: str, name: str = "My key", *more: Any) -> Told:
    return trigpoint("key", "create", name, "--team", team, "--maps-id", IDENTIFIER, *more)


def a_key(team: str, name: str = "My key") -> str:
    return str(create_key(team, name, "--json").json["keyId"])


def test_a_team_is_created_listed_and_shown(team: str) -> None:
    assert trigpoint("team", "show", team, "--json").json["name"] == "My Company"
    assert [row["teamId"] for row in trigpoint("team", "list", "--json").json] == [team]
    assert trigpoint("team", "create", "Apple's", "--team", "K5GNLXS2QT", "--json").json["teamId"] == "K5GNLXS2QT"
    again = trigpoint("team", "create", "Again", "--team", "K5GNLXS2QT", "--json")
    assert (again.code, again.out) == (4, "")


def test_a_team_chooses_what_happens_to_leaked_keys(team: str) -> None:
    assert trigpoint("team", "show", team, "--json").json["suspendsLeakedKeys"] is False
    assert trigpoint("team", "leaked-keys", team, "--suspend", "--json").json["suspendsLeakedKeys"] is True
    assert "Suspends leaked keys  yes" in trigpoint("team", "show", team).out
    assert trigpoint("team", "leaked-keys", team, "--only-report", "--json").json["suspendsLeakedKeys"] is False
    told = trigpoint("team", "leaked-keys", team)
    assert (told.code, "Missing option '--suspend'" in told.err) == (2, True)


@pytest.mark.usefixtures("maps_id")
def test_the_expiry_of_a_key_is_set_changed_and_removed(team: str) -> None:
    key_id = a_key(team)
    for day in ("2090-01-31", "2091-01-31"):
        told = trigpoint("key", "end", key_id, "--at", day, "--json")
        assert told.json["expiresAt"] == f"{day}T00:00:00Z"
    assert "expiresAt" not in trigpoint("key", "end", key_id, "--never", "--json").json
    for wrong in ((), ("--at", "2090-01-31", "--never"), ("--at", "2020-01-31"), ("--at", "soon")):
        assert trigpoint("key", "end", key_id, *wrong).code == 2


def test_an_empty_installation_says_what_to_do() -> None:
    told = trigpoint("team", "list")
    assert (told.code, told.out) == (0, "")
    assert 'trigpoint team create "My Company"' in told.err
    assert trigpoint("team", "list", "--json").json == []
    assert "trigpoint key create --help" in trigpoint("key", "list").err


def test_a_maps_id_is_registered_listed_edited_and_removed(team: str, maps_id: str) -> None:
    assert trigpoint("maps-id", "list", "--json").json[0]["mapsId"] == maps_id
    edited = trigpoint("maps-id", "edit", maps_id.upper().replace("MAPS.", "maps."), "--description", "New", "--json")
    assert edited.json["description"] == "New"
    key_id = a_key(team)
    refused = trigpoint("maps-id", "remove", maps_id, "--yes")
    assert (refused.code, key_id in refused.err) == (4, True)
    trigpoint("key", "revoke", key_id, "--reason", "superseded", "--yes")
    assert trigpoint("maps-id", "remove", maps_id, "--yes", "--json").json["mapsId"] == maps_id
    assert trigpoint("maps-id", "list", "--json").json == []


@pytest.mark.parametrize(
    ("identifier", "code", "message"),
    [("maps.com", 2, "Parameter 'MAPS_ID' must be three or four fields"), ("maps.com.*", 2, "got 'maps.com.*'")],
)
def test_a_bad_maps_id_is_refused_with_its_rule(team: str, identifier: str, code: int, message: str) -> None:
    told = trigpoint("maps-id", "register", identifier, "--team", team, "--description", "x")
    assert (told.code, message in told.err) == (code, True)


def test_key_create_downloads_only_with_out(team: str, maps_id: str, tmp_path: Path) -> None:
    waiting = create_key(team, "Waiting", "--json").json
    assert (waiting["state"], waiting["privateHalf"], "path" in waiting) == ("active", "waiting", False)
    told = create_key(team, "Fetched", "--out", tmp_path, "--json").json
    path = Path(told["path"])
    assert path.name == f"AuthKey_{told['keyId']}.p8"
    assert (told["privateHalf"], told["mapsId"]) == ("downloaded", maps_id)
    assert path.stat().st_size == 257
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    read_private_key(path.read_bytes())


@pytest.mark.usefixtures("maps_id")
def test_key_download_writes_into_the_current_folder_once_and_prints_the_path(team: str, tmp_path: Path) -> None:
    key_id = a_key(team)
    told = trigpoint("key", "download", key_id)
    assert (told.code, told.out) == (0, f"AuthKey_{key_id}.p8\n")
    assert (tmp_path / f"AuthKey_{key_id}.p8").stat().st_size == 257
    (tmp_path / "other").mkdir()
    in_place = trigpoint("key", "download", key_id)
    assert in_place.code == 4
    assert "was downloaded already on " in in_place.err, "that is the news, not that the file exists"
    again = trigpoint("key", "download", key_id, "--out", "other", "--json")
    assert (again.code, again.out) == (4, "")
    assert "was downloaded already on " in again.err
    assert list((tmp_path / "other").iterdir()) == []


@pytest.mark.usefixtures("maps_id")
def test_an_existing_file_is_not_overwritten_and_the_key_is_not_lost(team: str, tmp_path: Path) -> None:
    key_id = a_key(team)
    file = tmp_path / f"AuthKey_{key_id}.p8"
    file.write_text("precious")
    told = trigpoint("key", "download", key_id)
    assert (told.code, file.read_text()) == (4, "precious")
    assert "is not overwritten" in told.err
    file.unlink()
    assert trigpoint("key", "download", key_id).code == 0


@pytest.mark.usefixtures("maps_id")
def test_a_missing_folder_is_refused_before_a_key_is_created(team: str) -> None:
    assert create_key(team, "My key", "--out", "nowhere").code == 2
    assert trigpoint("key", "list", "--json").json == []


@pytest.mark.usefixtures("maps_id")
def test_a_key_is_shown_renamed_and_revoked(team: str) -> None:
    key_id = a_key(team)
    assert trigpoint("key", "rename", key_id, "New name", "--json").json["name"] == "New name"
    revoked = trigpoint(
        "key", "revoke", key_id, "--reason", "no-longer-needed", "--note", "end of life", "--yes", "--json"
    )
    assert revoked.json["state"] == "revoked"
    shown = trigpoint("key", "show", key_id, "--json").json
    assert (shown["revocationReason"], shown["revocationNote"]) == ("no_longer_needed", "end of life")
    assert trigpoint("key", "revoke", key_id, "--reason", "superseded", "--yes").code == 4
    assert trigpoint("key", "show", "ABCDEFGHIJ").code == 3
    assert trigpoint("key", "show", "abc").code == 2
    assert "superseded, compromised" in trigpoint("key", "revoke", key_id, "--reason", "bored", "--yes").err


@pytest.mark.usefixtures("maps_id")
def test_revoking_asks_first(team: str) -> None:
    key_id = a_key(team)
    told = trigpoint("key", "revoke", key_id, "--reason", "superseded")
    assert (told.code, "--yes" in told.err) == (2, True)
    assert trigpoint("key", "show", key_id, "--json").json["state"] == "active"


@pytest.mark.usefixtures("maps_id")
def test_a_key_can_be_limited_to_services_and_a_date(team: str) -> None:
    told = create_key(team, "My key", "--service", "server_api", "--expires-at", "2999-01-31", "--json").json
    assert (told["services"], told["expiresAt"]) == (["server_api"], "2999-01-31T00:00:00Z")
    assert "'--service' must be one or more of" in create_key(team, "Other", "--service", "maps").err
    assert "'--expires-at' must be in the future" in create_key(team, "Other", "--expires-at", "2001-01-31").err
    assert "a date or a time in ISO 8601" in create_key(team, "Other", "--expires-at", "soon").err


def register(team: str, *more: Any) -> Told:
    return trigpoint("key", "register", "Mine", "--team", team, "--maps-id", IDENTIFIER, *more, "--json")


@pytest.mark.usefixtures("maps_id")
def test_an_existing_public_key_is_registered_without_its_private_half(team: str, tmp_path: Path) -> None:
    private_key = generate()
    (tmp_path / "mine.p8").write_bytes(private_key.pem())
    told = register(team, "--private-key", "mine.p8")
    assert (told.code, told.json["privateHalf"]) == (0, "never_here")
    assert trigpoint("key", "download", told.json["keyId"]).code == 4


@pytest.mark.usefixtures("maps_id")
def test_a_key_can_be_generated_locally_without_reaching_the_database(team: str, tmp_path: Path) -> None:
    told = register(team, "--out", tmp_path)
    path = Path(told.json["path"])
    assert path.name == f"AuthKey_{told.json['keyId']}.p8"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert told.json["privateHalf"] == "never_here"
    assert register(team, "--out", tmp_path).code == 4  # the name is taken
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".p8"] == [path.name]


@pytest.mark.usefixtures("maps_id")
def test_a_proof_by_openssl_is_accepted_and_a_wrong_one_is_not(team: str, tmp_path: Path) -> None:
    private_key = generate()
    (tmp_path / "mine.pem").write_text(private_key.public.pem())
    challenge = trigpoint("key", "challenge", "--team", team).out.strip()
    (tmp_path / "mine.sig").write_bytes(private_key.sign(challenge.encode()))
    (tmp_path / "other.sig").write_bytes(generate().sign(challenge.encode()))
    options = ("--public-key", "mine.pem", "--challenge", challenge, "--proof")
    assert register(team, *options, "other.sig").code == 2
    assert register(team, *options, "mine.sig").json["state"] == "active"
    assert "exactly one of" in register(team).err
    assert "--challenge and --proof" in register(team, "--public-key", "mine.pem").err


@pytest.mark.usefixtures("maps_id")
def test_a_token_is_judged_by_the_keys_of_this_installation(team: str, tmp_path: Path) -> None:
    path = create_key(team, "My key", "--out", tmp_path, "--json").json["path"]
    key_id = Path(path).name[8:18]
    token = trigpoint("token", "create", "--team", team, "--private-key", path).out.strip()
    told = trigpoint("token", "inspect", "--here", "--json", token)
    assert (told.code, told.json["kind"], told.json["refused"]) == (0, "auth token", False)
    assert {finding["outcome"] for finding in told.json["findings"]} == {"passed"}
    trigpoint("key", "revoke", key_id, "--reason", "compromised", "--yes")
    told = trigpoint("token", "inspect", "--here", token)
    assert (told.code, f"refused: The key {key_id} was revoked on " in told.out) == (1, True)


@pytest.mark.usefixtures("maps_id")
def test_the_audit_trail_names_the_user_and_is_verified(team: str) -> None:
    key_id = a_key(team)
    rows = trigpoint("audit", "show", "--json").json
    assert [row["kind"] for row in rows][:3] == ["key.created", "maps_id.registered", "team.created"]
    assert rows[0]["subject"] == key_id
    assert rows[0]["actor"].startswith("operator:")
    assert "PRIVATE" not in json.dumps(rows)
    told = trigpoint("audit", "verify", "--json").json
    assert (told["holds"], told["entries"]) == (True, rows[0]["sequence"])
    assert told["head"] == f"{rows[0]['sequence']}:{rows[0]['hash']}"
    assert trigpoint("audit", "verify", "--head", told["head"]).code == 0
    number = told["head"].split(":")[0]
    assert trigpoint("audit", "verify", "--head", f"{number}:{'0' * 64}").code == 1
    assert trigpoint("audit", "verify", "--head", "x").code == 2
    assert [row["kind"] for row in trigpoint("audit", "show", "--subject", key_id, "--json").json] == ["key.created"]


@pytest.mark.usefixtures("maps_id")
def test_an_altered_audit_trail_is_detected(home: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(home / "trigpoint.db")) as database:
        (table,) = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%previous%'"
        ).fetchone()
        database.execute(f"UPDATE {table} SET actor = 'operator:nobody' WHERE sequence = 1")
        database.commit()
    told = trigpoint("audit", "verify", "--json")
    assert (told.code, told.json["holds"], told.json["fault"], told.json["sequence"]) == (1, False, "altered", 1)


@pytest.mark.usefixtures("maps_id")
def test_a_terminal_gets_tables_and_hints(team: str) -> None:
    created = create_key(team)
    assert "Next: trigpoint key download" in created.err
    table = trigpoint("key", "list").out.splitlines()
    assert table[0].split()[:2] == ["Key", "ID"]
    assert "active" in table[1]


def test_an_invalid_setting_is_reported_with_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIGPOINT_PORT", "many")
    told = trigpoint("team", "list")
    assert (told.code, told.err) == (
        2,
        "Error: Parameter 'TRIGPOINT_PORT' must be a port from 0 to 65535, for example '8060'; got 'many'.\n",
    )


def commands(group: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    names = [(*path, command.name or command.callback.__name__.strip("_")) for command in group.registered_commands]
    for child in group.registered_groups:
        names += commands(child.typer_instance, (*path, child.name) if child.name else path)
    return names


@pytest.mark.parametrize("command", commands(build()), ids=" ".join)
def test_every_command_has_help_with_an_example_and_json(command: tuple[str, ...]) -> None:
    told = trigpoint(*command, "--help")
    assert (told.code, "Example: trigpoint" in told.out) == (0, True)
    assert "--json" in told.out or command == ("serve",)


def test_the_help_of_a_command_is_wrapped_by_the_terminal() -> None:
    groups = [one.typer_instance for one in build().registered_groups]
    helps = [command.help or "" for group in groups if group is not None for command in group.registered_commands]
    assert len(helps) > 50
    assert [text for text in helps if "\n" in text.replace("\n\n", "")] == []


def test_the_version_is_printed() -> None:
    assert trigpoint("--version").out.startswith("trigpoint ")


def test_signing_secrets_are_listed_and_rotated_and_never_shown(team: str) -> None:
    assert team
    before = trigpoint("signing-secret", "list", "--json").json
    assert [sorted(row) for row in before] == [["createdAt", "secretId"]]
    rotated = trigpoint("signing-secret", "rotate", "--json").json
    assert rotated == {"secretId": rotated["secretId"], "endedTokens": False}
    after = trigpoint("signing-secret", "list", "--json").json
    assert [row["secretId"] for row in after] == [rotated["secretId"], before[0]["secretId"]]
    assert "forgottenAt" in after[1]
    assert trigpoint("signing-secret", "rotate", "--end-tokens").code == 2  # nobody can be asked here
    ended = trigpoint("signing-secret", "rotate", "--end-tokens", "--yes")
    assert (ended.code, "Every earlier access token is refused." in ended.err) == (0, True)
    assert len(trigpoint("signing-secret", "list", "--json").json) == 1
