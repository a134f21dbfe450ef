"""Servers behind a TCP balancer are restarted one after the other, and no request is lost."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

from balancing import Counted, a_balancer, call
from served import a_server

DRAIN_S = 2.0
"""Several times as long as the balancer takes to notice."""
REQUEST = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
KEPT, FRESH = 1_000_000, 1


def test_a_restart_behind_a_balancer_loses_no_request(tmp_path: Path) -> None:
    """`bench/bench_restarts.py` does it with both servers, calls of the API and 20,000 requests, five times."""
    options = ("--no-sample", "--workers")
    drain = {"TRIGPOINT_DRAIN_SECONDS": str(DRAIN_S)}
    with ExitStack() as first, a_server(tmp_path / "two", *options, "1") as two:
        one = first.enter_context(a_server(tmp_path / "one", *options, "2", **drain))

        async def live() -> Counted:
            counted, stop = Counted(), asyncio.Event()
            async with a_balancer([one.address, two.address]) as (balancer, front):
                clients = [
                    asyncio.create_task(call(front, REQUEST, counted, each=each, stop=stop))
                    for each in (KEPT, FRESH, KEPT, FRESH)
                ]
                await asyncio.to_thread(first.close)  # SIGTERM, and wait until it has ended
                ended = counted.requests
                assert balancer.ready == {two.address}
                again = a_server(tmp_path / "one", *options, "2", "--port", str(one.address[1]), **drain)
                await asyncio.to_thread(first.enter_context, again)
                async with asyncio.timeout(60):
                    while one.address not in balancer.ready or counted.requests < ended + 100:  # noqa: ASYNC110 (clients count)
                        await asyncio.sleep(0.05)
                stop.set()
                await asyncio.gather(*clients)
            return counted

        counted = asyncio.run(live())
    assert counted.lost == []
    assert set(counted.statuses) == {200}
    assert counted.requests > 200
