"""Counts the requests that are lost when two servers behind a TCP load balancer are restarted one after the other.

    python bench/bench_restarts.py [--requests 20000] [--times 5] [--drain 3]

Two servers of two workers each, on one installation; eight clients, four that keep their connection and four that open one
for each request. Both servers are restarted, one when the other is ready again, while at least `--requests` are
answered; that is done `--times` times. The limit is 0 lost each time. The figures are in docs/proxies.md.
"""

import argparse
import asyncio
import os
import socket
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from balancing import Counted, a_balancer, call

TRIGPOINT = Path(sys.executable).with_name("trigpoint")
REQUEST = b"GET /v1/geocode?q=a HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer %s\r\n\r\n"


async def start(port: int, environment: dict[str, str], log: Path) -> asyncio.subprocess.Process:
    """Start a server on a port, and wait until it is ready."""
    with log.open("a") as file:
        command = [str(TRIGPOINT), "serve", "--port", str(port), "--workers", "2"]
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=file, stderr=file)
    for _ in range(1200):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            line = await asyncio.wait_for(reader.readline(), 30)
            writer.close()
            if line.startswith(b"HTTP/1.1 200"):
                return process
        except (OSError, TimeoutError):
            pass
        if process.returncode is not None:
            break
        await asyncio.sleep(0.1)
    raise SystemExit(f"the server does not start: see {log}")


def find_port() -> int:
    """Find a port that is free."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


async def run(*arguments: str, environment: dict[str, str]) -> str:
    """Run a command, and give what it prints."""
    process = await asyncio.create_subprocess_exec(
        str(TRIGPOINT), *arguments, env=environment, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, arguments
    return told.decode().strip()


async def make_request(environment: dict[str, str], folder: Path, url: str) -> bytes:
    """Found a team with a key, and write a request with an access token of it."""
    import json

    team = json.loads(await run("team", "create", "Bench", "--json", environment=environment))["teamId"]
    identifier = ("maps.com.example.bench", "--team", team, "--description", "Bench")
    await run("maps-id", "register", *identifier, environment=environment)
    await run("quota", "set", "--team", team, "--service-calls", "10000000", environment=environment)
    key = ("bench", "--team", team, "--maps-id", "maps.com.example.bench", "--out", str(folder), "--json")
    path = json.loads(await run("key", "create", *key, environment=environment))["path"]
    auth = await run("token", "create", "--team", team, "--private-key", path, environment=environment)
    return REQUEST % (await run("token", "exchange", auth, "--server", url, environment=environment)).encode()


async def measure(requests: int, times: int, drain_s: float) -> list[Counted]:
    """Restart both servers, several times; count each time apart."""
    with tempfile.TemporaryDirectory() as room:
        folder, ports = Path(room), [find_port(), find_port()]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIGPOINT_")}
        settings = {"TRIGPOINT_HOME": str(folder / "home"), "TRIGPOINT_DRAIN_SECONDS": f"{drain_s:g}"}
        environment = kept | settings
        servers = {port: await start(port, environment, folder / "log") for port in ports}
        request = await make_request(environment, folder, f"http://127.0.0.1:{ports[0]}")
        rounds = []
        try:
            async with a_balancer([("127.0.0.1", one) for one in ports]) as (balancer, port):
                for _ in range(times):
                    counted, stop = Counted(), asyncio.Event()
                    clients = [
                        asyncio.create_task(call(port, request, counted, each=each, stop=stop))
                        for each in (1_000_000, 1) * 4
                    ]
                    for one in ports:
                        await asyncio.sleep(1)
                        began = time.monotonic()
                        servers[one].terminate()
                        await servers[one].wait()
                        took = time.monotonic() - began
                        servers[one] = await start(one, environment, folder / "log")
                        while ("127.0.0.1", one) not in balancer.ready:  # noqa: ASYNC110 (what a health check finds)
                            await asyncio.sleep(0.05)
                        print(f"  server {one} ended {took:.1f} s after SIGTERM", flush=True)
                    while counted.requests < requests:  # noqa: ASYNC110 (clients count)
                        await asyncio.sleep(0.1)
                    stop.set()
                    await asyncio.gather(*clients)
                    print(
                        f"{counted.requests} requests, {len(counted.lost)} lost, {dict(counted.statuses)}", flush=True
                    )
                    rounds.append(counted)
        finally:
            for process in servers.values():
                process.terminate()
                await process.wait()
    return rounds


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--drain", type=float, default=3.0)
    asked = parser.parse_args()
    found = asyncio.run(measure(asked.requests, asked.times, asked.drain))
    sys.exit(any(one.lost for one in found))
