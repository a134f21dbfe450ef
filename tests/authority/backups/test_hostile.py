"""A malicious backup file is refused with a message; nothing is changed, and its master key is not installed."""

import gzip
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from authority.backups.altering import sign_again
from trigpoint.authority.founding import find_check
from trigpoint.authority.opening import open_authority
from trigpoint.authority.restoring import restore_backup
from trigpoint.base.errors import InvalidError, TrigpointError
from trigpoint.credentials.roles import Actor
from trigpoint.store.opening import open_store

Change = Callable[[list[str]], list[str]]


def manifest_with(**members: object) -> Change:
    return lambda lines: [json.dumps(json.loads(lines[0]) | members) + "\n", *lines[1:-1]]


def in_table(name: str, change: Callable[[list[str], list[object]], object]) -> Change:
    """Change the columns or a row of one table: `change` gets both."""

    def alter(lines: list[str]) -> list[str]:
        kept, inside, columns = [lines[0]], False, list[str]()
        for line in lines[1:-1]:
            found = json.loads(line)
            if isinstance(found, dict):
                inside, columns = found["table"] == name, found["columns"]
                kept.append(line)
            else:
                kept.append(json.dumps(change(columns, found)) + "\n" if inside else line)
        return kept

    return alter


def with_value(column: str, value: object) -> Callable[[list[str], list[object]], object]:
    return lambda columns, row: [value if name == column else old for name, old in zip(columns, row, strict=True)]


HOSTILE: dict[str, Change] = {
    "a time without end": manifest_with(createdAt=float("inf")),
    "a check that is no Base64": manifest_with(masterKeyCheck="\u00e9\u00e9\u00e9\u00e9"),
    "a check of another kind": manifest_with(masterKeyCheck={"a": 1}),
    "a master key that is no Base64": manifest_with(masterKey="\u2603"),
    "a short master key": manifest_with(masterKey="c2hvcnQ="),
    "a head that is no number": manifest_with(ledgerHead={"sequence": "x", "hash": 1}),
    "rows that are a list": manifest_with(rows=[]),
    "an unknown table": lambda lines: [lines[0], '{"table":"evil","columns":["a"]}\n', "[1]\n", *lines[1:-1]],
    "an unknown column": lambda lines: [line.replace('"team_id","name"', '"team_id","evil"') for line in lines[:-1]],
    "a short row": in_table("teams", lambda _columns, row: row[:-1]),
    "a long row": in_table("teams", lambda _columns, row: [*row, 1]),
    "a row of rows": in_table("teams", lambda _columns, row: [row] * len(row)),
    "a number where text belongs": in_table("ledger", with_value("details", 7)),
    "a state that does not exist": in_table("keys", with_value("state", "king")),
    "a public key that is none": in_table("keys", with_value("public_key", "bm90IGEga2V5")),
    "bytes that are no Base64": in_table("keys", with_value("public_key", "\u00e9")),
    "a number that does not fit": in_table("keys", with_value("created_at", 2**80)),
    "a service that does not exist": in_table("keys", with_value("services", "everything")),
    "no lines of tables": lambda lines: lines[:1],
    "a table without columns": lambda lines: [lines[0], '{"table":"teams"}\n', *lines[1:-1]],
    "lines that are no JSON": lambda lines: [lines[0], "x\n", *lines[1:-1]],
}


@dataclass(frozen=True)
class Good:
    """A backup with its master key, and the home that it is of."""

    home: Path
    file: Path


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Good:
    folder = tmp_path_factory.mktemp("good")
    found = Good(folder / "home", folder / "good.tpb")
    authority, operator = open_authority(home=found.home), Actor.as_operator("test")
    team = authority.teams.create(operator, "My Company").team_id
    authority.maps_ids.register(operator, team_id=team, identifier="maps.com.my.site", description="Mine")
    authority.keys.create(operator, team_id=team, name="Website", maps_id="maps.com.my.site")
    authority.backups.write(operator, found.file, with_master_key=True)
    authority.close()
    return found


@pytest.fixture
def file(good: Good, tmp_path: Path) -> Path:
    return Path(shutil.copy(good.file, tmp_path / "hostile.tpb"))


def what_a_restore_leaves(operator: Actor, file: Path, home: Path) -> tuple[TrigpointError, list[str]]:
    """Restore into an empty place; return the refusal, and the files that are there afterwards."""
    with pytest.raises(TrigpointError) as told:
        restore_backup(operator, file, home=home, clock=time.time)
    return told.value, [one.name for one in home.iterdir()] if home.exists() else []


@pytest.mark.parametrize("what", HOSTILE)
def test_a_malicious_file_is_refused_and_its_master_key_is_not_installed(
    good: Good, operator: Actor, file: Path, home: Path, what: str
) -> None:
    sign_again(file, good.home, HOSTILE[what])
    error, left = what_a_restore_leaves(operator, file, home)
    assert isinstance(error, InvalidError) or "master key" in str(error)
    assert not [name for name in left if "key" in name]
    if left:
        store = open_store(None, home=home)
        assert find_check(store) is None, "it belongs to nobody yet"
        store.close()


@pytest.mark.parametrize("last", ["[" * 100_000, '{"hmac":"\\ud800"}', '{"hmac":["a"]}', "7", '"hmac"'])
def test_a_malicious_last_line_is_refused(operator: Actor, file: Path, home: Path, last: str) -> None:
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    file.write_bytes(gzip.compress(b"".join(lines[:-1]) + last.encode() + b"\n"))
    error, left = what_a_restore_leaves(operator, file, home)
    assert str(error).startswith("Parameter 'FILE' must be")
    assert left == []
