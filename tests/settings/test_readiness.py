"""A server is ready when the required data (`TRIGPOINT_READY_WITH`) is loaded; other data does not delay readiness."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from small_map import a_town
from trigpoint.base.errors import UnavailableError
from trigpoint.engines import regions
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.tiles.opening import open_tiles
from trigpoint.maps.engines import DataSource, EngineStatus, RegionStatus
from trigpoint.settings import read_settings
from trigpoint.web.health import Part
from trigpoint.web.region_health import region_gauges
from trigpoint.wiring.health import ages_now, part_of


def a_status(*, ready: bool = True, holds_region: bool = True) -> EngineStatus:
    return EngineStatus(engine="e", ready=ready, detail="So it is.", counts={}, holds_region=holds_region)


@pytest.mark.parametrize(
    ("status", "is_promised", "ready", "needed"),
    [
        (a_status(), True, True, True),
        (a_status(), False, True, False),
        (a_status(holds_region=False), True, False, True),  # the gazetteer, or the map of the world, alone
        (a_status(holds_region=False), False, True, False),
        (a_status(ready=False), True, False, True),
        (a_status(ready=False), False, False, False),
    ],
)
def test_a_required_part_may_name_a_region(status: EngineStatus, is_promised: bool, ready: bool, needed: bool) -> None:
    part = part_of(status, is_promised=is_promised)
    assert (part.ready, part.needed, part.note) == (ready, needed, "So it is.")


def test_each_region_is_listed_with_its_contents_or_the_reason_why_it_cannot_be_read() -> None:
    source = DataSource(name="a.osm.pbf", attribution="© OpenStreetMap contributors", licence="ODbL 1.0")
    told = (
        RegionStatus(name="alps", source=source, counts={"streets": 3}),
        RegionStatus(name="coast", answers=False, trouble="It is damaged."),
    )
    part = part_of(replace(a_status(), regions=told), is_promised=True)
    assert part.members == {
        "regions": [
            {
                "name": "alps", "answers": True, "attribution": "© OpenStreetMap contributors", "counts": {"streets": 3},
            },
            {"name": "coast", "answers": False, "trouble": "It is damaged."},
        ]
    }  # fmt: skip
    gauges = region_gauges({"places": part, "credentials": Part(ready=True)})
    assert [(gauge.name, gauge.labels["region"], gauge.value) for gauge in gauges] == [
        ("trigpoint_region_up", "alps", 1.0), ("trigpoint_region_up", "coast", 0.0),
    ]  # fmt: skip


def test_engines_say_whether_they_have_a_region(tmp_path: Path) -> None:
    async def holds() -> tuple[bool, bool]:
        places, tiles = open_embedded(tmp_path), open_tiles(tmp_path)
        await tiles.start()
        try:
            return (await places.status()).holds_region, (await tiles.status()).holds_region
        finally:
            places.close()
            await tiles.close()

    assert asyncio.run(holds()) == (False, False)
    import_files(tmp_path / "places", [a_town().write(tmp_path / "town.osm")], progress=lambda _done, _step: None)
    assert asyncio.run(holds()) == (True, False)


def test_the_age_is_that_of_every_region_in_service_and_the_own_sample_is_never_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path))
    sample = a_town().write(tmp_path / "Helsinki.osm")
    told = sample.read_text().replace('version="1" ', 'version="1" timestamp="2020-01-01T00:00:00Z" ')
    for name in ("Helsinki.osm", "town.osm"):
        (tmp_path / name).write_text(told)
    monkeypatch.setattr(regions, "SAMPLE", "Helsinki.osm")
    import_files(tmp_path / "places", [sample], progress=lambda _done, _step: None)
    assert [(one.name, one.stale) for one in ages_now(read_settings()).regions] == [("default", False)]
    import_files(tmp_path / "regions/vaduz/places", [tmp_path / "town.osm"], progress=lambda _done, _step: None)
    found = ages_now(read_settings()).regions
    assert [(one.name, one.data_as_of, one.stale) for one in found] == [
        ("default", "2020-01-01T00:00:00Z", False),
        ("vaduz", "2020-01-01T00:00:00Z", True),
    ]
    assert ages_now(read_settings(stale_days="0")).stale == ()


def test_data_without_read_permission_has_no_age_and_the_rest_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_data: Path) -> list[regions.Region]:
        raise UnavailableError("The map data cannot be read by this process.")

    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path))
    monkeypatch.setattr(regions, "find_regions", refuse)
    assert ages_now(read_settings()).regions == ()
