"""Tests that share a file or a group run in one worker of xdist, each once, and those that take long start first."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from _pytest.nodeid import NodeId
from hypothesis import given
from hypothesis import strategies as st

import scheduling
from scheduling import FilesTogether, name_groups, order_of

FILES = [f"tests/{name}.py" for name in ("base/test_a", "base/test_b", "web/test_c", "web/test_d", "cli/test_e")]
NAMES = ["test_it", "test_it[a@b]", "Group::test_it[::]", "test_that[1]"]


@dataclass(eq=False)
class Worker:
    """A worker as xdist's scheduler sees it: `waiting` has the indices of the tests that it was sent, `ran` those that it ran."""

    name: str
    waiting: list[int] = field(default_factory=list)
    ran: list[int] = field(default_factory=list)
    shutting_down: bool = False

    @property
    def gateway(self) -> SimpleNamespace:
        return SimpleNamespace(id=self.name)

    def send_runtest_some(self, indices: list[int]) -> None:
        assert not self.shutting_down
        self.waiting += indices

    def shutdown(self) -> None:
        self.shutting_down = True


def distribute(ids: list[str], turns: list[bool], count: int) -> list[Worker]:
    """Let workers run tests; `turns` says which of them is the next to complete one."""
    config: Any = SimpleNamespace(option=SimpleNamespace(), getvalue=lambda _name: [f"{count}*popen"], hook=None)
    scheduler: Any = FilesTogether(config)
    workers = [Worker(f"gw{number}") for number in range(count)]
    for worker in workers:
        scheduler.add_node(worker)
        scheduler.add_node_collection(worker, ids)
    scheduler.schedule()
    while busy := [worker for worker in workers if worker.waiting]:
        worker = busy[-1 if turns and turns.pop() else 0]
        worker.ran.append(worker.waiting.pop(0))
        scheduler.mark_test_complete(worker, worker.ran[-1])
    assert scheduler.tests_finished
    return workers


@given(
    st.lists(
        st.tuples(st.sampled_from(FILES), st.sampled_from(NAMES), st.sampled_from(["", "@maps", "@fleet"])), unique=True
    ).filter(bool),
    st.lists(st.booleans()),
    st.integers(1, 3),
)
def test_each_test_runs_once_and_a_file_or_group_in_one_worker(
    tests: list[tuple[str, str, str]], turns: list[bool], count: int
) -> None:
    workers = distribute(["::".join(test[:2]) + test[2] for test in tests], turns, count)
    assert sorted(index for worker in workers for index in worker.ran) == list(range(len(tests)))
    where = [{tests[index][2] or tests[index][0] for index in worker.ran} for worker in workers]
    assert sum(map(len, where)) == len(set().union(*where))


@pytest.mark.parametrize(
    ("groups", "nodeid"), [((), "a.py::t[1]"), (("maps",), "a.py::t[1]@maps"), (("b", "a"), "a.py::t[1]@a_b")]
)
def test_a_test_has_its_group_in_its_node_id(groups: tuple[str, ...], nodeid: str) -> None:
    marks = [pytest.mark.xdist_group(group).mark for group in groups]
    item: Any = SimpleNamespace(
        nodeid="a.py::t[1]", _id=NodeId.parse("a.py::t[1]"), iter_markers=lambda name: marks if name else []
    )
    name_groups([item])
    assert str(item._id) == nodeid


def test_tests_that_take_long_start_first() -> None:
    paths = [scheduling.HERE / name / "test_it.py" for name in ("wire", "authority", "journeys", "base")]
    items: list[Any] = [SimpleNamespace(path=path) for path in paths]
    assert [Path(item.path).parent.name for item in sorted(items, key=order_of)] == [
        "journeys",
        "authority",
        "wire",
        "base",
    ]
