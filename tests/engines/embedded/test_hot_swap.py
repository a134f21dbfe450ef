"""A new import is taken into service under load: no query fails, and no response mixes two generations."""

import asyncio
import threading
from pathlib import Path

from small_map import SmallMap, a_town
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.index.hot_swap import LOOK_EACH_S, QUIET_S, HotSwap
from trigpoint.engines.embedded.search.autocomplete import complete
from trigpoint.maps.places import Completion
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery


def a_map_of(edition: int) -> SmallMap:
    """Draw the town with one house whose number, postal code and place all tell the edition."""
    drawn = a_town()
    at = (47.1398, 9.5170 + edition * 0.0005)
    drawn.node(
        at, number=9500, addr__street="Landstrasse", addr__housenumber="77", addr__postcode=str(9000 + edition),
        addr__city="Vaduz",
    )  # fmt: skip
    return drawn


def put(home: Path, edition: int) -> None:
    file = a_map_of(edition).write(home / f"edition{edition}.osm")
    import_files(home / "places", [file], progress=lambda _done, _step: None)


def test_queries_succeed_while_new_imports_are_taken_into_service(tmp_path: Path) -> None:
    put(tmp_path, 0)
    engine = open_embedded(tmp_path)
    importer = threading.Thread(target=lambda: [put(tmp_path, edition) for edition in (1, 2, 3)])
    seen: list[str] = []

    async def ask_until(last: str) -> None:
        importer.start()
        while not seen or seen[-1] != last:
            (best, *_) = await engine.geocode(GeocodeQuery(text="Landstrasse 77 Vaduz"))
            edition = int(best.address.post_code or "0") - 9000
            assert abs(best.coordinate.longitude - (9.5170 + edition * 0.0005)) < 1e-6
            if not seen or seen[-1] != best.address.post_code:
                seen.append(str(best.address.post_code))

    async def within_a_minute() -> None:
        await asyncio.wait_for(ask_until("9003"), timeout=60)

    asyncio.run(within_a_minute())
    importer.join()
    assert seen == sorted(seen)
    assert seen[0] == "9000"
    engine.close()


def test_a_first_import_is_noticed_by_an_engine_that_had_none(tmp_path: Path) -> None:
    now = [0.0]
    swap = HotSwap(tmp_path / "places", clock=lambda: now[0])
    assert swap.take() is None
    put(tmp_path, 0)
    assert swap.take() is None
    now[0] += LOOK_EACH_S
    swap.take()
    swap.wait()
    reader = swap.take()
    assert reader is not None
    assert reader.about.counts["streets"] == 3
    swap.close()


def test_the_first_query_after_an_import_uses_it(tmp_path: Path) -> None:
    now = [0.0]
    put(tmp_path, 0)
    swap = HotSwap(tmp_path / "places", clock=lambda: now[0])
    before = swap.take()
    put(tmp_path, 1)
    now[0] += QUIET_S
    after = swap.take()
    assert after is not None
    assert after is not before
    swap.close()


def test_a_cached_completion_is_dropped_with_its_generation(tmp_path: Path) -> None:
    now = [0.0]
    put(tmp_path, 0)
    swap = HotSwap(tmp_path / "places", clock=lambda: now[0])

    def rows() -> tuple[Completion, ...]:
        reader = swap.take()
        assert reader is not None
        return complete([reader], AutocompleteQuery(text="Landstrasse 77 Vaduz"))

    before = rows()
    assert rows() is before
    put(tmp_path, 1)
    now[0] += LOOK_EACH_S
    swap.take()
    swap.wait()
    after = rows()
    assert [round(row.location.longitude, 4) for row in (before[0], after[0]) if row.location] == [9.5170, 9.5175]
    assert [row.address.post_code for row in (before[0], after[0]) if row.address] == ["9000", "9001"]
    swap.close()


def test_the_open_generation_is_used_until_the_next_check_is_due(tmp_path: Path) -> None:
    now = [0.0]
    put(tmp_path, 0)
    swap = HotSwap(tmp_path / "places", clock=lambda: now[0])
    assert swap.peek() is swap.take() is not None
    now[0] += LOOK_EACH_S
    assert swap.peek() is None
    taken = swap.take()
    assert swap.peek() is taken is not None
    swap.close()


def test_a_pointer_to_a_missing_generation_keeps_the_open_one(tmp_path: Path) -> None:
    put(tmp_path, 0)
    now = [0.0]
    swap = HotSwap(tmp_path / "places", clock=lambda: now[0])
    before = swap.take()
    (tmp_path / "places" / "current").write_text("gone\n")
    now[0] += LOOK_EACH_S
    swap.take()
    swap.wait()
    assert swap.take() is before
    swap.close()
