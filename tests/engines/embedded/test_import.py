"""An import: what is read, what is refused, and that the old index stays in service until the new one is complete."""

import gzip
import sqlite3
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from small_map import SmallMap, a_town
from trigpoint.base.errors import ConflictError, InvalidError, NotFoundError
from trigpoint.engines.embedded.importing import building
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.importing.features import names_of
from trigpoint.engines.embedded.importing.interpolation import MOST_NUMBERS
from trigpoint.engines.embedded.index import generation
from trigpoint.engines.embedded.index.datafile import DataFile
from trigpoint.engines.embedded.index.generation import About
from trigpoint.engines.embedded.sample import ensure_sample, sample_file
from trigpoint.engines.generations import folder_in_service


def quiet(_done: float, _step: str) -> None:
    """Report no progress."""


class Importer:
    """Imports maps into one folder, and closes all opened files at the end."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.opened: list[DataFile] = []

    def __call__(self, *maps: SmallMap) -> tuple[About, DataFile]:
        files = [drawn.write(self.home / f"map{at}.osm") for at, drawn in enumerate(maps)]
        about = import_files(self.home / "places", files, progress=quiet)
        folder = folder_in_service(self.home / "places")
        assert folder is not None
        self.opened.append(DataFile(folder / generation.DATA))
        return about, self.opened[-1]


@pytest.fixture
def imported(tmp_path: Path) -> Iterator[Importer]:
    importer = Importer(tmp_path)
    yield importer
    for data in importer.opened:
        data.close()


def test_the_numbers_of_imported_objects_are_counted(imported: Importer) -> None:
    about, _ = imported(a_town())
    assert about.counts == {
        "addresses": 12, "interpolated": 4, "streets": 3, "areas": 3, "named": 4, "postcodes": 2,
    }  # fmt: skip
    assert [file.name for file in about.files] == ["map0.osm"]
    assert about.attribution == "© OpenStreetMap contributors"


def test_ways_of_one_street_are_joined_and_streets_of_two_towns_are_not(imported: Importer) -> None:
    _, data = imported(a_town())
    found = [data.record_by_ref(way << 3 | 1) for way in (5001, 5002, 5004)]
    assert found[0] is not None
    assert found[1] == found[0]  # one street, under the numbers of both its ways
    assert found[2] is not None
    assert data.setting(found[0][1].setting).locality[""] == "Vaduz"
    assert data.setting(found[2][1].setting).locality[""] == "Schaan"


def test_houses_between_the_ends_of_an_interpolation_keep_their_parity(imported: Importer) -> None:
    _, data = imported(a_town())
    street = data.record_by_ref(5003 << 3 | 1)
    assert street is not None
    numbers = sorted(int(key) for key, _ in data.house_keys(street[0]))
    assert numbers == [1, 3, 5, 7, 9, 11, 20]
    (five,) = data.houses_numbered(street[0], ["5"])["5"]
    assert five.latitude == pytest.approx(47.1365 + 0.4 * 0.002)


def test_an_associated_street_names_the_street_of_its_houses(imported: Importer) -> None:
    drawn = a_town()
    house = drawn.node((47.1399, 9.521), number=9001, addr__housenumber="77")
    drawn.relation([("node", house, "house")], type="associatedStreet", name="Landstrasse")
    _, data = imported(drawn)
    found = data.house_by_ref(9001 << 3)
    assert found is not None
    assert data.record(found.street).names[""] == "Landstrasse"


def test_an_address_without_a_street_goes_to_the_nearest(imported: Importer) -> None:
    drawn = a_town()
    drawn.node((47.1366, 9.5204), number=9002, addr__housenumber="99")
    _, data = imported(drawn)
    found = data.house_by_ref(9002 << 3)
    assert found is not None
    assert data.record(found.street).names[""] == "Aeulestrasse"


def test_tags_without_a_value_say_nothing(imported: Importer) -> None:
    drawn = a_town()
    drawn.way([(47.15, 9.53), (47.151, 9.53)], number=5101, highway="residential", name="")
    drawn.way([(47.15, 9.54), (47.151, 9.54)], number=5102, highway="residential", name="", ref="L 12")
    drawn.node((47.1399, 9.521), number=9003, addr__street="Landstrasse", addr__housenumber="")
    _, data = imported(drawn)
    assert data.record_by_ref(5101 << 3 | 1) is None
    assert data.house_by_ref(9003 << 3) is None
    numbered = data.record_by_ref(5102 << 3 | 1)
    assert numbered is not None
    assert numbered[1].names[""] == "L 12"


@pytest.mark.parametrize(
    ("tagged", "written"),
    [
        ("columbus", "Columbus"),
        ("Columbus, OH", "Columbus"),
        ("L'ALDOSA,", "L'Aldosa"),
        ("king's lynn", "King's Lynn"),
        ("SAINT-DENIS", "Saint-Denis"),
        ("Bad Ems", "Bad Ems"),
        ("NYC", "NYC"),
        ("vaduz, FL", "Vaduz"),
    ],
)
def test_a_town_record_has_the_fields_of_a_town(imported: Importer, tagged: str, written: str) -> None:
    drawn = a_town()
    drawn.node((47.1402, 9.516), number=6003, addr__street="Landstrasse", addr__housenumber="2", addr__city=tagged)
    _, data = imported(drawn)
    house = data.house_by_ref(6003 << 3)
    assert house is not None
    assert data.setting(house.setting).locality[""] == written


def test_two_files_are_merged_and_an_object_of_both_is_kept_once(imported: Importer) -> None:
    other = SmallMap()
    other.node((47.1402, 9.516), number=6002, addr__street="Landstrasse", addr__housenumber="2", addr__city="Vaduz")
    other.node((47.1390, 9.5202), number=8001, amenity="bank", name="Bank")
    about, data = imported(a_town(), other)
    assert about.counts["addresses"] == 12
    assert about.counts["named"] == 5
    assert data.record_by_ref(8001 << 3) is not None


def test_a_settlement_and_its_outline_are_one_place(imported: Importer) -> None:
    about, data = imported(a_town())
    outline = data.record_by_ref(1001 << 3)
    assert outline is not None
    assert outline[1].ref != 1001 << 3
    names = [data.record(at).names for at in range(1, sum(about.counts.values()) - 15)]
    vaduz = [own for own in names if own.get("") == "Vaduz"]
    assert vaduz == [{"": "Vaduz", "ru": "Вадуц"}]


def test_compressed_xml_is_read(tmp_path: Path) -> None:
    plain = a_town().write(tmp_path / "map.osm")
    packed = tmp_path / "map.osm.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert import_files(tmp_path / "places", [packed], progress=quiet).counts["streets"] == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no file '.*nowhere\.osm\.pbf'"):
        import_files(tmp_path / "places", [tmp_path / "nowhere.osm.pbf"], progress=quiet)


@pytest.mark.parametrize("name", ["notes.txt", "junk.osm.pbf", "empty.osm", "junk.osm"])
def test_a_file_that_is_no_openstreetmap_file_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"" if name.startswith("empty") else b"hello " * 100)
    with pytest.raises(InvalidError, match=f"must be an OpenStreetMap file.*got '{name}"):
        import_files(tmp_path / "places", [file], progress=quiet)


def test_a_truncated_file_is_refused_and_the_old_index_stays(tmp_path: Path, imported: Importer) -> None:
    imported(a_town())
    before = folder_in_service(tmp_path / "places")
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(sample_file().read_bytes()[:300_000])
    with pytest.raises(InvalidError, match="cut short; download it again"):
        import_files(tmp_path / "places", [cut], progress=quiet)
    assert folder_in_service(tmp_path / "places") == before
    assert not list((tmp_path / "places").glob("new-*"))


def test_a_file_that_is_not_sorted_is_sorted_first(tmp_path: Path) -> None:
    lines = a_town().write(tmp_path / "town.osm").read_text().splitlines()
    mixed = tmp_path / "mixed.osm"
    mixed.write_text("\n".join([*lines[:2], *reversed(lines[2:-1]), lines[-1]]))
    about = import_files(tmp_path / "places", [mixed], progress=quiet)
    assert (about.counts["addresses"], about.counts["streets"], about.counts["areas"]) == (12, 3, 3)
    assert [file.name for file in about.files] == ["mixed.osm"]


def test_a_file_without_places_is_refused(tmp_path: Path, imported: Importer) -> None:
    drawn = SmallMap()
    drawn.node((47.0, 9.0))
    with pytest.raises(InvalidError, match="addresses, streets or named places"):
        imported(drawn)
    assert folder_in_service(tmp_path / "places") is None


def test_an_interrupt_leaves_the_old_index_in_service(
    tmp_path: Path, imported: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(a_town())
    before = folder_in_service(tmp_path / "places")

    def interrupt(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "describe", interrupt)
    with pytest.raises(KeyboardInterrupt):
        imported(a_town())
    assert folder_in_service(tmp_path / "places") == before
    assert not list((tmp_path / "places").glob("new-*"))


def test_files_that_a_killed_import_left_are_removed_by_the_next(tmp_path: Path, imported: Importer) -> None:
    left = tmp_path / "places" / "new-20260101T000000Z-abcdef"
    left.mkdir(parents=True)
    (left / "spool.sqlite").write_bytes(b"half")
    imported(a_town())
    assert not left.exists()


def test_the_previous_generation_stays_and_older_ones_are_removed(tmp_path: Path, imported: Importer) -> None:
    made = []
    for _ in range(3):
        imported(a_town())
        made.append(folder_in_service(tmp_path / "places"))
    folders = [path for path in (tmp_path / "places").iterdir() if path.is_dir()]
    assert sorted(folders) == sorted(made[1:], key=str)


def test_two_imports_at_once_are_refused(tmp_path: Path, imported: Importer) -> None:
    with (
        generation.new_generation(tmp_path / "places"),
        pytest.raises(ConflictError, match="Another import of places is running"),
    ):
        imported(a_town())


def test_progress_only_increases_over_all_steps_and_files(tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    files = [a_town().write(tmp_path / "map.osm"), a_town().write(tmp_path / "again.osm")]
    import_files(tmp_path / "places", files, progress=lambda done, step: told.append((done, step)))
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    ends = {step: done for done, step in told}
    assert (0 < ends["Reading map.osm"] < ends["Reading again.osm"] < ends["Preparing areas"]
            < ends["Joining streets and addresses"] < ends["Placing names"] <= ends["Finishing the index"] < 1)  # fmt: skip


def test_the_sample_is_imported_once(tmp_path: Path) -> None:
    about = ensure_sample(tmp_path, progress=quiet)
    assert about is not None
    assert about.counts["addresses"] > 1400
    assert ensure_sample(tmp_path, progress=quiet) is None


def test_a_description_of_the_source_is_stored_with_the_index(tmp_path: Path, imported: Importer) -> None:
    imported(a_town())
    folder = folder_in_service(tmp_path / "places")
    assert folder is not None
    assert generation.read_about(folder).counts["streets"] == 3
    with closing(sqlite3.connect(folder / generation.DATA)) as db:
        assert dict(db.execute("SELECT key, value FROM meta"))["format"] == str(generation.FORMAT)


def test_an_interpolation_between_distant_numbers_takes_no_more_memory_than_a_short_one(imported: Importer) -> None:
    drawn = a_town()
    far = [
        drawn.node((47.1365, 9.5303), addr__street="Weg", addr__housenumber="1"),
        drawn.node((47.1385, 9.5303), addr__street="Weg", addr__housenumber="8000001"),
    ]
    drawn.way(far, addr__interpolation="all")
    tracemalloc.start()
    try:
        about, _ = imported(drawn)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert about.counts["interpolated"] == 4 + MOST_NUMBERS
    assert most < 100_000_000


@pytest.mark.parametrize("number", [-1, 2**48, 2**62])
def test_an_object_whose_number_openstreetmap_has_not_given_is_refused(imported: Importer, number: int) -> None:
    drawn = a_town()
    drawn.node((47.14, 9.52), number=number, amenity="cafe", name="Eden")
    with pytest.raises(InvalidError, match=rf"an OpenStreetMap file.*node {number}, and numbers are from 0 to"):
        imported(drawn)


def test_the_highest_number_that_fits_is_imported(imported: Importer) -> None:
    drawn = a_town()
    drawn.node((47.14, 9.52), number=2**48 - 1, amenity="cafe", name="Eden")
    _, data = imported(drawn)
    assert data.record_by_ref((2**48 - 1) << 3) is not None


def test_a_coordinate_that_is_no_number_is_refused(imported: Importer) -> None:
    drawn = a_town()
    drawn.node((float("nan"), 9.52), amenity="cafe", name="Eden")
    with pytest.raises(InvalidError, match=r"an OpenStreetMap file.*coordinate: 'nan'"):
        imported(drawn)


def test_a_relation_that_names_one_way_again_and_again_is_left_out_at_once(imported: Importer) -> None:
    drawn = a_town()
    outline = drawn.square((47.16, 9.52), 0.001)
    tags = {"type": "boundary", "boundary": "administrative", "admin_level": "10"}
    drawn.relation([("way", outline, "outer")] * 60_000, name="Endless", **tags)
    drawn.relation([("way", outline, "outer")] * 2, name="Ended", **tags)
    started = time.process_time()
    about, _ = imported(drawn)
    assert time.process_time() - started < 1.5  # two seconds and more if its outline is made
    assert about.counts["areas"] == 4


def a_far_town() -> SmallMap:
    """Draw Tromsø: settlements so far north that a degree of longitude is half as wide as in Liechtenstein."""
    drawn = SmallMap(last=900_000)
    for number, place in enumerate(("city", "town", "village", "hamlet", "suburb", "neighbourhood")):
        drawn.node((69.65, 18.95 + number / 100), place=place, name=f"Far {place}")
    drawn.way([(69.65, 18.95), (69.65, 18.96)], highway="residential", name="Landstrasse")
    return drawn


def a_valley() -> SmallMap:
    """Draw a town with hamlets at the end of their reach, and houses between them."""
    drawn = a_town()
    for number in range(8):
        at = (47.138 + number / 400, 9.524 + number / 350)
        drawn.node(at, place=("hamlet", "neighbourhood", "village")[number % 3], name=f"Weiler {number}")
        drawn.node((at[0], at[1] + 0.006), shop="bakery", name=f"Bäckerei {number}")
        drawn.node((at[0], at[1] - 0.008), addr__street="Landstrasse", addr__housenumber=str(30 + number))
    return drawn


def placed(data: DataFile) -> dict[int, tuple[object, ...]]:
    """Return the facts of each object, by its reference."""
    records = [data.record(row[0]) for row in data.db.execute("SELECT id FROM record")]
    houses = [data.house(row[0]) for row in data.db.execute("SELECT id FROM house")]
    return {
        one.ref: (data.setting(one.setting), data.vicinity(one.vicinity), one.latitude, one.longitude)
        for one in [*records, *houses]
    }


def test_imports_of_one_region_and_of_several_give_the_same_hierarchy(imported: Importer) -> None:
    alone = placed(imported(a_valley())[1])
    beside = placed(imported(a_far_town(), a_valley())[1])
    assert len(beside) > len(alone) > 30
    assert {ref: beside[ref] for ref in alone} == alone


def test_a_nearby_settlement_adds_its_words_only_to_houses_near_it(imported: Importer) -> None:
    _, data = imported(a_valley())
    words = {number: set[str]() for number in ("30", "37")}
    for (house_id,) in data.db.execute("SELECT id FROM house"):
        house = data.house(house_id)
        if house.number in words:
            words[house.number] = set(data.setting(house.setting).words)
    assert [sorted(own & {"0", "6", "7"}) for own in words.values()] == [["0"], ["6", "7"]]


def test_a_generation_has_its_bounding_box(imported: Importer) -> None:
    about, data = imported(a_town())
    assert about.box == data.extent()
    assert about.box is not None
    assert [round(side, 4) for side in about.box] == [47.05, 9.45, 47.25, 9.65]


def test_the_bounding_box_contains_all_objects(imported: Importer) -> None:
    drawn = a_town()
    for number in range(400):  # enough for an R*Tree of two levels
        drawn.node((46 + number / 100, 8 + number / 100), shop="bakery", name=f"Bäckerei {number}")
    about, _ = imported(drawn)
    assert about.box is not None
    assert [round(side, 4) for side in about.box] == [46.0, 8.0, 49.99, 11.99]


def test_blanks_around_a_name_are_removed() -> None:
    assert names_of({"name": "Scioto Trail "}) == {"": "Scioto Trail"}
