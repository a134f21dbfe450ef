"""Sets each weight of place search to zero and to double: which tests fail, or how many questions get worse answers.

    python bench/place_weights.py                     # run the tests of the weights; a weight that no test notices is untested
    python bench/place_weights.py --cases CASES.jsonl --home HOME [--weight NAME]   # right answers with each weight changed

The second asks the engine over HOME (`places`, `gazetteer`) every geocode case of a file of questions, one JSON object a line
(`endpoint`, `params.q`, `expect.near`, `expect.within_m`), and proposes the factor with the most right answers. It runs in one
process: it replaces a weight and clears all caches that depend on it.
"""

import argparse
import asyncio
import contextlib
import io
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import pytest

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.maps.queries import GeocodeQuery

TESTS = str(Path(__file__).resolve().parent.parent / "tests/engines/embedded/test_weights.py")
FACTORS = (0.0, 0.5, 1.0, 1.5, 2.0)


class Case(NamedTuple):
    """A query, and the location of the right result."""

    text: str
    near: Sequence[Point]
    within_m: float


@contextlib.contextmanager
def changed(name: str, factor: float) -> Iterator[None]:
    """Change one weight for as long as the context lasts."""
    before = getattr(WEIGHTS, name)
    object.__setattr__(WEIGHTS, name, before * factor)
    clear_caches()
    try:
        yield
    finally:
        object.__setattr__(WEIGHTS, name, before)
        clear_caches()


def clear_caches() -> None:
    """Clear all caches of the search that depend on the weights."""
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith("trigpoint.engines.embedded."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def fails_a_test(name: str, factor: float) -> bool:
    """Tell whether a test fails when a weight is changed."""
    with changed(name, factor), contextlib.redirect_stdout(io.StringIO()):
        return pytest.main(["-qx", "--assert=plain", "-p", "no:cacheprovider", TESTS]) == pytest.ExitCode.TESTS_FAILED


def read_cases(file: Path) -> list[Case]:
    """Read the geocode queries that have the location of the right result."""
    cases = []
    for line in file.read_text("utf-8").splitlines():
        case = json.loads(line)
        near = case["expect"].get("near")
        if case["endpoint"] == "geocode" and near is not None:
            points = [Point(*at) for at in (near if isinstance(near[0], list) else [near])]
            cases.append(Case(case["params"]["q"], points, case["expect"]["within_m"]))
    return cases


async def count_right(home: Path, cases: Sequence[Case]) -> int:
    """Send all queries, and count those whose first result is at the right location."""
    engine, right = open_embedded(home), 0
    for case in cases:
        try:
            found = await engine.geocode(GeocodeQuery(text=case.text))
        except ZeroDivisionError:  # no word of it tells anything any more
            continue
        right += bool(found) and any(found[0].coordinate.distance_to(at) <= case.within_m for at in case.near)
    engine.close()
    return right


def compare_cases(names: Sequence[str], home: Path, file: Path) -> None:
    """Print, of each weight, how many answers are right at each factor, where that makes a difference."""
    cases = read_cases(file)
    as_it_is = asyncio.run(count_right(home, cases))
    print(f"{as_it_is} of {len(cases)} are right as it is.")
    for name in names:
        rights = {1.0: as_it_is}
        for factor in FACTORS:
            if factor != 1.0:
                with changed(name, factor):
                    rights[factor] = asyncio.run(count_right(home, cases))
        best = max(FACTORS, key=lambda factor: (rights[factor], factor == 1.0))
        told = "  ".join(f"x {factor:g}: {rights[factor]}" for factor in FACTORS)
        print(f"{name:20} {told}  best x {best:g}", flush=True)


def compare_tests(names: Sequence[str]) -> list[str]:
    """Print, of each weight, whether a test holds it; list the changes that no test sees."""
    unnoticed = []
    if fails_a_test(names[0], 1.0):
        raise SystemExit("The tests fail as it is; mend them first.")
    for name in names:
        held = {factor: fails_a_test(name, factor) for factor in (0.0, 2.0)}
        unnoticed += [f"{name} x {factor:g}" for factor, is_seen in held.items() if not is_seen]
        told = {factor: "held" if is_seen else "SURVIVES" for factor, is_seen in held.items()}
        print(f"{name:20} nought: {told[0.0]}  double: {told[2.0]}", flush=True)
    print(f"{len(unnoticed)} survive: {', '.join(unnoticed)}" if unnoticed else "Every weight is held by a test.")
    return unnoticed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, help="questions with their right answers")
    parser.add_argument("--home", type=Path, help="the folder that holds places and gazetteer")
    parser.add_argument("--weight", default="", help="only this weight")
    arguments = parser.parse_args()
    names = [field.name for field in fields(WEIGHTS) if arguments.weight in {"", field.name}]
    if arguments.cases:
        compare_cases(names, arguments.home.resolve(), arguments.cases)
        return 0
    return 1 if compare_tests(names) else 0


if __name__ == "__main__":
    sys.exit(main())
