"""Recorded responses of a real Nominatim, replayed by a service on loopback."""

import json
from pathlib import Path

from service_fakes import Asked

RECORDED = json.loads((Path(__file__).parent / "nominatim_recorded.json").read_text(encoding="utf-8"))


def answer_as_nominatim(path: str, asked: Asked) -> object:
    """Give what Nominatim gave for the same question, in whatever language; nothing for any other."""
    told = dict(asked)
    if path in {"/status", "/lookup"}:
        found = RECORDED[path]
        wanted = told.get("osm_ids", "").split(",")
        return (
            found
            if path == "/status"
            else [row for row in found if row["osm_type"][0].upper() + str(row["osm_id"]) in wanted]
        )
    if path == "/reverse":
        return RECORDED.get(f"/reverse {told['lat']},{told['lon']}", {"error": "Unable to geocode"})
    if told.get("featureType") == "country":
        return RECORDED.get(f"/search country {told['countrycodes']}", [])
    return RECORDED.get(f"/search {told['q']}", [])
