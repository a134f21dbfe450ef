"""The desk of backups: a consistent snapshot of the whole installation, in one file."""

import base64
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from trigpoint import __version__
from trigpoint.authority.backup_file import BackupWriter, Manifest
from trigpoint.authority.new_files import create_draft, publish
from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Clock, now_ms
from trigpoint.base.errors import ConflictError, ForbiddenError, UnavailableError
from trigpoint.credentials import ledger
from trigpoint.credentials.ledger import LedgerFault
from trigpoint.credentials.roles import Actor
from trigpoint.store.copying import Snapshot, copied_entry, copied_tables
from trigpoint.store.opening import Store
from trigpoint.store.tables import REVISION
from trigpoint.store.tables import ledger as ledger_table

Tell = Callable[[int], None]
"""A function that is called with the number of rows that are written."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written; `size` is in bytes. A backup whose ledger has a `fault` will not be restored."""

    path: Path
    manifest: Manifest
    size: int
    fault: LedgerFault | None


class Backups:
    """Writes backups. Restoring is in the module `restoring`, because it needs no installation that works."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    def write(
        self, actor: Actor, path: Path, *, with_master_key: bool = False, tell: Tell = lambda _rows: None
    ) -> Backup:
        """Write a backup to a new file that only its owner may read; it is on the disk when this returns.

        With `with_master_key` it contains the master key: whoever reads the file can decrypt all secrets in it. Raises
        ForbiddenError unless the actor is the operator, ConflictError if the file exists, and UnavailableError if it cannot
        be written.
        """
        if not actor.operator:
            raise ForbiddenError("Only the operator may back up the installation.")
        if path.exists():
            raise ConflictError(f"The file {path} exists already, and is not overwritten.")
        try:
            return self._write_file(path, with_master_key=with_master_key, tell=tell)
        except OSError as error:
            raise UnavailableError(
                f"The backup {path} cannot be written: {error.strerror}. Write it to another folder or disk; no part of it is left."
            ) from error

    def _write_file(self, path: Path, *, with_master_key: bool, tell: Tell) -> Backup:
        draft, descriptor = create_draft(path)
        try:
            with os.fdopen(descriptor, "w+b") as file, self._store.snapshot() as snapshot:
                manifest = self._describe(snapshot, with_master_key=with_master_key)
                writer = BackupWriter(file, self._vault)
                writer.write_manifest(manifest)
                for done, _ in enumerate(_write_tables(writer, snapshot), 1):
                    tell(done)
                writer.finish()
                fault = ledger.verify(
                    map(copied_entry, snapshot.rows(ledger_table)), head=manifest.head, is_own_head=True
                )
                file.flush()
                os.fsync(file.fileno())
                size = file.tell()
            try:
                publish(draft, path)
            except FileExistsError:
                raise ConflictError(f"The file {path} exists already, and is not overwritten.") from None
        finally:
            draft.unlink(missing_ok=True)
        return Backup(path, manifest, size, fault)

    def _describe(self, snapshot: Snapshot, *, with_master_key: bool) -> Manifest:
        key = self._vault.reveal_master_key()
        return Manifest(
            created_at=now_ms(self._clock),
            version=__version__,
            schema=REVISION,
            head=snapshot.head(),
            rows={table.name: snapshot.count(table) for table in copied_tables()},
            master_key_check=base64.b64encode(snapshot.master_key_check()).decode("ascii"),
            master_key=base64.b64encode(key).decode("ascii") if with_master_key else None,
        )


def _write_tables(writer: BackupWriter, snapshot: Snapshot) -> Iterator[int]:
    for table in copied_tables():
        yield from writer.write_table(table.name, [column.name for column in table.columns], snapshot.rows(table))
