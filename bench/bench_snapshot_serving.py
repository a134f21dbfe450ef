"""Measures repeated requests of a snapshot, compared with a constant of the same size from the same server.

    .venv/bin/python bench/bench_snapshot_serving.py [--write]

The credential is verified each time; the image comes from the cache. One worker with SQLite, as in production, is on one core,
the client on another. The rounds alternate, and medians count. Aim: rate or CPU time of a signed URL, and of one with a token, at
least 0.8 of the constant's.
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench"))

from bench_map_serving import LEAST_OF_CONSTANT, compare, pin, prepare, start_server
from report import write_section

from trigpoint.authority.opening import open_authority
from trigpoint.client import Signer
from trigpoint.client.snapshots import to_snapshot_query
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.roles import SYSTEM

CENTER = (60.1699, 24.9384)
MARKERS = [{"point": f"60.{1690 + number},24.9{350 + 5 * number}", "glyphText": "a"} for number in range(8)]


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    pin(1)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        prepare(home, None)
        allow_many(home)
        lines, good = measure(home)
    print(*lines, sep="\n")
    if given.write:
        write_section(ROOT / "docs" / "performance.md", "snapshot serving", lines)
    return 0 if good else 1


def allow_many(home: Path) -> None:
    """Raise the quota: the benchmark requests more snapshots in seconds than a day allows."""
    authority = open_authority(home=home)
    authority.quotas.set(SYSTEM, (home / "team").read_text(), meter=Meter.SNAPSHOTS, daily=10**9)
    authority.close()


def measure(home: Path) -> tuple[list[str], bool]:
    process, port = start_server(home)
    try:
        base = f"http://127.0.0.1:{port}"
        lines = [
            "| requested again | bytes | per second | µs of CPU each | of a constant through ASGI: rate, CPU | of the quickest constant: rate, CPU |",
            "|---|---|---|---|---|---|",
        ]
        good = True
        for label, path in urls(home).items():
            answer = httpx.get(base + path, timeout=120)
            assert answer.status_code == 200, answer.text
            size = len(answer.content)
            query = path.partition("?")[2]  # the URL of the constant has the same length
            sides = [[f"/bare/{size}?{query}"], [f"/whole/{size}?{query}"], [path]]
            bare, whole, picture = compare([(port, process.pid, paths) for paths in sides])
            rates = [
                f"{picture.each_second / one.each_second:.2f}, {one.cpu / picture.cpu:.2f}" for one in (bare, whole)
            ]
            lines.append(
                f"| {label} | {size:,} | {picture.each_second:,.0f} | {picture.cpu * 1e6:.0f} | {rates[0]} | {rates[1]} |"
            )
            good = good and max(picture.each_second / bare.each_second, bare.cpu / picture.cpu) >= LEAST_OF_CONSTANT
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    return lines, good


def urls(home: Path) -> dict[str, str]:
    """Sign the requested URLs; return path and query by name."""
    signer = Signer.from_file(next(home.glob("*.p8")), team_id=(home / "team").read_text(), scope="web_snapshots")
    small = to_snapshot_query(CENTER, {"z": 14, "size": (100, 100)})
    large = to_snapshot_query(CENTER, {"z": 14, "size": (600, 400), "scale": 2, "annotations": MARKERS})
    return {
        "100x100, signed": signer.sign_snapshot(f"/api/v1/snapshot?{small}"),
        "100x100, with a token": f"/api/v1/snapshot?{small}&token={signer.sign()}",
        "600x400@2x with eight markers, signed with `expires`": signer.sign_snapshot(
            f"/api/v1/snapshot?{large}", expires_in_s=3600
        ),
    }


if __name__ == "__main__":
    sys.exit(main())
