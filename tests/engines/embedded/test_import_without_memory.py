"""An import without enough memory: one clear error, and the old index stays in service."""

import errno
import os
from pathlib import Path

import pytest

from small_map import a_town
from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.index.textindex import TextWriter
from trigpoint.engines.generations import folder_in_service


@pytest.mark.parametrize(
    ("failing", "error"),
    [
        ("Reading", MemoryError()),
        ("Reading", OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))),
        ("Preparing", MemoryError()),
        ("Joining", ValueError("System error.'Failed to spawn segment merging thread'")),
    ],
)
def test_a_lack_of_memory_is_reported_and_the_old_index_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, error: Exception
) -> None:
    file = a_town().write(tmp_path / "map.osm")
    import_files(tmp_path / "places", [file], progress=lambda _done, _step: None)
    before = folder_in_service(tmp_path / "places")
    abandon = TextWriter.abandon

    def without_threads(writer: TextWriter) -> None:
        whole, writer._writer = writer._writer, WithoutThreads()
        abandon(writer)
        writer._writer = whole
        abandon(writer)

    def fail(_done: float, step: str) -> None:
        if step.startswith(failing):
            raise error

    monkeypatch.setattr(TextWriter, "abandon", without_threads)
    with pytest.raises(UnavailableError, match=r"not enough memory.*The data in service stays"):
        import_files(tmp_path / "places", [file], progress=fail)
    assert folder_in_service(tmp_path / "places") == before
    assert not list((tmp_path / "places").glob("new-*"))


class WithoutThreads:
    """A writer of tantivy that gets no thread."""

    def rollback(self) -> None:
        raise ValueError("System error.'Failed to spawn segment merging thread'")
