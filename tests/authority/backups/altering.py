"""Changing a backup as a thief, a broken disk or another version would."""

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import MetaData, create_engine

from trigpoint.store.migrating import upgrade


def give_master_key(home: Path, other: Path) -> None:
    other.mkdir(mode=0o700)
    shutil.copy2(home / "master.key", other)


def rewrite(file: Path, change: Callable[[list[str]], list[str]]) -> None:
    lines = gzip.decompress(file.read_bytes()).decode().splitlines(keepends=True)
    file.write_bytes(gzip.compress("".join(change(lines)).encode()))


def as_schema(lines: list[str], revision: str, tables: set[str]) -> list[str]:
    """Keep only some tables of a backup, and say that it is of another schema."""
    manifest = json.loads(lines[0]) | {"schema": revision}
    kept, keep = [json.dumps(manifest) + "\n"], False
    for line in lines[1:-1]:
        found = json.loads(line)
        keep = found["table"] in tables if isinstance(found, dict) else keep
        if keep:
            kept.append(line)
    return kept


def as_of(lines: list[str], revision: str) -> list[str]:
    """Write a backup in an earlier schema, with its tables and columns."""
    engine, then = create_engine("sqlite://"), MetaData()
    upgrade(engine, to=revision)
    then.reflect(engine)
    engine.dispose()
    manifest = json.loads(lines[0]) | {"schema": revision}
    kept, places = [json.dumps(manifest) + "\n"], list[int]()
    for line in lines[1:-1]:
        found = json.loads(line)
        if isinstance(found, dict):
            names = then.tables[found["table"]].columns if found["table"] in then.tables else {}
            places = [place for place, name in enumerate(found["columns"]) if name in names]
            found["columns"] = [found["columns"][place] for place in places]
        else:
            found = [found[place] for place in places]
        if places:
            kept.append(json.dumps(found) + "\n")
    return kept


def sign_again(file: Path, home: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Alter a backup as a holder of the master key could."""
    import hashlib
    import hmac

    from trigpoint.authority.master_key import find_master_key
    from trigpoint.authority.vault import Vault

    secret = Vault(find_master_key(home, given=None)).derive("backup")

    def sign(lines: list[str]) -> list[str]:
        kept = change(lines)
        mac = hmac.new(secret, "".join(kept).encode(), hashlib.sha256).hexdigest()
        return [*kept, json.dumps({"hmac": mac}) + "\n"]

    rewrite(file, sign)
