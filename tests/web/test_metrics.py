"""Metrics: what is counted, how workers are summed, and who may read them."""

import asyncio
import json
import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from trigpoint.web.metrics import (
    ABANDONED_S,
    BOUNDS,
    Gauge,
    Metrics,
    MetricsFolder,
    add_up,
    find_space,
    may_scrape,
    render,
)


def test_a_request_is_counted_in_its_bucket() -> None:
    metrics = Metrics()
    for seconds in (BOUNDS[0], 0.03, 9.0):
        metrics.note("/v1/geocode", 200, seconds)
    metrics.note("/v1/geocode", 429, 0.001)
    metrics.note("/v1/geocode", 401, 0.001, code="TOKEN_EXPIRED")
    text = render(metrics.sums(), []).decode()
    line = 'trigpoint_request_duration_seconds_bucket{path="/v1/geocode",status="200",le="%s"} %d'
    for bound, count in ((0.001, 1), (0.025, 1), (0.05, 2), (5.0, 2), ("+Inf", 3)):
        assert line % (bound, count) in text.splitlines()
    assert 'trigpoint_request_duration_seconds_count{path="/v1/geocode",status="200"} 3' in text
    assert 'trigpoint_request_duration_seconds_count{path="/v1/geocode",status="429"} 1' in text
    assert 'trigpoint_refusals_total{reason="TOKEN_EXPIRED"} 1' in text


def test_sums_of_workers_are_added() -> None:
    one, two = Metrics(), Metrics()
    one.note("/a", 200, 0.002)
    two.note("/a", 200, 0.002)
    two.note("/b", 200, 0.002)
    total = add_up([one.sums(), two.sums()])
    assert {name: sum(values[:-1]) for name, values in total["requests"].items()} == {"/a 200": 2, "/b 200": 1}


def test_lookups_of_keys_are_counted_over_all_workers() -> None:
    counted = {"hits": 5, "misses": 4, "unknown": 3, "evictions": 2, "questions": 1}
    total = add_up([Metrics(lambda: counted).sums(), Metrics(lambda: counted).sums(), Metrics().sums()])
    text = render(total, []).decode()
    for name, count in counted.items():
        assert f"# TYPE trigpoint_key_{name}_total counter\ntrigpoint_key_{name}_total {2 * count}\n" in text


def test_gauges_are_written_with_escaped_labels() -> None:
    gauges = [Gauge("trigpoint_up", "Up.", {"part": 'a"b\\c\nd'}, 1.0), Gauge("trigpoint_workers", "W.", {}, 2)]
    text = render(Metrics().sums(), gauges).decode()
    assert 'trigpoint_up{part="a\\"b\\\\c\\nd"} 1\n' in text
    assert "# TYPE trigpoint_workers gauge\ntrigpoint_workers 2\n" in text


def test_a_worker_that_died_is_still_counted_and_files_of_an_old_server_are_removed(tmp_path: Path) -> None:
    metrics = Metrics()
    metrics.note("/a", 200, 0.002)
    gone = 2**22 + 1  # no process has this id
    here = find_space()
    dead_worker = tmp_path / f"{here}-{os.getpid()}-{gone}.json"
    dead_server = tmp_path / f"{here}-{gone}-{gone}.json"
    for path in (dead_worker, dead_server):
        path.write_text(json.dumps(metrics.sums()))
    (tmp_path / "broken.json").write_text("{")
    folder = MetricsFolder(tmp_path, metrics)

    async def live() -> None:
        await folder.start()
        await folder.write()

    asyncio.run(live())
    assert not dead_server.exists()
    sums, workers = folder.total(metrics.sums())
    assert workers == 2
    assert sum(sums["requests"]["/a 200"][:-1]) == 2
    written = tmp_path / f"{here}-{os.getppid()}-{os.getpid()}.json"
    assert json.loads(written.read_text()) == metrics.sums()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_containers_that_share_a_folder_do_not_remove_each_others_files(tmp_path: Path) -> None:
    one, two = Metrics(), Metrics()
    one.note("/a", 200, 0.002)
    two.note("/a", 200, 0.002)
    folders = [MetricsFolder(tmp_path, metrics, space=space) for metrics, space in ((one, "aaaa"), (two, "bbbb"))]

    async def live() -> None:
        for folder in folders:
            await folder.start()
            await folder.write()
        await folders[0].start()

    asyncio.run(live())
    assert len(list(tmp_path.glob("*.json"))) == 2
    assert folders[0].total(one.sums()) == (
        one.sums(),
        1,
    )  # each container is asked for itself, so nothing counts twice


@pytest.mark.parametrize(("silent_for_s", "stays"), [(ABANDONED_S - 60, True), (ABANDONED_S + 60, False)])
def test_files_of_another_container_are_removed_once_it_is_gone(
    tmp_path: Path,
    silent_for_s: float,
    stays: bool,
) -> None:
    paths = [tmp_path / "cccc-1-7.json", tmp_path / "cccc-1-8.json"]
    for path in paths:
        path.write_text("{}")
        os.utime(path, (time.time() - 2 * ABANDONED_S,) * 2)
    os.utime(paths[0], (time.time() - silent_for_s,) * 2)
    asyncio.run(MetricsFolder(tmp_path, Metrics()).start())
    assert [path.exists() for path in paths] == [stays, stays]


def test_with_an_unwritable_folder_the_server_runs_without_sums_over_workers(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    metrics = Metrics()
    metrics.note("/a", 200, 0.002)
    folder = MetricsFolder(tmp_path / "file" / "metrics", metrics)

    async def live() -> None:
        await folder.start()
        await folder.write()

    asyncio.run(live())
    assert folder.total(metrics.sums()) == (metrics.sums(), 1)


@pytest.mark.parametrize(
    ("headers", "here", "token", "may"),
    [
        ([], True, None, True),
        ([], False, None, False),
        ([(b"authorization", b"Bearer s3cret")], False, "s3cret", True),
        ([(b"authorization", b"Bearer other")], True, "s3cret", False),
        ([], True, "s3cret", False),
    ],
)
def test_metrics_may_be_read_from_this_machine_or_with_the_token_only(
    headers: Any, here: bool, token: str | None, may: bool
) -> None:
    assert may_scrape(headers, token=token, here=here) is may
