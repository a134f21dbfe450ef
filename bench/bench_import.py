"""Measure imports of places as they grow: processor time, memory, disk and the gain of a second process.

    .venv/bin/python bench/bench_import.py EXTRACT [--copies 10,40,120] [--write]

EXTRACT is multiplied (`multiply_extract.py`) and imported in processes of their own, by one and by two processes. Memory
is what the processes have for themselves, without mapped files (`RssAnon` of /proc/PID/status, ten times a second, all
processes of the import together), the interpreter and its libraries among it: smaps_rollup says the same, but reading it takes a
tenth of the processor time of two processes. Processor time is that of all
processes. 120 copies of a country of ten thousand objects take minutes and 2 GB of disk.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from multiply_extract import multiply
from report import write_section

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
LARGE = {"Germany": 40_000_000, "the planet": 400_000_000}
EACH_S = 0.1
CHILD = """
import json, resource, sys, time
from pathlib import Path
from trigpoint.engines.embedded.importing.building import import_files
started = time.perf_counter()
about = import_files(Path(sys.argv[1]), [Path(sys.argv[2])], progress=lambda done, step: None, processes=int(sys.argv[3]))
wall = time.perf_counter() - started
both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({
    "wall": wall, "cpu": sum(one.ru_utime + one.ru_stime for one in both),
    "bytes": about.bytes, "objects": sum(about.counts.values()),
}))
"""


@dataclass(frozen=True)
class Measured:
    """One import: seconds by the clock and of processor time, bytes of the index, the most memory in MB."""

    objects: int
    wall: float
    cpu: float
    index: int
    memory: float


def measure(file: Path, folder: Path, processes: int) -> Measured:
    """Import a file in a process of its own."""
    shelf = folder / f"{file.name}-{processes}"
    command = [sys.executable, "-c", CHILD, str(shelf), str(file), str(processes)]
    most = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        while child.poll() is None:
            most = max(most, sum(anonymous_mb(pid) for pid in family_of(child.pid)))
            time.sleep(EACH_S)
        if child.returncode or child.stdout is None:
            raise SystemExit(child.returncode or 1)
        told = json.loads(child.stdout.read())
    return Measured(told["objects"], told["wall"], told["cpu"], told["bytes"], most)


def family_of(pid: int) -> list[int]:
    """List a process and those that it started."""
    found = [pid]
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                found += family_of(int(child))
    return found


def anonymous_mb(pid: int) -> float:
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1024
    return 0.0


def row(copies: int, one: Measured, two: Measured) -> str:
    return (
        f"| {copies} | {one.objects:,} | {one.cpu / one.objects * 1e6:.0f} | {one.memory:.0f} | {two.memory:.0f}"
        f" | {one.wall:.0f} s | {two.wall:.0f} s | {two.wall / one.wall:.2f} | {one.index / one.objects:.0f} |"
    )


def extrapolated(measured: Sequence[Measured]) -> list[str]:
    """Draw a straight line through the smallest and the largest import, and read it where nothing was measured."""
    small, large = min(measured, key=lambda one: one.objects), max(measured, key=lambda one: one.objects)
    grown = large.objects - small.objects
    cpu, memory = (large.cpu - small.cpu) / grown, (large.memory - small.memory) / grown
    lines = ["", "| **extrapolated**, not measured | objects | CPU hours, in all | memory of one process | index |"]
    lines.append("|---|---|---|---|---|")
    for name, objects in LARGE.items():
        hours = (large.cpu + cpu * (objects - large.objects)) / 3600
        gigabytes = (large.memory + memory * (objects - large.objects)) / 1024
        index = large.index / large.objects * objects / 1e9
        lines.append(f"| {name} | {objects / 1e6:.0f} M | {hours:.1f} | {gigabytes:.1f} GB | {index:.0f} GB |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--copies", default="10,40,120")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    lines = [
        f"`{arguments.extract.name}`, multiplied; memory in MB, without mapped files; index in bytes.",
        "",
        "| copies | objects | CPU µs an object | memory, one process | two | time, one | two | two to one | index an object |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    print("\n".join(lines))
    alone = []
    with tempfile.TemporaryDirectory() as folder:
        for copies in map(int, arguments.copies.split(",")):
            file = Path(folder) / f"{copies}.osm.pbf"
            multiply(arguments.extract, copies, file)
            one, two = (measure(file, Path(folder), processes) for processes in (1, 2))
            alone.append(one)
            lines.append(row(copies, one, two))
            print(lines[-1], flush=True)
    if len(alone) > 1:  # a slope takes two sizes
        lines += extrapolated(alone)
        print("\n".join(lines[-4:]))
    if arguments.write:
        write_section(PAGE, "import", lines)


if __name__ == "__main__":
    main()
