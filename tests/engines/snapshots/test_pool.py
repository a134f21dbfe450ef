"""A snapshot that crashes its painter is refused, and the process replaced; waiting is limited."""

import asyncio
import sys
from pathlib import Path

import pytest

from trigpoint.engines.snapshots.pool import Limits, PainterPool
from trigpoint.maps.snapshots.failures import NotPaintedError, PaintFailure

PAINTER = """
import os, sys, time
from trigpoint.engines.snapshots.worker import read, write
write(sys.stdout.buffer, 0, b"")
while (question := read(sys.stdin.buffer)) is not None:
    if question == b"die":
        os._exit(1)
    if question == b"hang":
        time.sleep(60)
    if question.startswith(b"slow"):
        time.sleep(0.3)
    if question == b"wait":
        while not os.path.exists(sys.argv[0] + ".go"):
            time.sleep(0.01)
    write(sys.stdout.buffer, 1 if question == b"fail" else 0, b"%d" % os.getpid() if question != b"fail" else b"it broke")
"""


def a_pool(tmp_path: Path, **limits: float) -> PainterPool:
    script = tmp_path / "painter.py"
    script.write_text(PAINTER)
    return PainterPool("svg", Limits(**limits), command=(sys.executable, str(script)))  # type: ignore[arg-type]


async def refusal(pool: PainterPool, job: bytes) -> NotPaintedError:
    with pytest.raises(NotPaintedError) as caught:
        await pool.paint(job)
    return caught.value


def test_pictures_are_painted_by_processes_that_stay(tmp_path: Path) -> None:
    async def ask() -> None:
        pool = a_pool(tmp_path)
        assert await pool.paint(b"a") == await pool.paint(b"b")
        await pool.close()

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("job", "reason", "told"),
    [
        (b"die", PaintFailure.CRASHED, "The painter crashed on this snapshot."),
        (b"hang", PaintFailure.TIME_OUT, "The snapshot took more than 0.5 s to paint; request a simpler one."),
        (b"fail", PaintFailure.FAILED, "The snapshot cannot be painted: it broke"),
    ],
)
def test_a_snapshot_that_crashes_the_painter_is_refused_and_the_next_is_painted(
    tmp_path: Path, job: bytes, reason: PaintFailure, told: str
) -> None:
    async def ask() -> None:
        pool = a_pool(tmp_path)
        first, usual = await pool.paint(b"a"), pool.limits
        if job == b"hang":
            pool.limits = Limits(paint=0.5)
        error = await refusal(pool, job)
        pool.limits = usual
        assert (error.reason, str(error)) == (reason, told)
        assert (await pool.paint(b"b") == first) is (job == b"fail")
        await pool.close()

    asyncio.run(ask())


def test_requests_that_wait_too_long_or_are_too_many_are_refused(tmp_path: Path) -> None:
    async def ask() -> None:
        pool = a_pool(tmp_path, queue=0.1, waiting=1)
        await pool.paint(b"a")
        under_way = asyncio.ensure_future(pool.paint(b"wait"))
        await asyncio.sleep(0)
        waits = asyncio.ensure_future(refusal(pool, b"b"))
        await asyncio.sleep(0)
        assert str(await refusal(pool, b"c")) == "Too many snapshots are waiting to be painted; try again later."
        assert str(await waits) == "All painters were busy for 0.1 s; try again later."
        assert (await waits).reason is PaintFailure.BUSY
        (tmp_path / "painter.py.go").touch()
        await under_way
        await pool.close()

    asyncio.run(ask())


def test_a_client_that_disconnects_frees_the_painter(tmp_path: Path) -> None:
    async def ask() -> None:
        pool = a_pool(tmp_path)
        process = await pool.paint(b"a")
        leaves = asyncio.ensure_future(pool.paint(b"slow"))
        await asyncio.sleep(0.05)
        leaves.cancel()
        assert await pool.paint(b"b") == process
        await pool.close()

    asyncio.run(ask())


def test_painters_are_replaced_after_a_while_and_end_when_idle(tmp_path: Path) -> None:
    async def ask() -> None:
        pool = a_pool(tmp_path, pictures=2, idle=0.05)
        first, second, third = [await pool.paint(b"a") for _ in range(3)]
        assert first == second != third
        await asyncio.sleep(0.2)
        assert await pool.paint(b"a") != third
        await pool.close()

    asyncio.run(ask())


def test_a_painter_that_does_not_start_is_reported() -> None:
    async def ask() -> None:
        pool = PainterPool("svg", Limits(), command=(sys.executable, "-c", "raise SystemExit(1)"))
        error = await refusal(pool, b"a")
        assert (error.reason, str(error)) == (PaintFailure.CRASHED, "The painter does not start; see the server's log.")
        await pool.close()

    asyncio.run(ask())


def test_closing_ends_running_requests(tmp_path: Path) -> None:
    async def ask() -> None:
        pool = a_pool(tmp_path)
        await pool.paint(b"a")
        under_way = asyncio.ensure_future(pool.paint(b"hang"))
        await asyncio.sleep(0.05)
        await pool.close()
        with pytest.raises(asyncio.CancelledError):
            await under_way

    asyncio.run(ask())
