"""The pool of engine processes: crashes, queues, clients that hang up, and networks that change."""

import asyncio
import json
import os
import shutil
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from made_towns import EAST, WEST
from patience import PATIENCE_S
from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Point
from trigpoint.engines.valhalla.generations import find_current
from trigpoint.engines.valhalla.pool import EnginePool, Limits
from trigpoint.engines.valhalla.refusals import RefusedByEngineError
from trigpoint.engines.valhalla.worker import Action

pytestmark = pytest.mark.usefixtures("valhalla")


def question(origin: Point = WEST, destination: Point = EAST) -> bytes:
    ends = [{"lat": one.latitude, "lon": one.longitude} for one in (origin, destination)]
    return json.dumps({"locations": ends, "costing": "auto"}).encode()


def length(answer: bytes) -> float:
    return float(json.loads(answer)["trip"]["summary"]["length"])


def on(folder: Path, test: Callable[[EnginePool], Awaitable[None]], **limits: float) -> None:
    """Run a test on a pool, and see that no process outlives it."""

    async def run() -> None:
        pool = EnginePool(folder, Limits(**{"processes": 1, "look": 0.02, **limits}))  # type: ignore[arg-type]
        try:
            await test(pool)
        finally:
            await pool.close()

    before = set(children())
    asyncio.run(run())
    assert set(children()) <= before


def children() -> list[int]:
    return [child.pid for child in psutil.Process().children() if "trigpoint.engines.valhalla.worker" in cmdline(child)]


def cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 (another process changes it: there is no event)
            await asyncio.sleep(0.01)


def test_a_request_gets_a_result(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        assert length(await pool.ask(Action.ROUTE, question())) == pytest.approx(7.816)

    on(town_folder, test)


def test_a_refusal_has_the_code_of_the_engine(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        with pytest.raises(RefusedByEngineError, match=r"Valhalla 171: No suitable edges near location") as refusal:
            await pool.ask(Action.ROUTE, question(destination=Point(49, 9)))
        assert refusal.value.code == 171
        assert refusal.value.means_no_way

    on(town_folder, test)


def test_an_invalid_request_does_not_end_the_process(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        await pool.start()
        (before,) = children()
        for nonsense in (b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"locations":"here"}'):
            with pytest.raises((RefusedByEngineError, UnavailableError)):
                await pool.ask(Action.ROUTE, nonsense)
        assert length(await pool.ask(Action.ROUTE, question())) > 0
        assert children() == [before]

    on(town_folder, test)


def test_killing_an_engine_under_load_fails_no_request(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        answered, done = 0, False

        async def client() -> None:
            nonlocal answered
            while not done:
                assert length(await pool.ask(Action.ROUTE, question())) == pytest.approx(7.816)
                answered += 1

        await pool.start()
        async with asyncio.TaskGroup() as clients:
            for _ in range(8):
                clients.create_task(client())
            for _ in range(5):
                before = answered
                await until(lambda before=before: answered > before + 20)
                killed = children()[0]
                os.kill(killed, signal.SIGKILL)
                await until(lambda killed=killed: killed not in children() and len(children()) == 2)
            done = True
        assert answered > 100

    on(town_folder, test, processes=2)


def test_a_request_that_crashes_engines_is_given_up_after_two(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        killed = 0

        async def kill_at_once() -> None:
            nonlocal killed
            while True:
                for pid in children():
                    process = psutil.Process(pid)
                    if process.status() == psutil.STATUS_STOPPED:
                        process.kill()
                        killed += 1
                await asyncio.sleep(0.01)

        await pool.start()
        killer = asyncio.create_task(kill_at_once())
        taken = pool._take

        async def take_and_stop() -> object:
            process = await taken()
            os.kill(process.pid, signal.SIGSTOP)
            return process

        pool._take = take_and_stop  # type: ignore[method-assign, assignment]
        with pytest.raises(UnavailableError, match="crashed twice on this query"):
            await pool.ask(Action.ROUTE, question())
        killer.cancel()
        pool._take = taken  # type: ignore[method-assign]
        assert killed == 2
        assert length(await pool.ask(Action.ROUTE, question())) > 0

    on(town_folder, test)


def test_a_full_queue_refuses_after_its_timeout(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        await pool.start()
        (pid,) = children()
        os.kill(pid, signal.SIGSTOP)
        first = asyncio.create_task(pool.ask(Action.ROUTE, question()))
        await asyncio.sleep(0)
        with pytest.raises(UnavailableError, match=r"All route engines were busy for 0\.2 s; try again later"):
            await pool.ask(Action.ROUTE, question())
        os.kill(pid, signal.SIGCONT)
        assert length(await first) > 0

    on(town_folder, test, queue=0.2)


def test_a_request_that_takes_too_long_ends_its_process_only(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        await pool.start()
        (pid,) = children()
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(UnavailableError, match=r"took more than 2 s to compute; request a shorter one"):
            await pool.ask(Action.ROUTE, question())
        assert length(await pool.ask(Action.ROUTE, question())) > 0
        assert pid not in children()

    on(town_folder, test, answer=2.0)


def test_a_client_that_disconnects_in_the_queue_frees_its_place(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        await pool.start()
        (pid,) = children()
        os.kill(pid, signal.SIGSTOP)
        first = asyncio.create_task(pool.ask(Action.ROUTE, question()))
        waiting = [asyncio.create_task(pool.ask(Action.ROUTE, question())) for _ in range(3)]
        await asyncio.sleep(0.05)
        for task in waiting[:2]:
            task.cancel()
        os.kill(pid, signal.SIGCONT)
        assert length(await first) > 0
        assert length(await waiting[2]) > 0
        assert all(task.cancelled() for task in waiting[:2])

    on(town_folder, test)


def test_a_disconnect_during_a_quick_request_keeps_the_process(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        await pool.start()
        before = children()
        gone = asyncio.create_task(pool.ask(Action.ROUTE, question()))
        await asyncio.sleep(0)
        gone.cancel()
        assert length(await pool.ask(Action.ROUTE, question(EAST, WEST))) > 0
        assert children() == before

    on(town_folder, test, abandoned=10.0)


def test_a_disconnect_during_a_long_request_frees_the_engine(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        await pool.start()
        (stuck,) = children()
        os.kill(stuck, signal.SIGSTOP)
        gone = asyncio.create_task(pool.ask(Action.ROUTE, question()))
        await asyncio.sleep(0)
        gone.cancel()
        assert length(await pool.ask(Action.ROUTE, question())) > 0
        assert stuck not in children()

    on(town_folder, test, abandoned=0.1)


def test_a_new_network_is_taken_into_service_without_a_failed_request(tmp_path: Path, town_folder: Path) -> None:
    folder = Path(shutil.copytree(town_folder, tmp_path / "routes", symlinks=True))

    async def test(pool: EnginePool) -> None:
        await pool.start()
        old, before = pool.generation, children()
        assert old is not None
        done = False

        async def client() -> None:
            while not done:
                assert length(await pool.ask(Action.ROUTE, question())) == pytest.approx(7.816)

        async with asyncio.TaskGroup() as clients:
            for _ in range(4):
                clients.create_task(client())
            shutil.copytree(old, folder / "new")
            (folder / "next").write_text("new\n")
            (folder / "next").replace(folder / "current")
            shutil.rmtree(old)
            await until(lambda: pool.generation != old and not set(before) & set(children()))
            done = True
        assert pool.generation == find_current(folder)

    on(folder, test, processes=2)


def test_a_network_that_does_not_open_leaves_the_old_one_in_service(tmp_path: Path, town_folder: Path) -> None:
    folder = Path(shutil.copytree(town_folder, tmp_path / "routes", symlinks=True))

    async def test(pool: EnginePool) -> None:
        await pool.start()
        old = pool.generation
        (folder / "broken").mkdir()
        (folder / "next").write_text("broken\n")
        (folder / "next").replace(folder / "current")
        for _ in range(3):
            assert length(await pool.ask(Action.ROUTE, question())) > 0
            await asyncio.sleep(0.05)
        assert pool.generation == old

    on(folder, test)


def test_without_a_network_the_error_says_what_to_do(tmp_path: Path) -> None:
    async def test(pool: EnginePool) -> None:
        await pool.start()
        with pytest.raises(UnavailableError, match=r"build one with 'trigpoint routes build FILE\.osm\.pbf'"):
            await pool.ask(Action.ROUTE, question())

    on(tmp_path, test)


def test_a_first_network_is_taken_into_service_by_a_running_server(tmp_path: Path, town_folder: Path) -> None:
    folder = tmp_path / "routes"

    async def test(pool: EnginePool) -> None:
        with pytest.raises(UnavailableError):
            await pool.ask(Action.ROUTE, question())
        shutil.copytree(town_folder, folder, symlinks=True)
        assert length(await pool.ask(Action.ROUTE, question())) > 0

    on(folder, test)


def test_a_network_that_never_opens_is_reported(tmp_path: Path) -> None:
    (tmp_path / "generations" / "broken").mkdir(parents=True)
    (tmp_path / "current").symlink_to("generations/broken")

    async def test(pool: EnginePool) -> None:
        with pytest.raises(UnavailableError, match="The route engine does not start: "):
            await pool.ask(Action.ROUTE, question())
        with pytest.raises(UnavailableError, match="The route engine does not start: "):
            await pool.ask(Action.ROUTE, question())

    on(tmp_path, test)


def test_engine_processes_ignore_ctrl_c_and_end_with_their_server(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        await pool.start()
        (pid,) = children()
        os.kill(pid, signal.SIGINT)
        assert length(await pool.ask(Action.ROUTE, question())) > 0
        assert children() == [pid]

    on(town_folder, test)


def test_an_engine_that_dies_while_it_starts_is_started_again(town_folder: Path) -> None:
    async def test(pool: EnginePool) -> None:
        asked = asyncio.create_task(pool.ask(Action.ROUTE, question()))
        await asyncio.sleep(0)
        for _ in range(2):
            await until(lambda: len(children()) == 1)
            (pid,) = children()
            os.kill(pid, signal.SIGKILL)
            await until(lambda pid=pid: pid not in children())
        assert length(await asked) > 0

    on(town_folder, test, starts=10)


def test_a_network_is_taken_into_service_without_a_request(tmp_path: Path, town_folder: Path) -> None:
    folder = Path(shutil.copytree(town_folder, tmp_path / "routes", symlinks=True))

    async def test(pool: EnginePool) -> None:
        await pool.start()
        old = pool.generation
        assert old is not None
        shutil.copytree(old, folder / "new")
        (folder / "next").write_text("new\n")
        (folder / "next").replace(folder / "current")
        await until(lambda: pool.generation != old and len(children()) == 1)
        assert pool.generation == find_current(folder)

    on(folder, test)
