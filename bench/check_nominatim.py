"""Tests the engine for Nominatim with a real Nominatim and every kind of query: `make check-nominatim [EXTRACT=FILE]`.

Without an extract, it uses the sample region of the development set-up. Exit code 1 if a figure is below its limit.
"""

import argparse
import asyncio
import random
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from places_quality import Thing, agrees, read_things, street_and_number
from real_nominatim import MissingError, Nominatim, a_nominatim

from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.nominatim.engine import NominatimPlaces
from trigpoint.engines.sample import find_sample
from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.engines import CannotError
from trigpoint.maps.kinds import Kind, kind_name, languages
from trigpoint.maps.place_ids import PlaceId
from trigpoint.maps.places import Place
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, Hints, ReverseQuery, SearchQuery

MOST_ASKED = 300
MOST_MISSES = 10
NEAR_M = 60.0
LEAST_ADDRESSES, LEAST_REVERSED, LEAST_SAME_IDS = 0.98, 1.0, 0.9
IN = {"en": "in", "de": "in", "fr": "à", "es": "en", "it": "a", "nl": "in", "pt": "em", "ca": "a", "ru": "в", "pl": "w",
      "sv": "i", "no": "i"}  # fmt: skip
"""The word for "in" a town by language; the other languages only join the words."""

failed: list[str] = []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", nargs="?", type=Path)
    parser.add_argument("--url", help="of a Nominatim that runs and has the extract, in place of one that is set up")
    asked = parser.parse_args()
    extract = asked.extract or find_sample()
    if extract is None:
        print("There is no extract: give one, or set up the development environment, which has the sample.")
        return 1
    begun = time.monotonic()
    if asked.url:
        asyncio.run(check(asked.url, extract.resolve()))
        return report(begun)
    try:
        with a_nominatim(extract.resolve(), port=free_port()) as service:
            print(f"{'set up, imported, served':<44} {time.monotonic() - begun:.0f} s")
            asyncio.run(check(service.url, extract.resolve()))
            asyncio.run(check_outage(service))
    except MissingError as error:
        print(error)
        return 1
    return report(begun)


def report(begun: float) -> int:
    print(f"{'in all':<44} {time.monotonic() - begun:.0f} s")
    print("\n".join(["", "Below what it must be:", *failed]) if failed else "All as it must be.")
    return bool(failed)


def report_share(what: str, right: int, asked: int, least: float, misses: Sequence[str] = ()) -> None:
    """Print a figure with its misses, and remember one that is too low."""
    share = right / asked if asked else 0.0
    print(f"{what:<44} {right} of {asked} ({100 * share:.1f} %)")
    for miss in misses[:MOST_MISSES]:
        print(f"    {miss}")
    if share < least:
        failed.append(f"{what}: {100 * share:.1f} %, must be {100 * least:.0f} %")


async def check(url: str, extract: Path) -> None:
    engine = NominatimPlaces(url)
    try:
        status = await engine.status()
        print(status.detail)
        addresses, pois = read_things(extract)
        chance = random.Random(22)
        chance.shuffle(addresses)
        chance.shuffle(pois)
        seen: dict[PlaceId, Place] = {}
        await check_addresses(engine, addresses[:MOST_ASKED], addresses, seen)
        await check_reverse(engine, addresses[:MOST_ASKED], seen)
        for poi in pois[:40]:
            found = await engine.search(SearchQuery(text=poi.text, hints=Hints(search_location=poi.at), lang="en"))
            seen |= {place.id: place for place in found.places}
        await check_ids(engine, seen, extract)
        await check_kinds(engine, seen, pois)
        try:
            await engine.autocomplete(AutocompleteQuery(text="Stre"))
        except CannotError as error:
            print(f"{'completion':<44} 503: {error}")
        else:
            failed.append("completion: answered")
    finally:
        await engine.close()


async def check_addresses(
    engine: NominatimPlaces, asked: Sequence[Thing], everything: Sequence[Thing], seen: dict[PlaceId, Place]
) -> None:
    """Ask for each address as it is written; every object of its street and number that does not contradict it is right."""
    same: dict[tuple[str, ...], list[Thing]] = {}
    for thing in everything:
        same.setdefault(street_and_number(thing), []).append(thing)
    right, misses, times = 0, [], []
    for thing in asked:
        begun = time.perf_counter()
        found = await engine.geocode(GeocodeQuery(text=thing.text, lang="en"))
        times.append(time.perf_counter() - begun)
        seen |= {place.id: place for place in found}
        right_ones = [one for one in same[street_and_number(thing)] if agrees(thing, one)]
        if found and any(one.is_at(found[0].coordinate) for one in right_ones):
            right += 1
        else:
            misses.append(f"“{thing.text}” → {', '.join(found[0].address_lines) if found else 'nothing'}")
    report_share("addresses as written", right, len(asked), LEAST_ADDRESSES, misses)
    print(f"{'    median, slowest':<44} {1000 * statistics.median(times):.1f} ms, {1000 * max(times):.0f} ms")


async def check_reverse(engine: NominatimPlaces, asked: Sequence[Thing], seen: dict[PlaceId, Place]) -> None:
    """Ask for the address at each address."""
    right, misses, times = 0, [], []
    for thing in asked:
        begun = time.perf_counter()
        found = await engine.reverse(ReverseQuery(point=thing.at, lang="en"))
        times.append(time.perf_counter() - begun)
        seen |= {place.id: place for place in found}
        if found and found[0].coordinate.distance_to(thing.at) <= NEAR_M + thing.reach:
            right += 1
        else:
            misses.append(f"{thing.text} → {', '.join(found[0].address_lines) if found else 'nothing'}")
    report_share("reverse", right, len(asked), LEAST_REVERSED, misses)
    print(f"{'    median, slowest':<44} {1000 * statistics.median(times):.1f} ms, {1000 * max(times):.0f} ms")


async def check_ids(engine: NominatimPlaces, seen: Mapping[PlaceId, Place], extract: Path) -> None:
    """Look up whatever was shown, by its ID: here, and in an import of the same file."""
    found = await engine.find_places(list(seen), lang="en")
    right = [place_id for place_id, place in seen.items() if place_id in found and is_same(found[place_id], place)]
    misses = [
        f"{place.name} ({place.kind}) {place_id} {place.coordinate}: {found.get(place_id)}"
        for place_id, place in seen.items()
        if place_id not in right
    ]
    report_share("IDs look up what was shown", len(right), len(seen), 1.0, misses)
    with tempfile.TemporaryDirectory() as room:
        import_files(Path(room) / "places", [extract], progress=lambda _step, _done: None)
        imported = open_embedded(Path(room))
        try:
            known = await imported.find_places(list(seen), lang="en")
        finally:
            imported.close()
    misses = [f"{place.name} ({place.kind}) {place_id}" for place_id, place in seen.items() if place_id not in known]
    report_share("IDs that an import of the file knows, too", len(known), len(seen), LEAST_SAME_IDS, misses)


def is_same(one: Place, other: Place) -> bool:
    return (one.id, one.kind) == (other.id, other.kind) and one.coordinate.distance_to(other.coordinate) < NEAR_M


async def check_kinds(engine: NominatimPlaces, seen: Mapping[PlaceId, Place], pois: Sequence[Thing]) -> None:
    """Search for restaurants in the town of most results, in each language, and around one of them."""
    towns = [place.address.locality for place in seen.values() if place.address.locality]
    town = statistics.mode(towns)
    restaurants = [poi.at for poi in pois if poi.tags.get("amenity") == "restaurant"]
    right, misses = 0, []
    for lang in languages():
        word = kind_name(Kind("Restaurant"), lang)
        text = f"{word} {IN[lang]} {town}" if lang in IN else f"{word} {town}"
        found = await engine.search(SearchQuery(text=text, lang=lang))
        are_right = found.places and all(place.poi_category is PoiCategory.RESTAURANT for place in found.places[:5])
        right += bool(are_right)
        if not are_right:
            misses.append(f"“{text}” → {[place.name for place in found.places[:3]]}")
    report_share(f"“restaurant in {town}” in {len(languages())} languages", right, len(languages()), 1.0, misses)
    here = restaurants[0]
    found = await engine.search(SearchQuery(text="restaurant", hints=Hints(search_location=here), lang="en"))
    nearest = found.places[0].coordinate.distance_to(here) if found.places else float("inf")
    report_share("“restaurant” beside one: within 100 m", int(nearest < 100), 1, 1.0)


async def check_outage(service: Nominatim) -> None:
    """Stop, freeze and restart the service: errors are reported at once, and it recovers by itself."""
    engine = NominatimPlaces(service.url)

    async def measure_outage(times: int) -> tuple[float, str]:
        slowest, told = 0.0, ""
        for _ in range(times):
            begun = time.perf_counter()
            try:
                await engine.reverse(ReverseQuery(point=Point(0.0, 0.0)))
            except UnavailableError as error:
                told = str(error)
            slowest = max(slowest, time.perf_counter() - begun)
        return slowest, told

    service.stop()
    slowest, told = await measure_outage(10)
    print(f"{'stopped: told after at most':<44} {1000 * slowest:.0f} ms: {told}")
    if slowest > 1.0 or service.url not in told:
        failed.append("a Nominatim that is gone is told within a second, by its name")
    service.start()
    await is_back(engine, "back after")
    service.send(signal.SIGSTOP)
    await asyncio.gather(*(measure_outage(1) for _ in range(3)))
    slowest, told = await measure_outage(3)
    print(f"{'frozen: after three time-outs told after':<44} {1000 * slowest:.0f} ms: {told}")
    if slowest > 1.0:
        failed.append("a Nominatim that hangs is told within a second, after three time-outs")
    service.send(signal.SIGCONT)
    await is_back(engine, "thawed: back after")
    await engine.close()


async def is_back(engine: NominatimPlaces, what: str) -> None:
    begun = time.perf_counter()
    while time.perf_counter() - begun < 10:
        with suppress(UnavailableError):
            await engine.reverse(ReverseQuery(point=Point(0.0, 0.0)))
            print(f"{what:<44} {time.perf_counter() - begun:.1f} s")
            return
        await asyncio.sleep(0.1)
    failed.append(what)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
