"""Building tiles: what is put into service, when the old map stays, and the messages."""

from pathlib import Path

import pytest

from drawn_tiles import build
from small_map import SmallMap, a_town
from trigpoint.base.errors import ConflictError, InvalidError, NotFoundError
from trigpoint.engines.generations import new_generation
from trigpoint.engines.tiles.generations import map_in_service, read_about
from trigpoint.engines.tiles.importing import building
from trigpoint.engines.tiles.importing.languages import find_languages
from trigpoint.engines.tiles.importing.writers import BuildError, Tippecanoe, find_tippecanoe

pytestmark = pytest.mark.skipif(find_tippecanoe() is None, reason="needs tippecanoe: pip install cubao-tippecanoe")


def left_in(home: Path) -> set[str]:
    return {path.name for path in (home / "tiles").iterdir() if path.name not in {"current", "import.lock"}}


def test_a_build_is_put_into_service_with_its_description(home: Path) -> None:
    told: list[float] = []
    drawn = build(home, a_town(), progress=lambda done, _step: told.append(done))
    about = read_about(drawn.path.parent)
    assert about.files[0].name == "home-0.osm"
    assert {"de", "en"} <= set(about.languages)
    assert about.features["streets"] == 4
    assert about.bytes == drawn.path.stat().st_size
    assert about.writer == "tippecanoe"
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert left_in(home) == {drawn.path.parent.name}
    assert sorted(path.name for path in drawn.path.parent.iterdir()) == ["about.json", "map.pmtiles"]


def test_a_newer_build_replaces_an_older_one(home: Path) -> None:
    first, second, third = (build(home, a_town()) for _ in range(3))
    assert first.path != second.path != third.path
    assert left_in(home) == {second.path.parent.name, third.path.parent.name}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "0 bytes"),
        ("<osm version='0.6'></osm>", "something to draw in it"),
        ("<osm version='0.6'><node id='1' lat='1' lon='1'/>", "cut short"),
        ("no map at all", "an OpenStreetMap file"),
    ],
)
def test_a_file_without_map_data_leaves_the_old_map_in_service(home: Path, content: str, told: str) -> None:
    before = build(home, a_town())
    file = home.parent / "bad.osm"
    file.write_text(content)
    with pytest.raises(InvalidError, match=told):
        building.build_tiles(home, [file])
    assert map_in_service(home) == before.path
    assert left_in(home) == {before.path.parent.name}


def test_a_missing_file_is_reported_before_anything_is_done(home: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no file '.*nowhere\.osm\.pbf'"):
        building.build_tiles(home, [home / "nowhere.osm.pbf"])
    assert not home.exists()


def test_a_second_build_at_the_same_time_is_refused(home: Path) -> None:
    with new_generation(home / "tiles", what="tiles"), pytest.raises(ConflictError, match="Another import of tiles"):
        build(home, a_town())


def test_without_tippecanoe_our_own_writer_gives_the_same_tiles(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = ("pois", "addresses", "streets", "street_labels", "place_labels", "boundaries", "coverage")
    theirs = build(home / "theirs", a_town())
    told = [sorted(map(repr, theirs.features(14, layer))) for layer in layers]
    monkeypatch.setattr("trigpoint.engines.tiles.importing.writers.find_tippecanoe", lambda: None)
    ours = build(home / "ours", a_town())
    assert read_about(ours.path.parent).writer == "trigpoint"
    assert [sorted(map(repr, ours.features(14, layer))) for layer in layers] == told
    assert ours.archive_header().box == pytest.approx(theirs.archive_header().box, abs=0.02)


def test_a_writer_that_dies_is_reported_with_its_last_output(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tippecanoe, "OPTIONS", ("--no-such-option",))
    with pytest.raises(BuildError, match=r"tippecanoe could not write the tiles \(exit code"):
        build(home, a_town())
    assert map_in_service(home) is None
    assert left_in(home) == set()


def test_a_build_that_was_interrupted_leaves_nothing(home: Path) -> None:
    before = build(home, a_town())

    def interrupt(done: float, _step: str) -> None:
        if done >= 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(home, a_town(), progress=interrupt)
    assert map_in_service(home) == before.path
    assert left_in(home) == {before.path.parent.name}


def test_objects_in_two_extracts_are_drawn_once(home: Path) -> None:
    other = a_town()
    other.node((47.12, 9.53), number=9001, amenity="cafe", name="Only here")
    drawn = build(home, a_town(), other)
    names = [feature.get("name") for feature in drawn.features(14, "pois")]
    assert sorted(filter(None, names)) == ["Café Wüest", "Löwen", "Only here", "Schlossapotheke"]
    alone = build(home, other)
    assert read_about(alone.path.parent).features["pois"] == read_about(drawn.path.parent).features["pois"] == 4


def test_an_extract_that_is_not_sorted_is_sorted_first(home: Path) -> None:
    file = a_town().write(home.parent / "town.osm")
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:2], *reversed(lines[2:-1]), lines[-1]]))
    steps: list[str] = []
    building.build_tiles(home, [file], progress=lambda _done, step: steps.append(step))
    assert "sorting town.osm" in steps


def test_requested_languages_are_kept(home: Path) -> None:
    town = SmallMap()
    town.node((47.14, 9.52), place="town", name="Vaduz", name__ru="Вадуц", name__ja="ファドゥーツ", name__de="Vaduz")
    (place,) = build(home, town, languages=["ja"]).features(14, "place_labels")
    assert (place["name_ja"], place["name_de"]) == ("ファドゥーツ", "Vaduz")
    assert "name_ru" not in place


@pytest.mark.parametrize(
    ("at", "languages"),
    [
        ((60.17, 24.94), {"en", "fi", "sv"}),
        ((31.23, 121.47), {"en", "zh", "zh-Hans", "zh-Hant"}),
        ((59.91, 10.75), {"en", "nb", "nn", "no"}),
        ((46.95, 7.45), {"en", "de", "fr", "it"}),
        ((0.0, -150.0), {"en"}),
    ],
    ids=["Helsinki", "Shanghai", "Oslo", "Bern", "the sea"],
)
def test_names_are_kept_in_the_languages_of_the_country(
    home: Path, at: tuple[float, float], languages: set[str]
) -> None:
    drawn = SmallMap()
    drawn.node(at, place="city", name="Here")
    home.mkdir()
    assert languages <= set(find_languages([drawn.write(home / "here.osm")]))
