"""The file of a backup: gzip over lines of JSON.

The first line is the manifest. Then, table by table, one line that names the table and one array for each row; bytes
are in Base64. The last line is the HMAC-SHA-256 of all lines before it, under a key derived from the master key.
"""

import gzip
import hashlib
import hmac
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Milliseconds
from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.credentials.ledger import Head

FORMAT = 1
LINE_LIMIT = 16 * 1024 * 1024
"""Longest row, in bytes."""
_PURPOSE = "backup"

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of a backup. `created_at` is in milliseconds; `schema` is a revision of the migrations.

    `master_key_check` is a sealed constant that the right master key opens; `master_key` is there only on request.
    `rows` counts the rows of each table.
    """

    created_at: Milliseconds
    version: str
    schema: str
    head: Head
    rows: Mapping[str, int]
    master_key_check: str
    master_key: str | None = None

    def __repr__(self) -> str:
        """Keep the master key out of logs."""
        return f"Manifest({self.created_at}, {self.schema}, {self.head.sequence})"


class BackupWriter:
    """Writes a backup: manifest, tables, and at the end the HMAC."""

    def __init__(self, file: BinaryIO, vault: Vault) -> None:
        self._gzip = gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0)
        self._mac = hmac.new(vault.derive(_PURPOSE), digestmod=hashlib.sha256)

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the first line."""
        members: dict[str, object] = {
            "trigpointBackup": FORMAT,
            "createdAt": manifest.created_at,
            "version": manifest.version,
            "schema": manifest.schema,
            "ledgerHead": {"sequence": manifest.head.sequence, "hash": manifest.head.hash},
            "rows": dict(manifest.rows),
            "masterKeyCheck": manifest.master_key_check,
        }
        if manifest.master_key is not None:
            members["masterKey"] = manifest.master_key
        self._write(members)

    def write_table(self, name: str, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[int]:
        """Write a table; yields 1 for each row that was written."""
        self._write({"table": name, "columns": list(columns)})
        for row in rows:
            self._write([row[column] for column in columns])
            yield 1

    def finish(self) -> None:
        """Write the last line. The file itself stays open."""
        last = json.dumps({"hmac": self._mac.hexdigest()}).encode("ascii")
        self._gzip.write(last + b"\n")
        self._gzip.close()

    def _write(self, value: object) -> None:
        line = json.dumps(value, separators=(",", ":"), ensure_ascii=True).encode("ascii") + b"\n"
        self._mac.update(line)
        self._gzip.write(line)


class BackupReader:
    """Reads a backup; its methods may be called several times, each reads the file from the start."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name

    def manifest(self) -> Manifest:
        """Read the first line; raise `InvalidError` for a file that is no backup, `UnavailableError` for another format."""
        try:
            found = json.loads(next(self._lines()))
            if found["trigpointBackup"] != FORMAT:
                raise UnavailableError(
                    f"The backup {self._name} has format {found['trigpointBackup']}, which this program does not know "
                    f"(it knows {FORMAT}). Restore it with the version that wrote it, or a later one."
                )
            head = found["ledgerHead"]
            return Manifest(
                created_at=Milliseconds(int(found["createdAt"])),
                version=str(found["version"]),
                schema=str(found["schema"]),
                head=Head(int(head["sequence"]), str(head["hash"])),
                rows={str(name): int(count) for name, count in found["rows"].items()},
                master_key_check=str(found["masterKeyCheck"]),
                master_key=found.get("masterKey"),
            )
        except (StopIteration, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._no_backup() from None

    def require_unaltered(self, vault: Vault) -> None:
        """Raise `InvalidError` unless the file is complete, and its HMAC is that of the master key."""
        mac = hmac.new(vault.derive(_PURPOSE), digestmod=hashlib.sha256)
        last = b""
        for line in self._lines():
            mac.update(last)
            last = line
        try:
            expected = str(json.loads(last)["hmac"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise InvalidError(
                "FILE", "a complete backup", example="backup.tpb", received=f"{self._name}, which is truncated"
            ) from None
        if not hmac.compare_digest(expected.encode(), mac.hexdigest().encode()):
            received = f"{self._name}, which was altered after it was written"
            raise InvalidError("FILE", "an unaltered backup", example="backup.tpb", received=received)

    def rows(self, table: str) -> Iterator[Row]:
        """Read the rows of one table."""
        for name, rows in self.tables():
            if name == table:
                yield from rows
                return

    def tables(self) -> Iterator[tuple[str, Iterator[Row]]]:
        """Read all tables in order, with an iterator over the rows of each; rows that are not read are skipped."""
        lines = map(json.loads, self._lines())
        next(lines)
        line = next(lines)
        while "table" in line:
            ending: list[dict[str, object]] = []
            rows = _rows_until(ending, line["columns"], lines)
            yield line["table"], rows
            for _ in rows:
                pass
            line = ending[0]

    def _lines(self) -> Iterator[bytes]:
        self._file.seek(0)
        try:
            with gzip.GzipFile(fileobj=self._file, mode="rb") as lines:
                while line := lines.readline(LINE_LIMIT):
                    yield line
        except EOFError:
            return  # cut off: `require_unaltered` finds that the last line is missing
        except (OSError, zlib.error):
            raise self._no_backup() from None

    def _no_backup(self) -> InvalidError:
        return InvalidError("FILE", "a file that 'trigpoint backup' wrote", example="backup.tpb", received=self._name)


def _rows_until(ending: list[dict[str, object]], columns: Sequence[str], lines: Iterator[object]) -> Iterator[Row]:
    """Read the rows of a table; the line after them is appended to `ending`."""
    for line in lines:
        if isinstance(line, dict):
            ending.append(line)
            return
        if isinstance(line, list):
            yield dict(zip(columns, line, strict=True))
