"""Measure imports: seconds, memory and bytes on disk for each extract, and how they grow.

    python bench/bench_import.py FOLDER

Two synthetic files show what memory grows with: ten copies of the largest extract side by side (ten times the index),
and the same extract among ten times as many nodes without tags (ten times the file, the same index).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import osmium

from trigpoint.engines.extracts import sort_file

SUFFIXES = (".osm.pbf", ".osm", ".osm.gz")
STEP = 10_000_000_000
COPIES = 10
CHILD = """
import json, re, sys, time
from pathlib import Path
from trigpoint.engines.embedded.importing.building import import_files
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
before = peak()
started = time.perf_counter()
about = import_files(Path(sys.argv[1]), [Path(sys.argv[2])], progress=lambda step, share: None)
print(json.dumps({
    "seconds": time.perf_counter() - started, "peak": peak(), "base": before, "bytes": about.bytes, "things": sum(about.counts.values()),
}))
"""


def measure(path: Path) -> dict[str, float]:
    """Import one file in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, folder, str(path)], capture_output=True, text=True, check=True
        )
    return json.loads(done.stdout)


def copies(path: Path, target: Path) -> None:
    """Write an extract ten times side by side, each copy half a degree further south with numbers of its own."""
    unsorted = target.with_name("unsorted.osm.pbf")
    with osmium.SimpleWriter(str(unsorted)) as writer:
        for copy in range(COPIES):
            shift = copy * STEP
            for item in osmium.FileProcessor(str(path)):
                number = item.id + shift
                if item.is_node():
                    writer.add_node(item.replace(id=number, location=(item.lon, item.lat - 0.5 * copy)))
                elif item.is_way():
                    writer.add_way(item.replace(id=number, nodes=[node.ref + shift for node in item.nodes]))
                else:
                    members = [(member.type, member.ref + shift, member.role) for member in item.members]
                    writer.add_relation(item.replace(id=number, members=members))
    sort_file(unsorted, target)
    unsorted.unlink()


def noisy(path: Path, target: Path) -> None:
    """Write an extract among nine times as many nodes that carry nothing."""
    unsorted = target.with_name("unsorted.osm.pbf")
    nodes = 0
    with osmium.SimpleWriter(str(unsorted)) as writer:
        for item in osmium.FileProcessor(str(path)):
            nodes += item.is_node()
            writer.add(item)
        for number in range(nodes * (COPIES - 1)):
            at = (9.5 + (number % 1000) * 1e-6, 47.1 + (number // 1000) * 1e-6)
            writer.add_node(osmium.osm.mutable.Node(id=STEP + number, version=1, location=at))
    sort_file(unsorted, target)
    unsorted.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    folder = parser.parse_args().folder
    if folder is None:
        from trigpoint.engines.embedded.sample import sample_file

        folder = sample_file().parent
    files = sorted(
        (path for path in folder.iterdir() if path.name.endswith(SUFFIXES)), key=lambda path: path.stat().st_size
    )
    print("| file | MB | things | seconds | peak MB | index MB |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        largest = files[-1]
        tenfold, noise = Path(scratch, "tenfold.osm.pbf"), Path(scratch, "noise.osm.pbf")
        copies(largest, tenfold)
        noisy(largest, noise)
        names = {tenfold: f"ten copies of {largest.name}", noise: f"{largest.name} among ten times the nodes"}
        for path in [*files, tenfold, noise]:
            started = time.perf_counter()
            try:
                told = measure(path)
            except subprocess.CalledProcessError as error:
                print(f"| {path.name} | failed after {time.perf_counter() - started:.1f} s: {error.stderr[-200:]}")
                continue
            size = path.stat().st_size / 1e6
            print(
                f"| {names.get(path, path.name)} | {size:.1f} | {told['things']:,} | {told['seconds']:.1f}"
                f" | {told['peak']} | {told['bytes'] / 1e6:.1f} |",
                flush=True,
            )
    print(f"\nPeak memory includes {told['base']} MB of the interpreter and its libraries.")


if __name__ == "__main__":
    main()
