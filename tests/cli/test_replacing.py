"""An import of other files says which data it would replace, and asks before it does."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from commands import Told, trigpoint
from small_map import a_town
from trigpoint.cli import replacing
from trigpoint.cli.replacing import FIND, confirm_replacing
from trigpoint.engines.sample import SAMPLE


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def an_import(file: Path, *options: str) -> Told:
    return trigpoint("places", "import", a_town().write(file), *options)


def files_in_service() -> list[str]:
    files: list[str] = trigpoint("places", "status", "--json").json["files"]
    return files


def test_without_a_terminal_nothing_is_replaced_without_the_option(home: Path, tmp_path: Path) -> None:
    assert an_import(tmp_path / "one.osm").code == 0
    told = an_import(tmp_path / "two.osm")
    assert told.code == 4
    assert "This would drop what was imported before: places of one.osm. Nothing was changed." in " ".join(
        told.err.split()
    )
    assert files_in_service() == ["one.osm"]
    assert an_import(tmp_path / "two.osm", "--replace").code == 0
    assert files_in_service() == ["two.osm"]
    assert len(list((home / "places").glob("*/about.json"))) == 2


def test_the_same_files_and_additional_ones_are_imported_without_a_question(home: Path, tmp_path: Path) -> None:
    del home
    one, two = (a_town().write(tmp_path / name) for name in ("one.osm", "two.osm"))
    for files in ((one,), (one,), (one, two)):
        assert trigpoint("places", "import", *files).code == 0
    told = trigpoint("places", "import", two)
    assert (told.code, "places of one.osm" in told.err) == (4, True)
    assert files_in_service() == ["one.osm", "two.osm"]


@pytest.mark.parametrize(("answer", "code", "left"), [("n\n", 1, "one.osm"), ("y\n", 0, "two.osm")])
def test_at_a_terminal_the_user_is_asked(home: Path, tmp_path: Path, answer: str, code: int, left: str) -> None:
    del home
    assert an_import(tmp_path / "one.osm").code == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replacing, "sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
        told = trigpoint("places", "import", a_town().write(tmp_path / "two.osm"), stdin=answer)
    assert told.code == code
    assert "This drops: places of one.osm." in " ".join(told.err.split())
    assert files_in_service() == [left]


def test_the_question_lists_each_part_with_its_files_and_timetables(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    found = {"places": ["a.osm"], "routes": ["a.osm", "bus.zip"], "tiles": ["a.osm", "b.osm"]}

    def of(part: str) -> Callable[[Path], list[str]]:
        return lambda _data: found[part]

    monkeypatch.setattr(replacing, "FIND", {part: of(part) for part in found})
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(replacing.ConflictError) as refused:
        confirm_replacing(found, [Path("x/b.osm")], replace=False)
    assert "before: places, routes, tiles of a.osm; routes of bus.zip. Nothing" in str(refused.value)
    confirm_replacing(found, [Path("a.osm"), Path("b.osm"), Path("bus.zip")], replace=False)
    confirm_replacing(["tiles"], [], replace=True)


def test_the_sample_and_unreadable_data_are_replaced_without_a_question(home: Path, tmp_path: Path) -> None:
    assert an_import(tmp_path / Path(SAMPLE).name.removesuffix(".pbf")).code == 0
    about = next((home / "places").glob("*/about.json"))
    about.write_text(about.read_text().replace("Helsinki.osm", Path(SAMPLE).name))
    assert FIND["places"](home) == []
    about.write_text("{")
    assert FIND["places"](home) == []
    assert [FIND[part](home / "nowhere") for part in FIND] == [[], [], []]
