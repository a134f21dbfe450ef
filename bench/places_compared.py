"""Compares the place search of this tree with that of another tree: CPU time of geocode, reverse and completion.

    git worktree add ../before COMMIT
    python bench/places_compared.py EXTRACT --before ../before [--gazetteer HOME] [--gazetteer-before HOME] [--rounds 5]

Each tree imports EXTRACT with its own code. The questions are those of `bench_places.py`. In each round, each tree runs in a
separate process, in alternation; for each question the fastest round counts, so that other work on the machine has little
effect. It prints the median over all questions, and this tree's median relative to the other's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_places import ROUND, WARMING, questions
from places_quality import read_things

HERE = Path(__file__).resolve().parent.parent

SERVE = """
import asyncio, json, sys, time
from pathlib import Path
from trigpoint.base.geo import Point
try:
    from trigpoint.engines.embedded.engine import open_embedded
except ImportError:
    from trigpoint.engines.embedded.places import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, Hints, ReverseQuery

async def main(home, focus):
    engine, near = open_embedded(home), Hints(search_location=Point(*focus))
    ways = {
        "geocode": lambda text: engine.geocode(GeocodeQuery(text=text)),
        "reverse": lambda at: engine.reverse(ReverseQuery(point=Point(*at))),
        "autocomplete": lambda text: engine.autocomplete(AutocompleteQuery(text=text, hints=near)),
    }
    for line in sys.stdin:
        name, asked = json.loads(line)
        took = []
        for one in asked:
            started = time.process_time_ns()
            await ways[name](one)
            took.append((time.process_time_ns() - started) / 1e6)
        print(json.dumps(took), flush=True)
    engine.close()

if sys.argv[1] == "import":
    import_files(Path(sys.argv[2]) / "places", [Path(sys.argv[3])], progress=lambda _done, _step: None)
else:
    asyncio.run(main(Path(sys.argv[2]), json.loads(sys.argv[3])))
"""


class Tree:
    """A source tree with its own index of the extract."""

    def __init__(self, source: Path, home: Path, extract: Path, gazetteer: Path | None) -> None:
        home.mkdir()
        if gazetteer is not None:
            (home / "gazetteer").symlink_to((gazetteer / "gazetteer").resolve())
        self._home = home
        self._environment = os.environ | {"PYTHONPATH": str(source / "src"), "PYTHONHASHSEED": "0"}
        subprocess.run([*self._command("import"), str(extract.resolve())], env=self._environment, check=True)

    def _command(self, what: str) -> list[str]:
        return [sys.executable, "-c", SERVE, what, str(self._home)]

    def start(self, focus: list[float]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self._command("serve"), json.dumps(focus)],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def ask(process: subprocess.Popen[str], name: str, some: list) -> list[float]:
    process.stdin.write(json.dumps([name, some]) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def one_round(trees: dict[str, Tree], asked: dict[str, list]) -> dict[str, dict[str, list[float]]]:
    """Give the milliseconds of each question that counts, by kind of question and tree."""
    running = {name: tree.start(asked["reverse"][0]) for name, tree in trees.items()}
    took = {kind: {name: [] for name in trees} for kind in asked}
    for kind, every in asked.items():
        for start in range(0, len(every), ROUND):
            for name, process in running.items():
                answered = ask(process, kind, every[start : start + ROUND])
                took[kind][name] += answered if start >= WARMING else []
    for process in running.values():
        process.stdin.close()
        process.wait()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--before", type=Path, required=True, help="the other source tree")
    parser.add_argument("--gazetteer", type=Path, help="a TRIGPOINT_HOME whose gazetteer this tree uses")
    parser.add_argument("--gazetteer-before", type=Path, help="the same for the other tree, if its format is another")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    asked = questions(read_things(arguments.extract)[0])
    least: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        of_before = arguments.gazetteer_before or arguments.gazetteer
        trees = {
            "before": Tree(arguments.before, Path(scratch) / "before", arguments.extract, of_before),
            "now": Tree(HERE, Path(scratch) / "now", arguments.extract, arguments.gazetteer),
        }
        for at in range(arguments.rounds):
            turns = dict(sorted(trees.items(), reverse=bool(at % 2)))
            for kind, both in one_round(turns, asked).items():
                for name, took in both.items():
                    before = least.setdefault(kind, {}).get(name, took)
                    least[kind][name] = [min(pair) for pair in zip(before, took, strict=True)]
    print(
        "| question | before, ms of processor | now | share | mean before | now | share |\n|---|---|---|---|---|---|---|"
    )
    for kind, both in least.items():
        old, new = (statistics.median(both[name]) for name in ("before", "now"))
        mean_old, mean_new = (statistics.fmean(both[name]) for name in ("before", "now"))
        print(
            f"| {kind} | {old:.3f} | {new:.3f} | {new / old:.3f} | {mean_old:.3f} | {mean_new:.3f}"
            f" | {mean_new / mean_old:.3f} |"
        )


if __name__ == "__main__":
    main()
