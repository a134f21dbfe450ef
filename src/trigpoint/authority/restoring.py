"""Restoring a backup into an empty installation, or into a running one, whose newer state takes precedence.

1. The file must be complete and unaltered, have the right master key, and a ledger without a fault.
2. An empty installation, or one whose ledger the backup continues, is replaced by the backup.
3. An installation whose ledger continues that of the backup gets missing rows back, but none that its ledger has ended.
4. If the two ledgers have different entries, nothing is restored.

Everything is one transaction: if it is killed, nothing has changed.
"""

import base64
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from trigpoint.authority.backup_file import BackupReader, Manifest, Row
from trigpoint.authority.data_keys import DataKeys
from trigpoint.authority.ended import ended_since
from trigpoint.authority.founding import PURPOSE
from trigpoint.authority.gone_back import REPLACED_HEAD
from trigpoint.authority.master_key import find_master_key, put_in_place, write_aside
from trigpoint.authority.memory import SECRET_PURPOSE
from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Clock, now_ms
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, TrigpointError, UnavailableError
from trigpoint.credentials import ledger
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.keypair import read_public_key
from trigpoint.credentials.ledger import EMPTY, Head
from trigpoint.credentials.roles import Actor
from trigpoint.home import Home
from trigpoint.store.copying import COUNTERS, Snapshot, copied_entry, copied_tables, primary_key_of
from trigpoint.store.migrating import known_revisions
from trigpoint.store.opening import open_store
from trigpoint.store.reader import Reader
from trigpoint.store.scratch import brought_up_to_date
from trigpoint.store.tables import REVISION
from trigpoint.store.writer import Change

Tell = Callable[[int], None]
"""A function that is called with the number of rows that are done."""
Tables = Iterable[tuple[str, Iterable[Row]]]
KEPT = frozenset(
    {
        "installation",
        "ledger",
        "ledger_head",
        "signing_secrets",
        "webhook_deliveries",
        "webhook_feed",
        "webhook_old_secrets",
    }
)
"""Tables of a running installation that are never changed by a backup."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore. `replaced` tells whether the installation was replaced by the backup.

    `put_back` and `left_out` count rows by table; `notes` are sentences about objects that have ended since the backup, and
    were not restored, and about private halves that cannot be decrypted here. `replaced_head` is the head of the former ledger, if it was replaced.
    """

    manifest: Manifest
    replaced: bool
    put_back: Mapping[str, int]
    left_out: Mapping[str, int]
    notes: tuple[str, ...] = ()
    replaced_head: Head | None = None
    differs: bool = False
    """Whether the database differs from its ledger, because somebody has changed it past Trigpoint."""


def restore_backup(
    actor: Actor,
    path: Path,
    *,
    home: Path,
    database_url: str | None = None,
    master_key: str | None = None,
    clock: Clock,
    tell: Tell = lambda _rows: None,
) -> Restored:
    """Restore a backup into the installation that `home` and `database_url` name.

    Raises `InvalidError` for a file that is no backup, was truncated or altered, or whose ledger is damaged;
    `UnavailableError` for another master key or a newer schema; `ConflictError` for another history.
    """
    if not actor.operator:
        raise ForbiddenError("Only the operator may restore a backup.")
    with _reporting_odd_files(path), ExitStack() as opened:
        backup = BackupReader(opened.enter_context(path.open("rb")), path.name)
        manifest = backup.manifest()
        key = _find_key(manifest, home, given=master_key)
        vault = Vault(key)
        _require_key(vault, base64.b64decode(manifest.master_key_check), whose=f"the backup {path.name}")
        backup.require_unaltered(vault)
        _require_ledger(backup, manifest, path)
        tables = _open_tables(backup, manifest, opened)
        store = open_store(database_url, home=home)
        opened.callback(store.close)
        aside = write_aside(home, key) if master_key is None else None
        if aside is not None:
            opened.callback(aside.unlink, missing_ok=True)  # a restore that fails leaves no foreign master key behind
        with store.change() as change:
            check = change.master_key_check()
            if check is not None:
                _require_key(vault, check, whose="this installation")
            restored = _restore(change, backup, tables, tell=tell, founded=check is not None)
            _require_readable(change, vault)
            notes = (*restored.notes, *_missing_halves(change, vault, DataKeys(home)))
            restored = replace(restored, notes=notes, differs=bool(change.contradictions(limit=1)))
            change.append(_event(actor, restored), at=now_ms(clock))
        if aside is not None:
            put_in_place(aside)
        return restored


def _missing_halves(change: Change, vault: Vault, data_keys: DataKeys) -> Iterator[str]:
    """Give a sentence for each private half that was not downloaded yet, and cannot be decrypted on this machine."""
    here = data_keys.names()
    for key_id, sealed in sorted(change.sealed_private_halves().items()):
        if vault.needs_data_key(sealed) and key_id not in here:
            yield (
                f"The private half of the key {key_id} was not downloaded yet, and no backup contains its data key: download it "
                "on the machine that created the key, or revoke the key and create another."
            )


@contextmanager
def _reporting_odd_files(path: Path) -> Iterator[None]:
    """Turn any error of parsing into an InvalidError: the file may have been written by anybody."""
    try:
        yield
    except TrigpointError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, RuntimeError) as error:
        raise InvalidError("FILE", "an unaltered backup", example="backup.tpb", received=path.name) from error


def _require_readable(change: Change, vault: Vault) -> None:
    """Read the restored rows as a server does; if that fails, the transaction is rolled back."""
    for key in change.keys():  # noqa: SIM118 (no dictionary)
        read_public_key(key.public_key)
    for token in change.maps_tokens.all():
        read_public_key(token.public_key)
    for secret_id, sealed, _ in change.signing_secrets():
        vault.open(sealed, f"{SECRET_PURPOSE}:{secret_id}")
    for read in (change.teams, change.maps_ids, change.limits, change.people.everyone):
        read()
    for read_all in (change.api_tokens.all, change.webhooks.all):
        read_all()


def _find_key(manifest: Manifest, home: Path, *, given: str | None) -> bytes:
    if given is not None or Home(home).master_key.exists():
        return find_master_key(home, given=given)
    if manifest.master_key is None:
        raise UnavailableError(
            f"There is no master key in {home}, and none in the backup. Copy {Home(home).master_key.name} to {home} (chmod 600), "
            "or set TRIGPOINT_MASTER_KEY: without it, the secrets cannot be decrypted."
        )
    return base64.b64decode(manifest.master_key)


def _require_key(vault: Vault, check: bytes, *, whose: str) -> None:
    try:
        vault.open(check, PURPOSE)
    except UnavailableError:
        raise UnavailableError(
            f"The master key is not the one of {whose}. Nothing was changed. Restore with the master key of the backup "
            f"(master.key or TRIGPOINT_MASTER_KEY), into the installation that it is from, or into an empty one."
        ) from None


def _require_ledger(backup: BackupReader, manifest: Manifest, path: Path) -> None:
    fault = ledger.verify(map(copied_entry, backup.rows("ledger")), head=manifest.head, is_own_head=True)
    if fault is not None:
        received = f"{path.name}; {fault.detail}"
        raise InvalidError("FILE", "a backup with an intact ledger", example="an earlier backup", received=received)


def _open_tables(backup: BackupReader, manifest: Manifest, opened: ExitStack) -> Tables:
    """Give the tables in the present schema; those of an older schema are migrated in a temporary database."""
    if manifest.schema == REVISION:
        return backup.tables()
    if manifest.schema not in known_revisions():
        raise UnavailableError(
            f"The backup has schema {manifest.schema} (Trigpoint {manifest.version}), which is newer than this program "
            f"(it knows up to {REVISION}). Update Trigpoint, and restore then."
        )
    snapshot = opened.enter_context(brought_up_to_date(manifest.schema, backup.tables()))
    return _tables_of(snapshot)


def _tables_of(snapshot: Snapshot) -> Iterator[tuple[str, Iterable[Row]]]:
    for table in copied_tables():
        yield table.name, snapshot.rows(table)


def _restore(change: Change, backup: BackupReader, tables: Tables, *, tell: Tell, founded: bool) -> Restored:
    manifest, here = backup.manifest(), change.head()
    if not founded or (_is_bare(change) and here.sequence <= manifest.head.sequence) or _continues(backup, here):
        return _replace(change, manifest, tables, tell)
    known = _head_at(change, manifest.head.sequence)
    if known != manifest.head:
        raise ConflictError(
            "The backup is not from this installation, or from before a restore: their ledgers differ at or before entry "
            f"{min(here.sequence, manifest.head.sequence)}. Nothing was changed. Restore it into an empty data folder and "
            "database (TRIGPOINT_HOME, TRIGPOINT_DATABASE_URL)."
        )
    fault = ledger.verify(change.entries(), head=here, is_own_head=True)
    if fault is not None:
        raise ConflictError(
            f"The ledger of this installation has a fault, so that it is unknown what may be restored: {fault.detail} "
            "Nothing was changed. Keep this database as evidence, and restore into an empty data folder and database."
        )
    return _merge(change, manifest, tables, tell)


def _is_bare(reader: Reader) -> bool:
    """Tell whether an installation was created, but never used."""
    by_itself = {EventKind.SIGNING_SECRET_ROTATED.value, EventKind.SIGNING_SECRET_FORGOTTEN.value}
    return not reader.teams() and all(entry.kind in by_itself for entry in reader.entries())


def _continues(backup: BackupReader, here: Head) -> bool:
    """Tell whether the ledger of the backup continues that of this installation."""
    if here.sequence >= backup.manifest().head.sequence:
        return False
    found = (row["hash"] for row in backup.rows("ledger") if row["sequence"] == here.sequence)
    return next(found, None) == here.hash


def _head_at(reader: Reader, sequence: int) -> Head:
    found = (Head(entry.sequence, entry.hash) for entry in reader.entries(after=sequence - 1, before=sequence + 1))
    return next(found, EMPTY)


def _replace(change: Change, manifest: Manifest, tables: Tables, tell: Tell) -> Restored:
    put_back: Counter[str] = Counter()
    known = {table.name: table for table in copied_tables()}
    before = change.reached
    change.restoring.clear()
    for name, rows in tables:
        for size in change.restoring.insert(known[name], rows):
            put_back[name] += size
            tell(put_back.total())
    change.adopt_ledger()
    return Restored(manifest, replaced=True, put_back=dict(put_back), left_out={}, replaced_head=before)


def _merge(change: Change, manifest: Manifest, tables: Tables, tell: Tell) -> Restored:
    put_back: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    ended = ended_since(change.entries(after=manifest.head.sequence))
    known = {table.name: table for table in copied_tables()}
    done = 0
    for name, rows in tables:
        if name in COUNTERS:
            for size in change.restoring.insert(known[name], rows):
                done += size
                tell(done)
        if name in COUNTERS or name in KEPT:
            continue
        here = change.restoring.primary_keys(known[name])
        for row in rows:
            done += 1
            tell(done)
            primary_key = primary_key_of(known[name], row)
            if ended.covers(name, row, primary_key=primary_key) or primary_key in here:
                continue
            counter = put_back if change.restoring.insert_one(known[name], row) else left_out
            counter[name] += 1
    return Restored(manifest, replaced=False, put_back=dict(put_back), left_out=dict(left_out), notes=ended.notes())


def _event(actor: Actor, restored: Restored) -> Event:
    head = restored.manifest.head
    details: Details = {
        "backupCreatedAt": restored.manifest.created_at,
        "backupHead": f"{head.sequence}:{head.hash}",
        "replaced": restored.replaced,
        "rowsPutBack": sum(restored.put_back.values()),
    }
    if restored.replaced_head is not None:
        details[REPLACED_HEAD] = str(restored.replaced_head)  # by it, servers know that nothing was lost
    return Event(EventKind.BACKUP_RESTORED, actor.name, None, "installation", details)
