"""Set each weight of place search to nought and to double: which tests fail, or how many questions are answered worse.

    python bench/place_weights.py                     # the tests of the weights: a weight that survives is held by none
    python bench/place_weights.py --cases CASES.jsonl --home HOME [--weight NAME]   # right answers with each weight changed

The second asks the engine over HOME (`places`, `gazetteer`) every geocode case of a file of questions, one JSON object a line
(`endpoint`, `params.q`, `expect.near`, `expect.within_m`), and proposes the factor that answers most of them.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = Path("trigpoint/engines/embedded/query/weights.py")
FIELD = re.compile(r"^    (\w+): float = ([\d.]+)$", re.MULTILINE)
TESTS = ("tests/engines/embedded/test_weights.py",)
FACTORS = (0.0, 0.5, 1.0, 1.5, 2.0)

ASK = """
import asyncio, json, math, sys
from pathlib import Path
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.maps.queries import GeocodeQuery

async def main():
    engine, right, asked = open_embedded(Path(sys.argv[1])), 0, 0
    for line in Path(sys.argv[2]).read_text("utf-8").splitlines():
        case = json.loads(line)
        near = case["expect"].get("near")
        if case["endpoint"] != "geocode" or near is None:
            continue
        asked += 1
        points = [Point(*at) for at in (near if isinstance(near[0], list) else [near])]
        found = await engine.geocode(GeocodeQuery(text=case["params"]["q"]))
        right += bool(found) and any(found[0].coordinate.distance_to(at) <= case["expect"]["within_m"] for at in points)
    engine.close()
    print(right, asked)

asyncio.run(main())
"""


def changed(source: Path, name: str, factor: float) -> None:
    """Write the weights into a copy of the source with one of them changed."""
    text = (ROOT / "src" / WEIGHTS).read_text(encoding="utf-8")
    value = next(float(value) for field, value in FIELD.findall(text) if field == name)
    text = re.sub(rf"^    {name}: float = [\d.]+$", f"    {name}: float = {value * factor!r}", text, flags=re.MULTILINE)
    (source / WEIGHTS).write_text(text, encoding="utf-8")


def run(source: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(source)}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, help="questions with their right answers")
    parser.add_argument("--home", type=Path, help="the folder that holds places and gazetteer")
    parser.add_argument("--weight", default="", help="only this weight")
    arguments = parser.parse_args()
    names = [name for name, _ in FIELD.findall((ROOT / "src" / WEIGHTS).read_text(encoding="utf-8"))]
    survived = []
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        for name in names:
            if arguments.weight not in {"", name}:
                continue
            if arguments.cases:
                rights = {}
                for factor in FACTORS:
                    changed(source, name, factor)
                    rights[factor] = int(
                        run(source, "-c", ASK, str(arguments.home), str(arguments.cases)).stdout.split()[0]
                    )
                best = max(FACTORS, key=lambda factor: (rights[factor], factor == 1.0))
                print(f"{name:20} {rights} best x {best:g}", flush=True)
            else:
                held = {}
                for factor in (0.0, 2.0):
                    changed(source, name, factor)
                    held[factor] = (
                        run(source, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS).returncode == 1
                    )
                    if not held[factor]:
                        survived.append(f"{name} x {factor:g}")
                print(
                    f"{name:20} nought: {'held' if held[0.0] else 'SURVIVES'}  double: {'held' if held[2.0] else 'SURVIVES'}",
                    flush=True,
                )
            changed(source, name, 1.0)
    if not arguments.cases:
        print(f"{len(survived)} survive: {', '.join(survived)}" if survived else "Every weight is held by a test.")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
