"""Measures the building of tiles: CPU time compared with tilemaker, and how time, memory and size grow with the extract.

    python bench/bench_tiles.py [FOLDER] [--write]

FOLDER holds extracts; without it the sample alone is measured. tilemaker (Debian's 2.2) runs with the configuration
for OpenMapTiles that its package carries, without the layers that come from other files, to the same zooms, on one
thread; both are measured as CPU seconds of a process and its children. `--write` puts the tables into
docs/performance.md.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from report import write_section

from trigpoint.engines.sample import find_sample

SUFFIXES = (".osm.pbf", ".osm", ".osm.gz")
EXAMPLES = Path("/usr/share/doc/tilemaker/examples")
PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
PEER = ("liechtenstein-ogcapi.osm.pbf", "andorra-geodude.osm.pbf", "baltimore.osm.pbf")
"""Extracts that tilemaker is run on, of those that are there; it ends with an error on the sample."""
TENFOLD = "tenfold.osm.pbf"
BUILD = """
import sys
from pathlib import Path
import trigpoint.engines.tiles.importing.writers as writers
from trigpoint.engines.tiles.importing.building import build_tiles
if sys.argv[2] == "trigpoint":
    writers.find_tippecanoe = lambda: None
about = build_tiles(Path(sys.argv[1]), [Path(file) for file in sys.argv[3:]])
print(about.bytes, sum(about.features.values()))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a process took: CPU seconds with its children, the peak of the largest of them in MB, and its last line."""

    cpu: float
    peak: float
    said: str


def measure(command: list[str], **options: object) -> Measured:
    """Run a command to its end in a process whose children can be counted alone."""
    script = (
        "import json, resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], capture_output=True, text=True, check=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "said = [line for line in done.stdout.splitlines() if line] or ['']\n"
        "print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said[-1]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command], capture_output=True, text=True, check=False, **options
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    return Measured(*json.loads(done.stdout.splitlines()[-1]))


def build(files: list[Path], *, writer: str = "tippecanoe") -> Measured:
    """Build tiles as `trigpoint tiles build` does."""
    with tempfile.TemporaryDirectory() as folder:
        return measure([sys.executable, "-c", BUILD, folder, writer, *map(str, files)])


def tilemaker(file: Path) -> Measured:
    """Build the same extract with tilemaker."""
    with tempfile.TemporaryDirectory() as folder:
        told = json.loads((EXAMPLES / "config-openmaptiles.json").read_text())
        told["layers"] = {name: layer for name, layer in told["layers"].items() if "source" not in layer}
        config = Path(folder, "config.json")
        config.write_text(json.dumps(told))
        lua = str(EXAMPLES / "process-openmaptiles.lua")
        command = ["tilemaker", "--input", str(file), "--output", f"{folder}/out.mbtiles", "--threads", "1"]
        return measure([*command, "--config", str(config), "--process", lua], cwd=folder)


def against_tilemaker(files: list[Path]) -> list[str]:
    """Compare in pairs, each file three times in turn, and keep the least of each."""
    lines = ["| extract | Trigpoint | tilemaker | ratio (at most 1.5) |", "|---|---|---|---|"]
    for file in files:
        pairs = [(build([file]), tilemaker(file)) for _ in range(3)]
        ours, theirs = (min(one.cpu for one in side) for side in zip(*pairs, strict=True))
        lines.append(f"| {file.name} | {ours:.1f} s | {theirs:.1f} s | {ours / theirs:.2f} |")
        print(lines[-1], flush=True)
    return lines


def growth(runs: list[tuple[list[Path], str]]) -> list[str]:
    """Measure each run, the first and the last of single files with our own writer too."""
    lines = [
        "| extract | MB | features | CPU s | peak MB | tiles MB | CPU s of our own writer |",
        "|---|---|---|---|---|---|---|",
    ]
    single = [sources for sources, _ in runs if len(sources) == 1 and sources[0].name != TENFOLD]
    for sources, name in runs:
        took = build(sources)
        own = f"{build(sources, writer='trigpoint').cpu:.1f}" if sources in (single[0], single[-1]) else ""
        size, count = (int(number) for number in took.said.split())
        lines.append(
            f"| {name} | {sum(file.stat().st_size for file in sources) / 1e6:.2f} | {count:,} | {took.cpu:.1f}"
            f" | {took.peak:.0f} | {size / 1e6:.2f} | {own} |"
        )
        print(lines[-1], flush=True)
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    sample = find_sample()
    files = [sample] if sample is not None else []
    if options.folder is not None:
        files += [path for path in options.folder.iterdir() if path.name.endswith(SUFFIXES)]
    files.sort(key=lambda path: path.stat().st_size)
    told: list[str] = []
    if shutil.which("tilemaker") and EXAMPLES.is_dir():
        told += against_tilemaker([file for file in files if file.name in PEER])
    else:
        print("tilemaker is not installed here (apt-get install tilemaker): no comparison.")
    runs = [([file], file.name) for file in files]
    with tempfile.TemporaryDirectory() as scratch:
        if len(files) > 1:
            from bench_import import copies

            copied = next((file for file in files if file.name == PEER[0]), files[-1])
            copies(copied, Path(scratch, TENFOLD))
            runs += [
                (files, f"all {len(files)} in one run"),
                ([Path(scratch, TENFOLD)], f"ten copies of {copied.name}"),
            ]
        told += ["", *growth(runs)]
    if options.write:
        write_section(PAGE, "tiles", ["", *told, ""])
    return 0


if __name__ == "__main__":
    sys.exit(main())
