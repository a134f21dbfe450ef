"""Which worker of xdist runs which tests: a file stays in one, and what shares an expensive fixture, too.

xdist's own `loadgroup` hands out tests without a group one by one, so that fixtures of modules are made in each worker, and it
counts all tests that ran again after each test.
"""

from pathlib import Path

import pytest
from _pytest.nodeid import coerce_node_id
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

HERE = Path(__file__).parent
EARLIEST = ("journeys", "browser", "fleet", "testing", "engines", "cli", "web", "authority")
"""Folders of `tests` whose tests take long, the longest first: the rest is small enough to leave no worker without work."""


class FilesTogether(LoadGroupScheduling):
    """Hands out groups, and whole files."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # tests are in the order in which they are to start: see `order_of`

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        return scope.partition("::")[0]

    def _pending_of(self, workload: dict[str, dict[str, bool]]) -> int:
        for scope in [scope for scope, is_completed in workload.items() if all(is_completed.values())]:
            del workload[scope]
        pending: int = super()._pending_of(workload)
        return pending


def name_groups(items: list[pytest.Item]) -> None:
    """Append the group of each test to its node ID, where xdist's scheduler looks for it.

    xdist sets an attribute that pytest 9.2 does not read any more.
    """
    for item in items:
        groups = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        if groups:
            item._id = coerce_node_id(f"{item.nodeid}@{'_'.join(groups)}")


def order_of(item: pytest.Item) -> int:
    """Give what to sort tests by, so that those that take long start first."""
    folder = item.path.relative_to(HERE).parts[0]
    return EARLIEST.index(folder) if folder in EARLIEST else len(EARLIEST)
