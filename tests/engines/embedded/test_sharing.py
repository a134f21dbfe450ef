"""A parallel import: the index is the same with any number of processes, and a killed process is reported."""

import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from patience import PATIENCE_S
from small_map import a_town
from trigpoint.base.errors import ConflictError, UnavailableError
from trigpoint.engines.embedded.importing import making, sharing
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.importing.sharing import Helpers, processes_for
from trigpoint.engines.embedded.sample import sample_file
from trigpoint.engines.generations import folder_in_service


def quiet(_done: float, _step: str) -> None:
    """Report no progress."""


def square(number: int) -> int:
    return number * number


def pid_or_wait(number: int) -> int:
    """Give the process that does it; this one lets the other have the rest."""
    return os.getpid() if number else number


def refuse(number: int) -> int:
    if number == 5:
        raise ConflictError("five is refused")
    return number


def do_with(name: str) -> Callable[[int], int]:
    return {"square": square, "pid": pid_or_wait, "refuse": refuse}[name]


@pytest.fixture(autouse=True)
def _this_file_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


def content(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(folder / "places.sqlite")) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {table: sorted(db.execute(f"SELECT * FROM {table}"), key=repr) for table in tables if table != "meta"}


def imported(shelf: Path, *, processes: int) -> Path:
    import_files(shelf, [sample_file()], progress=quiet, processes=processes)
    folder = folder_in_service(shelf)
    assert folder is not None
    return folder


def test_three_processes_make_the_same_index_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "CHUNK", 100)
    one, three = imported(tmp_path / "one", processes=1), imported(tmp_path / "three", processes=3)
    assert content(one) == content(three)
    sizes = [sorted((file.suffix, file.stat().st_size) for file in (each / "text").iterdir()) for each in (one, three)]
    assert sizes[0] == sizes[1]
    assert {file.name for file in one.iterdir()} == {"places.sqlite", "text", "about.json"}


@pytest.mark.parametrize("count", [1, 3])
def test_results_come_in_the_order_of_the_chunks(count: int) -> None:
    with Helpers(count) as helpers:
        made = list(helpers.share(square, partial(do_with, "square"), range(100)))
    assert [result for _, result in made] == [number * number for number in range(100)]
    assert {who for who, _ in made} <= set(range(count))


def test_the_other_process_takes_part() -> None:
    with Helpers(2) as helpers:
        made = list(helpers.share(pid_or_wait, partial(do_with, "pid"), range(1, 50)))
    assert {who for who, pid in made if pid != os.getpid()} == {1}
    assert all((who == 0) == (pid == os.getpid()) for who, pid in made)


@pytest.mark.parametrize(("count", "each"), [(2, 12), (4, 4), (8, 3)])
def test_the_others_begin_with_several_chunks_while_the_first_does_something_else(count: int, each: int) -> None:
    with Helpers(count) as helpers:
        step: sharing.Step[int, int] = helpers.begin(partial(do_with, "square"), range(100), early=1_000)
        begun = [len(other.out) for other in helpers._others]
        made = list(step.results(square))
    assert begun[0] == each
    assert sum(begun) == sharing.MOST_WAITING
    assert [result for _, result in made] == [number * number for number in range(100)]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("parts", [0, 5, 200])
def test_something_else_is_done_a_part_after_each_result_and_the_rest_at_the_end(count: int, parts: int) -> None:
    order: list[str] = []
    with Helpers(count) as helpers:
        step: sharing.Step[int, int] = helpers.begin(partial(do_with, "square"), range(100), early=12)
        for _, result in step.results(square, besides=(order.append(f"part {at}") for at in range(parts))):
            order.append(f"result {result}")
    each = [(f"result {at * at}", f"part {at}") for at in range(100)]
    assert order[: 2 * min(parts, 100)] == [one for pair in each[:parts] for one in pair]
    assert sorted(order) == sorted([*(one for one, _ in each), *(f"part {at}" for at in range(parts))])


def test_a_step_that_was_given_up_leaves_nothing_for_the_next() -> None:
    with Helpers(2) as helpers:
        helpers.begin(partial(do_with, "square"), range(100, 200))
        made = list(helpers.share(square, partial(do_with, "square"), range(30)))
    assert [result for _, result in made] == [number * number for number in range(30)]


@pytest.mark.parametrize("count", [1, 2])
def test_an_exception_in_a_chunk_is_raised_and_the_processes_stay_usable(count: int) -> None:
    with Helpers(count) as helpers:
        with pytest.raises(ConflictError, match="five is refused"):
            list(helpers.share(refuse, partial(do_with, "refuse"), range(10)))
        made = list(helpers.share(square, partial(do_with, "square"), range(10)))
    assert [result for _, result in made] == [number * number for number in range(10)]


def not_there() -> Callable[[int], int]:
    raise ConflictError("there is no such work")


def test_work_that_cannot_begin_is_reported() -> None:
    with Helpers(2) as helpers, pytest.raises(ConflictError, match="there is no such work"):
        list(helpers.share(square, not_there, range(10)))


def remembering() -> Callable[[int], int]:
    return lambda number: number + len(REMEMBERED)


REMEMBERED: list[str] = []


def test_prepared_results_are_ready_for_the_next_step_and_errors_are_raised_there() -> None:
    with Helpers(2) as helpers:
        helpers.prepare(partial(REMEMBERED.append, "here it is a copy"))
        helpers.prepare(not_there)
        made = list(helpers.share(square, remembering, range(1, 30)))
        helpers.prepare(not_there)
        with pytest.raises(ConflictError, match="there is no such work"):
            list(helpers.share(square, not_there, range(10)))
    assert all(result == number**2 if who == 0 else result == number for number, (who, result) in enumerate(made, 1))


def test_a_killed_process_fails_the_import_and_the_old_index_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = tmp_path / "places"
    before = imported(shelf, processes=1)
    started: list[int] = []
    begin = sharing._Other.__init__

    def noted(other: sharing._Other) -> None:
        begin(other)
        started.append(other._popen.pid)

    monkeypatch.setattr(sharing._Other, "__init__", noted)

    def killing(_done: float, step: str) -> None:
        if step.startswith("Joining"):
            os.kill(started[0], signal.SIGKILL)

    monkeypatch.setattr(making, "CHUNK", 100)
    with pytest.raises(UnavailableError, match=r"A process of the import was killed \(signal 9, Killed\)") as raised:
        import_files(shelf, [sample_file()], progress=killing, processes=2)
    assert "The data in service stays" in str(raised.value)
    assert folder_in_service(shelf) == before
    assert [file.name for file in shelf.iterdir() if file.name.startswith("new-")] == []


def test_the_other_processes_end_with_the_main_one(tmp_path: Path) -> None:
    with Helpers(2) as helpers:
        pid = helpers._others[0]._popen.pid
        assert Path(f"/proc/{pid}").exists()
    assert not Path(f"/proc/{pid}").exists()
    assert not list(tmp_path.iterdir())


def test_a_process_ends_by_itself_when_the_main_one_is_killed() -> None:
    helpers = Helpers(2)
    other = helpers._others[0]
    other.connection.close()  # what a kill of the first process does
    until = time.monotonic() + PATIENCE_S
    while other._popen.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    assert other._popen.poll() == 0


@pytest.fixture
def large_file(tmp_path: Path) -> Path:
    file = tmp_path / "large.osm.pbf"
    with file.open("wb") as opened:
        opened.truncate(sharing.LEAST_BYTES)
    return file


def test_small_files_are_imported_by_one_process(tmp_path: Path) -> None:
    assert processes_for([a_town().write(tmp_path / "map.osm")]) == 1


@pytest.mark.parametrize(
    ("cores", "free", "count"), [(2, 8, 2), (4, 2, 2), (64, 64, sharing.MOST_PROCESSES), (2, 0, 1)]
)
def test_the_number_of_processes_depends_on_cores_and_memory(
    cores: int, free: int, count: int, large_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(cores)), raising=False)
    monkeypatch.setattr(sharing, "free_bytes", lambda otherwise: free * sharing.BYTES_A_PROCESS)  # noqa: ARG005 (as the real one is called)
    assert processes_for([large_file]) == count
