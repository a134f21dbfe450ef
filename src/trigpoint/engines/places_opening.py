"""The engine of places that the settings ask for: what is imported, or services joined with it."""

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
    """Open what is imported under `data` and the gazetteer under `world`; before them, the services at two URLs.

    With both, Nominatim answers first, and Photon completes what is being typed.
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
    """Let go of what an engine of places holds: files, a thread, connections."""
    if isinstance(places, EmbeddedPlaces):
        places.close()
    elif isinstance(places, JoinedPlaces):
        await places.close()


async def statuses_of_places(places: PlaceEngine | None) -> Mapping[str, EngineStatus]:
    """Say how the whole is, as `places`, and each service by its name; never raises."""
    if isinstance(places, JoinedPlaces):
        return await places.statuses()
    return {} if places is None else {"places": await places.status()}
