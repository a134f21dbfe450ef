"""Regions are added, replaced, removed and damaged under load: no query fails, and none mixes two states."""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import tantivy

from engines.embedded.queries import geocode, opened
from made_regions import REGIONS, a_region, put, put_region, shelf_of
from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Box, Point
from trigpoint.engines.embedded.index import hot_swap, textindex
from trigpoint.engines.embedded.index.generation import ABOUT, DATA, TEXT
from trigpoint.engines.embedded.index.hot_swap import LOOK_EACH_S, QUIET_S, HotSwap
from trigpoint.engines.embedded.index.joining import join
from trigpoint.engines.embedded.index.place_data import PlaceData
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.twins import Shared
from trigpoint.engines.generations import folder_in_service
from trigpoint.home import DataFolder
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, Hints, ReverseQuery, SearchQuery


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every made-up region, imported once, to be copied from."""
    home = tmp_path_factory.mktemp("made")
    for region in REGIONS:
        put_region(home, region)
    return home


def bring(made: Path, home: Path, *regions: str) -> None:
    """Put regions into service as a rename does: whole or not at all."""
    for region in regions:
        source, target = shelf_of(made, region), shelf_of(home, region)
        target.parent.mkdir(parents=True, exist_ok=True)
        if region == "plain":
            shutil.copytree(source, target)
            continue
        shutil.copytree(source.parent, target.parent.with_name(f".{region}"), dirs_exist_ok=True)
        target.parent.rmdir()
        target.parent.with_name(f".{region}").rename(target.parent)


def remove(home: Path, region: str) -> None:
    """Remove a region by one rename."""
    folder = shelf_of(home, region).parent
    gone = folder.rename(folder.with_name(f".removed-{region}"))
    shutil.rmtree(gone)


@contextmanager
def followed(home: Path, now: list[float]) -> Iterator[HotSwap]:
    data = DataFolder(home)
    with closing(HotSwap(data.places, regions=data.regions, clock=lambda: now[0])) as swap:
        yield swap


def names_in(swap: HotSwap) -> list[str]:
    return [region.name for region in swap.take_all().regions]


def test_a_new_region_is_noticed_within_a_second_and_a_removed_one_is_closed(made: Path, tmp_path: Path) -> None:
    now = [0.0]
    with followed(tmp_path, now) as swap:
        assert names_in(swap) == []
        bring(made, tmp_path, "north")
        now[0] += QUIET_S
        assert names_in(swap) == ["north"]
        alone = swap.take()
        bring(made, tmp_path, "plain", "alps")
        assert names_in(swap) == ["north"]
        now[0] += LOOK_EACH_S
        swap.take()
        swap.wait()
        assert names_in(swap) == ["default", "alps", "north"]
        assert swap.take() is not alone
        remove(tmp_path, "alps")
        shelf_of(tmp_path, "plain").joinpath("current").unlink()
        now[0] += QUIET_S
        assert names_in(swap) == ["north"]
        assert swap.take() is alone, "what stays is not opened again"


def test_the_folder_is_listed_at_most_four_times_a_second(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(made, tmp_path, "alps", "north")
    now, listed = [0.0], [0]
    list_folder = Path.iterdir

    def counted(path: Path) -> Iterator[Path]:
        listed[0] += path == DataFolder(tmp_path).regions
        return list_folder(path)

    with followed(tmp_path, now) as swap:
        monkeypatch.setattr(Path, "iterdir", counted)
        for question in range(1000):
            now[0] = question / 1000
            swap.take()
    assert listed[0] <= 4


def test_a_region_removed_during_start_up_does_not_affect_others(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(made, tmp_path, "alps", "coast", "north")
    calls: list[int] = []

    def join_late(readers: Sequence[IndexReader], shared: Shared) -> IndexReader:
        calls.append(len(readers))
        if len(calls) == 1:
            remove(tmp_path, "coast")
        return join(readers, shared)

    monkeypatch.setattr(hot_swap, "join", join_late)
    with followed(tmp_path, [0.0]) as swap:
        assert (names_in(swap), calls, swap.trouble) == (["alps", "north"], [3, 2], None)
        assert swap.take() is not None


def test_other_files_in_the_folder_are_ignored(made: Path, tmp_path: Path) -> None:
    bring(made, tmp_path, "alps")
    regions = DataFolder(tmp_path).regions
    shutil.copytree(regions / "alps", regions / ".removed-alps-1")
    DataFolder(regions / "half").places.mkdir(parents=True)
    (regions / "a file").write_text("")
    with followed(tmp_path, [0.0]) as swap:
        assert (names_in(swap), swap.trouble) == (["alps"], None)


def test_regions_are_added_and_removed_under_load_without_a_failed_or_mixed_response(
    made: Path, tmp_path: Path
) -> None:
    """Two regions each have a house with the same address; a response must show one state completely."""
    bring(made, tmp_path, "plain", "north")
    towns = {region: town for region, (_, _, town) in REGIONS.items()}
    wanted = threading.Event()

    def change() -> None:
        for _ in range(2):
            bring(made, tmp_path, "alps")
            bring(made, tmp_path, "coast")
            put_region(tmp_path, "north")
            remove(tmp_path, "alps")
            remove(tmp_path, "coast")
        wanted.set()

    changes = threading.Thread(target=change)
    seen: set[tuple[str, ...]] = set()

    async def ask() -> None:
        changes.start()
        while not wanted.is_set():
            found = await engine.search(SearchQuery(text="pharmacy"))
            countries = {place.country_code for place in found.places}
            assert {"DE", "NO"} <= countries <= {"DE", "NO", "LI", "MC"}
            seen.add(tuple(sorted(code or "" for code in countries)))
            rows = await engine.autocomplete(AutocompleteQuery(text="Landstr"))
            assert rows
            (best, *_) = await engine.reverse(ReverseQuery(point=Point(*REGIONS["north"][0])))
            assert best.country_code == "NO"
            named = await engine.geocode(GeocodeQuery(text=towns["plain"]))
            assert [place.name for place in named[:1]] == [towns["plain"]]

    with opened(tmp_path) as engine:
        asyncio.run(asyncio.wait_for(ask(), timeout=60))
        changes.join()
    assert ("DE", "NO") in seen


def test_a_replaced_region_gives_its_new_results_beside_the_others(made: Path, tmp_path: Path) -> None:
    bring(made, tmp_path, "alps", "north")
    now = [0.0]
    with followed(tmp_path, now) as swap:
        before = swap.take_all()
        drawn = a_region("north")
        drawn.node((69.65, 18.96), amenity="pharmacy", name="Ny apotek")
        put(shelf_of(tmp_path, "north"), drawn)
        now[0] += QUIET_S
        after = swap.take_all()
        assert [region.reader is other.reader for region, other in zip(before.regions, after.regions, strict=True)] == [
            True, False,
        ]  # fmt: skip
    with opened(tmp_path) as engine:
        assert [place.name for place in geocode(engine, "Ny apotek")] == ["Ny apotek"]


def damage(home: Path, region: str) -> Path:
    folder = folder_in_service(shelf_of(home, region))
    assert folder is not None
    (folder / DATA).write_bytes(b"")
    return folder


def test_with_one_damaged_region_queries_to_the_others_succeed(made: Path, tmp_path: Path) -> None:
    bring(made, tmp_path, "alps", "coast", "north")
    damage(tmp_path, "coast")
    alps, coast = (REGIONS[name][0] for name in ("alps", "coast"))
    with opened(tmp_path) as engine:
        assert [place.name for place in geocode(engine, "Vaduz")][:1] == ["Vaduz"]
        assert asyncio.run(engine.reverse(ReverseQuery(point=Point(*alps))))
        assert asyncio.run(
            engine.search(SearchQuery(text="pharmacy", hints=Hints(search_location=Point(*alps))))
        ).places
        for refused in (
            engine.reverse(ReverseQuery(point=Point(*coast))),
            engine.geocode(GeocodeQuery(text="43.73, 7.42")),
            engine.geocode(GeocodeQuery(text="Monaco")),
            engine.geocode(GeocodeQuery(text="Vaduz", hints=Hints(search_location=Point(*coast)))),
            engine.explain(GeocodeQuery(text="Landstrasse 3, Monaco")),
            engine.search(SearchQuery(text="pharmacy", hints=Hints(search_location=Point(*coast)))),
            engine.search(SearchQuery(text="Monaco Ville")),
            engine.autocomplete(AutocompleteQuery(text="Ma", hints=Hints(search_location=Point(*coast)))),
        ):
            with pytest.raises(
                UnavailableError, match=r"are damaged: places\.sqlite has 0 bytes .* --region coast FILE"
            ):
                asyncio.run(refused)


def test_a_box_next_to_a_damaged_region_has_results_and_one_that_overlaps_it_has_none(
    made: Path, tmp_path: Path
) -> None:
    bring(made, tmp_path, "alps", "coast")
    damage(tmp_path, "coast")

    def within(west: float) -> Hints:
        box = Box(south=43.0, west=west, north=47.5, east=9.7)
        return Hints(search_location=Point(47.14, 9.52), search_region=box, region_required=True)

    with opened(tmp_path) as engine:
        assert asyncio.run(engine.search(SearchQuery(text="pharmacy", hints=within(7.53)))).places
        with pytest.raises(UnavailableError, match="--region coast"):
            asyncio.run(engine.search(SearchQuery(text="pharmacy", hints=within(7.51))))


def test_an_unknown_id_is_an_error_while_a_region_is_damaged(made: Path, tmp_path: Path) -> None:
    bring(made, tmp_path, "alps", "coast")
    with opened(tmp_path) as engine:
        alps, coast = (geocode(engine, town)[0].id for town in ("Vaduz", "Monaco"))
    damage(tmp_path, "coast")
    with opened(tmp_path) as engine:
        assert list(asyncio.run(engine.find_places([alps], lang="en"))) == [alps]
        with pytest.raises(UnavailableError, match="--region coast"):
            asyncio.run(engine.find_places([alps, coast], lang="en"))


def test_the_status_says_what_is_damaged_and_stays_ready(made: Path, tmp_path: Path) -> None:
    bring(made, tmp_path, "alps", "coast")
    folder = damage(tmp_path, "coast")
    with opened(tmp_path) as engine:
        status = asyncio.run(engine.status())
    assert (status.ready, status.holds_region) == (True, True)
    assert status.detail.startswith(f"The places in {folder} are damaged: {DATA} has 0 bytes")
    assert status.detail.endswith("Answers from map0.osm.")
    assert [(region.name, region.answers, region.trouble is None) for region in status.regions] == [
        ("alps", True, True), ("coast", False, False),
    ]  # fmt: skip


def test_if_every_region_is_damaged_every_query_is_refused(made: Path, tmp_path: Path) -> None:
    bring(made, tmp_path, "alps", "coast")
    for region in ("alps", "coast"):
        damage(tmp_path, region)
    with opened(tmp_path) as engine:
        assert not asyncio.run(engine.status()).ready
        with pytest.raises(UnavailableError, match=r"--region alps FILE.*--region coast FILE"):
            geocode(engine, "Paris")


@pytest.mark.parametrize(
    ("regions", "remedy"),
    [
        (("plain",), "Import them again with 'trigpoint places import FILE'"),
        (("alps",), "Import them again with 'trigpoint import --region alps FILE'"),
        (
            ("alps", "coast"),
            "One of the regions is: 'trigpoint region build --places' imports all again that are kept.",
        ),
    ],
)
def test_damage_found_during_a_search_is_reported_with_its_remedy(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, regions: tuple[str, ...], remedy: str
) -> None:
    bring(made, tmp_path, *regions)

    def malformed(_self: PlaceData, _latitude: float, _longitude: float) -> list[tuple[int, bytes | None]]:
        message = "database disk image is malformed"
        raise sqlite3.DatabaseError(message)

    with opened(tmp_path) as engine:
        monkeypatch.setattr(type(engine.readers()[0].data), "pieces_at", malformed)
        with pytest.raises(UnavailableError) as caught:
            asyncio.run(engine.reverse(ReverseQuery(point=Point(*REGIONS["alps"][0]))))
    assert f"are damaged: database disk image is malformed. {remedy}" in str(caught.value)


def test_a_damaged_region_without_a_bounding_box_may_be_anywhere(made: Path, tmp_path: Path) -> None:
    bring(made, tmp_path, "alps", "coast")
    (damage(tmp_path, "coast") / ABOUT).write_text("{")
    with opened(tmp_path) as engine:
        assert asyncio.run(engine.reverse(ReverseQuery(point=Point(*REGIONS["alps"][0]))))
        with pytest.raises(UnavailableError, match="--region coast"):
            asyncio.run(engine.reverse(ReverseQuery(point=Point(0.0, 0.0))))


def test_a_damaged_replacement_leaves_the_old_region_in_service(made: Path, tmp_path: Path) -> None:
    bring(made, tmp_path, "alps", "coast")
    now = [0.0]
    with followed(tmp_path, now) as swap:
        before = swap.take()
        put_region(tmp_path, "coast")
        damage(tmp_path, "coast")
        now[0] += QUIET_S
        after = swap.take_all()
        assert after.reader is before
        assert (after.lost, "--region coast FILE" in str(after.trouble)) == ([], True)


def test_a_copy_of_a_region_changes_nothing(made: Path, tmp_path: Path) -> None:
    bring(made, tmp_path, "alps")
    with opened(tmp_path) as engine:
        alone = geocode(engine, "Landstrasse"), geocode(engine, "Neudorf")
    regions = DataFolder(tmp_path).regions
    shutil.copytree(regions / "alps", regions / "alps-again")
    with opened(tmp_path) as engine:
        assert (geocode(engine, "Landstrasse"), geocode(engine, "Neudorf")) == alone


def schema_of_before() -> tantivy.Schema:
    """Describe the fields of an index that was written before its things had an order among equals."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, fast=True)
    for field in ("name", "near", "edge", "main", "category", "country", "cell"):
        builder.add_text_field(field, tokenizer_name=textindex.TOKENIZER, index_option="basic")
    builder.add_unsigned_field("kind", indexed=True, fast=True)
    for field in ("lat", "lng", "rank"):
        builder.add_float_field(field, fast=True)
    return builder.build()


def test_an_older_index_without_tie_breaks_works_alone_and_beside_others(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(textindex, "make_schema", schema_of_before)
        put_region(tmp_path, "alps")
    folder = folder_in_service(shelf_of(tmp_path, "alps"))
    assert folder is not None
    assert textindex.order_of(folder / TEXT) is None
    for regions in ((), ("north",)):
        bring(made, tmp_path, *regions)
        with opened(tmp_path) as engine:
            assert [place.name for place in geocode(engine, "Landstrase 3, Vaduz")][:1] == ["Landstrasse 3"]
            assert [place.name for place in geocode(engine, "Vaduz")][:1] == ["Vaduz"]
    with opened(tmp_path) as engine:
        assert [place.name for place in geocode(engine, "Tromsø")] == ["Tromsø"]
