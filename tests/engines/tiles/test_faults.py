"""Killed builds, full disks and impossible objects: the old map stays, and the error is reported."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pmtiles.writer import Writer

from drawn_tiles import build
from small_map import SmallMap, a_town
from trigpoint.engines.sample import find_sample
from trigpoint.engines.tiles.generations import map_in_service
from trigpoint.engines.tiles.importing import building
from trigpoint.engines.tiles.importing.writers import BuildError, Tippecanoe, find_tippecanoe

CHILD = """
import sys
from pathlib import Path
from trigpoint.engines.tiles.importing.building import build_tiles
build_tiles(Path(sys.argv[1]), [Path(sys.argv[2])], progress=lambda done, step: print(f"{done:.2f}", step, flush=True))
"""
FULL = "The disk is full: no tiles were built, and the map in service stays"


def left_in(home: Path) -> set[str]:
    return {path.name for path in (home / "tiles").iterdir() if path.name not in {"current", "import.lock"}}


@pytest.mark.parametrize("step", ["reading", "drawing the coast"])
def test_a_build_that_is_killed_leaves_the_old_map_and_the_next_one_cleans_up(home: Path, step: str) -> None:
    before = build(home, a_town())
    sample = find_sample()
    assert sample is not None
    with subprocess.Popen([sys.executable, "-c", CHILD, home, sample], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if step in line)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert map_in_service(home) == before.path
    assert any(name.startswith("new-") for name in left_in(home))
    assert before.first_zoom("place_labels", name="Vaduz") == 7
    after = build(home, a_town())
    assert left_in(home) == {before.path.parent.name, after.path.parent.name}


def a_program(folder: Path, script: str) -> Path:
    program = folder / "tippecanoe"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("cat >/dev/null; echo 'pwrite: No space left on device' >&2; exit 1", FULL),
        ("echo 'write: No space left on device' >&2; exit 1", FULL),
        ("cat >/dev/null; kill -9 $$", "killed, most likely because the machine ran out of memory"),
        ("cat >/dev/null; exit 3", r"could not write the tiles \(exit code 3\): it said nothing"),
        ("cat >/dev/null; exit 0", "The tiles that were written cannot be read, and the map in service stays"),
    ],
)
def test_an_error_of_tippecanoe_is_reported(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    before = build(home, a_town())
    program = a_program(tmp_path, script)
    monkeypatch.setattr("trigpoint.engines.tiles.importing.writers.find_tippecanoe", lambda: program)
    with pytest.raises(BuildError, match=told):
        build(home, a_town())
    assert map_in_service(home) == before.path
    assert left_in(home) == {before.path.parent.name}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_reported_by_our_own_writer_too(
    home: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = build(home, a_town())

    def fail(*_arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("trigpoint.engines.tiles.importing.writers.find_tippecanoe", lambda: None)
    monkeypatch.setattr(Writer, "finalize", fail)
    with pytest.raises(BuildError, match=FULL):
        build(home, a_town())
    assert map_in_service(home) == before.path


def test_a_map_that_cannot_be_described_is_not_taken_into_service(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build(home, a_town())

    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(building, "write_about", fail)
    with pytest.raises(OSError, match="Input/output error"):
        build(home, a_town())
    assert map_in_service(home) == before.path
    assert left_in(home) == {before.path.parent.name}


def test_objects_that_cannot_be_drawn_are_left_out(home: Path) -> None:
    drawn = a_town()
    drawn.way([(47.14, 9.52), 999_999_999], highway="residential", name="One end is missing")
    drawn.way([999_999_998, 999_999_999], highway="residential", name="Both are")
    drawn.way([(47.14, 9.52)], highway="residential", name="A point")
    bow = [drawn.node((47.15 + y, 9.53 + x)) for y, x in ((0, 0), (0.01, 0.01), (0.01, 0), (0, 0.01))]
    drawn.way([*bow, bow[0]], natural="water", name="Bow tie")
    drawn.relation([("way", 999_999_997, "outer")], type="multipolygon", natural="water", name="No outline")
    drawn.node((47.14, 9.53), amenity="cafe", name='Quote " and \\ and <b> \u2028 \U0001f600')
    found = build(home, drawn)
    streets = {one["name"] for one in found.features(14, "street_labels")}
    assert streets == {"Landstrasse", "Aeulestrasse"}
    assert 'Quote " and \\ and <b> \u2028 \U0001f600' in {one["name"] for one in found.features(14, "pois")}


def test_a_place_at_the_antimeridian_is_drawn(home: Path) -> None:
    drawn = SmallMap()
    for at in ((89.9, 0.0), (-90.0, 180.0), (0.0, -180.0), (0.0, 180.0)):
        drawn.node(at, place="city", name=f"{at}")
    assert build(home, drawn).path.stat().st_size > 0


def test_tags_that_are_no_numbers_are_ignored(home: Path) -> None:
    drawn = SmallMap()
    drawn.node((47.1, 9.5), place="town", name="Much", population="9" * 40)
    drawn.node((47.2, 9.5), place="town", name="Nan", population="nan")
    drawn.node((47.3, 9.5), natural="peak", name="Inf", ele="inf")
    drawn.node((47.4, 9.5), natural="peak", name="Nan", ele="nan")
    found = build(home, drawn)
    people = {one["name"]: one["population"] for one in found.features(14, "place_labels")}
    assert people["Nan"] == 5_000
    assert {one.get("ele") for one in found.features(14, "natural_labels")} == {None}


def test_the_module_can_be_imported_without_any_binary() -> None:
    """Every server imports the module, so binaries must only be looked up for a build."""
    assert Tippecanoe.OPTIONS
    program = find_tippecanoe()
    assert program is None or program.is_file()
