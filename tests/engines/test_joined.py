"""Several place engines as one: which one is asked, and errors when one of them is down."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from conftest import FixedClock
from places_fakes import FakePlaces, a_place, a_row, an_id
from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Point
from trigpoint.engines.joined import JoinedPlaces, Member
from trigpoint.maps.engines import CannotError, EngineStatus, RegionStatus
from trigpoint.maps.place_ids import PlaceId
from trigpoint.maps.places import Place
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, ReverseQuery, SearchQuery

QUERY = GeocodeQuery(text="12 Rue Grimaldi")


@dataclass
class Engine(FakePlaces):
    """An engine that may be gone, or have no look-up."""

    name: str = "engine"
    gone: bool = False
    cannot_look_up: bool = False
    goes_after: int | None = None
    """After how many look-ups it is gone."""
    holds_region: bool = True
    closed: bool = False

    def _here(self) -> None:
        if self.gone:
            raise UnavailableError(f"{self.name} does not respond.")

    async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        self._here()
        return await super().geocode(query)

    async def autocomplete(self, query: AutocompleteQuery) -> Any:
        self._here()
        return await super().autocomplete(query)

    async def find_places(self, ids: Sequence[PlaceId], *, lang: str) -> Mapping[PlaceId, Place]:
        self.gone = self.gone or len(self.asked) == self.goes_after
        self._here()
        found = await super().find_places(ids, lang=lang)
        if self.cannot_look_up and len(found) < len(ids):
            raise CannotError(f"{self.name} cannot look up.")
        return found

    async def status(self) -> EngineStatus:
        status = await super().status()
        regions = (RegionStatus(name="vaduz"),) if self.holds_region else ()
        return replace(
            status,
            regions=regions,
            engine=self.name,
            ready=not self.gone,
            detail=f"{self.name}.",
            holds_region=self.holds_region,
        )

    async def close(self) -> None:
        self.closed = True


def joined(*services: Engine, regions: Engine, looks_up: bool = True, **changes: Any) -> JoinedPlaces:
    members = [Member(service.name, service, service.close) for service in services]
    return JoinedPlaces(
        members,
        Member("regions", regions, regions.close),
        completes=changes.pop("completes", None),
        looks_up=looks_up,
        clock=FixedClock(),
    )


def nothing(**changes: Any) -> Engine:
    return Engine(places=(), rows=(), **changes)


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def test_a_result_of_the_first_service_is_returned_without_asking_others() -> None:
    first, second, regions = Engine(name="nominatim"), Engine(name="photon"), Engine()
    places = joined(first, second, regions=regions)
    assert run(places.geocode(QUERY)) == first.places
    assert run(places.search(SearchQuery(text="Grimaldi"))).total == 1
    assert run(places.reverse(ReverseQuery(point=Point(43.7, 7.4)))) == first.places
    assert len(first.asked) == 3
    assert second.asked == regions.asked == []


def test_without_a_result_the_next_service_is_asked_and_local_data_last() -> None:
    photon, regions = Engine(name="photon", places=(a_place(2),)), Engine(places=(a_place(3),))
    assert run(joined(nothing(), photon, regions=regions).geocode(QUERY)) == (a_place(2),)
    assert run(joined(nothing(), nothing(), regions=regions).geocode(QUERY)) == (a_place(3),)
    assert run(joined(nothing(), nothing(), regions=nothing()).geocode(QUERY)) == ()


def test_if_the_first_service_is_down_the_error_is_reported_instead_of_local_results() -> None:
    places = joined(Engine(name="nominatim", gone=True), regions=Engine())
    with pytest.raises(UnavailableError, match="nominatim does not respond"):
        run(places.geocode(QUERY))
    with pytest.raises(UnavailableError, match="nominatim does not respond"):
        run(places.find_places([an_id(1)], lang="en"))


def test_if_another_service_is_down_the_results_of_the_first_are_returned() -> None:
    places = joined(nothing(), Engine(name="photon", gone=True), regions=nothing())
    assert run(places.geocode(QUERY)) == ()


def test_a_service_with_autocomplete_is_the_only_one_asked() -> None:
    photon, regions = Engine(name="photon", rows=(a_row(),)), Engine(rows=())
    places = joined(nothing(name="nominatim"), photon, regions=regions, completes=photon)
    assert run(places.autocomplete(AutocompleteQuery(text="Mus"))) == (a_row(),)
    photon.gone = True
    with pytest.raises(UnavailableError, match="photon does not respond"):
        run(places.autocomplete(AutocompleteQuery(text="Mus")))
    assert regions.asked == []


def test_without_such_a_service_local_regions_complete_if_there_are_any() -> None:
    clock = FixedClock()
    nominatim, regions = nothing(name="nominatim", gone=True), Engine(rows=(a_row(),), holds_region=False)
    places = JoinedPlaces(
        [Member("nominatim", nominatim, nominatim.close)],
        Member("regions", regions, regions.close),
        completes=None,
        looks_up=True,
        clock=clock,
    )
    query = AutocompleteQuery(text="Mus")
    with pytest.raises(UnavailableError, match="nominatim does not respond"):
        run(places.autocomplete(query))
    regions.holds_region = True
    clock.now += 2.0
    assert run(places.autocomplete(query)) == (a_row(),)


def test_ids_are_looked_up_by_the_first_and_the_rest_by_the_others() -> None:
    nominatim, regions = Engine(places=(a_place(1),)), Engine(places=(a_place(2),))
    photon = Engine(name="photon", places=(a_place(3),), cannot_look_up=True)
    places = joined(nominatim, photon, regions=regions)
    asked = [an_id(1), an_id(2), an_id(3), an_id(4)]
    assert set(run(places.find_places(asked, lang="en"))) == set(asked[:3])
    assert run(places.find_places([an_id(4)], lang="en")) == {}


@pytest.mark.parametrize("looked_up", [0, 1, 2])
def test_if_another_service_fails_during_lookups_the_found_places_are_returned(looked_up: int) -> None:
    nominatim, regions = Engine(places=(a_place(1),)), Engine(places=(a_place(2),))
    photon = Engine(name="photon", places=(a_place(3), a_place(4)), cannot_look_up=True, goes_after=1 + looked_up)
    asked = [an_id(3), an_id(4), an_id(1), an_id(2)]
    found = run(joined(nominatim, photon, regions=regions).find_places(asked, lang="en"))
    assert set(found) == {an_id(1), an_id(2), *asked[:looked_up]}


def test_if_the_first_service_fails_during_lookups_the_error_is_reported() -> None:
    first = Engine(name="nominatim", places=(a_place(1),), cannot_look_up=True, goes_after=1)
    with pytest.raises(UnavailableError, match="nominatim does not respond"):
        run(joined(first, regions=Engine()).find_places([an_id(1), an_id(2)], lang="en"))


def test_without_lookups_an_id_that_is_not_cached_is_an_error_and_not_an_unknown_place() -> None:
    photon, regions = Engine(name="photon", places=(a_place(1),), cannot_look_up=True), Engine(places=(a_place(2),))
    places = joined(photon, regions=regions, looks_up=False)
    assert set(run(places.find_places([an_id(1), an_id(2)], lang="en"))) == {an_id(1), an_id(2)}
    with pytest.raises(CannotError, match="photon cannot look up"):
        run(places.find_places([an_id(9)], lang="en"))


def test_alternate_ids_are_those_of_the_local_data() -> None:
    nominatim = Engine(places=(a_place(1), a_place(2)))
    places = joined(nominatim, regions=Engine(places=(), alternates={an_id(1): (an_id(7),)}))
    asked = [an_id(1), an_id(2), an_id(3)]
    assert run(places.find_alternate_ids(asked)) == {an_id(1): (an_id(7),), an_id(2): ()}


def test_the_status_lists_all_and_is_ready_with_the_first() -> None:
    nominatim, photon = Engine(name="nominatim"), Engine(name="photon", gone=True)
    places = joined(nominatim, photon, regions=Engine(name="embedded"))
    told = run(places.statuses())
    assert list(told) == ["places", "nominatim", "photon"]
    assert [status.ready for status in told.values()] == [True, True, False]
    assert [region.name for region in told["places"].regions] == ["vaduz"]
    assert told["places"].detail == "nominatim. photon. Beside: embedded."
    nominatim.gone = True
    assert not run(places.status()).ready


def test_all_are_closed() -> None:
    engines = [Engine(name="nominatim"), Engine(name="photon")]
    regions = Engine()
    run(joined(*engines, regions=regions).close())
    assert [one.closed for one in (*engines, regions)] == [True, True, True]
