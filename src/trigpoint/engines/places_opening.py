"""Opening the place engine of the settings: the imported data, alone or joined with external services."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from trigpoint.engines.calling import Note, note_nothing
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.joined import JoinedPlaces, Member
from trigpoint.engines.nominatim.engine import NominatimPlaces
from trigpoint.engines.photon.engine import PhotonPlaces
from trigpoint.maps.engines import EngineStatus, PlaceEngine


def open_places(
    data: Path, *, world: Path, nominatim: str | None = None, photon: str | None = None, note: Note = note_nothing
) -> PlaceEngine:
    """Open the data imported in `data` and the gazetteer in `world`, and in front of them the services at two URLs.

    With both services, Nominatim is asked first, and Photon answers autocomplete.
    """
    regions = open_embedded(data, world=world)
    first = NominatimPlaces(nominatim, note=note) if nominatim else None
    completing = PhotonPlaces(photon, note=note) if photon else None
    named = (("nominatim", first), ("photon", completing))
    services = [Member(name, engine, engine.close) for name, engine in named if engine is not None]
    if not services:
        return regions
    beside = Member("regions", regions, lambda: asyncio.to_thread(regions.close))
    return JoinedPlaces(services, beside, completes=completing, looks_up=first is not None)


async def close_places(places: PlaceEngine | None) -> None:
    """Close the files, thread and connections of a place engine."""
    if isinstance(places, EmbeddedPlaces):
        places.close()
    elif isinstance(places, JoinedPlaces):
        await places.close()


async def statuses_of_places(places: PlaceEngine | None) -> Mapping[str, EngineStatus]:
    """Return the status of the whole as `places`, and that of each service by its name; never raises."""
    if isinstance(places, JoinedPlaces):
        return await places.statuses()
    return {} if places is None else {"places": await places.status()}
