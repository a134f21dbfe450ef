"""Responses of a Photon, for a service on loopback, written according to the documentation of its API v1.

The things are of OpenStreetMap (© OpenStreetMap contributors, ODbL 1.0). No Photon was there to record them from.
"""

from service_fakes import Asked

VADUZ = {"city": "Vaduz", "county": "Oberland", "country": "Liechtenstein", "countrycode": "LI", "postcode": "9490"}


def feature(at: tuple[float, float], **told: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": told,
        "geometry": {"type": "Point", "coordinates": [at[1], at[0]]},
    }


HOUSE = feature(
    (47.1434713, 9.5174195), osm_type="W", osm_id=364552339, osm_key="building", osm_value="yes", type="house",
    housenumber="19", street="Landstrasse", district="Ebenholz", **VADUZ,
)  # fmt: skip
SHOP = feature(
    (47.1434727, 9.5175114), osm_type="N", osm_id=4759734023, osm_key="shop", osm_value="convenience", type="house",
    name="Coop Pronto", housenumber="19", street="Landstrasse", extra={"phone": "+423 1", "population": 5}, **VADUZ,
)  # fmt: skip
TOWN = feature(
    (47.1392862, 9.5227962), osm_type="R", osm_id=1155956, osm_key="place", osm_value="town", type="city", name="Vaduz",
    county="Oberland", countrycode="LI", country="Liechtenstein", postcode="9490",
    extent=[9.4864, 47.1745, 9.5706, 47.0903],
)  # fmt: skip
STREET = feature(
    (47.1396192, 9.5225985), osm_type="W", osm_id=297699632, osm_key="highway", osm_value="pedestrian", type="street",
    name="Städtle", **VADUZ,
)  # fmt: skip
NEAR = feature(
    (47.1399389, 9.521309), osm_type="N", osm_id=4759723754, osm_key="amenity", osm_value="restaurant", type="house",
    name="Restaurant New Castle", street="Äulestrasse", housenumber="22", **VADUZ,
)  # fmt: skip
FAR = feature(
    (47.17, 9.51), osm_type="N", osm_id=11, osm_key="amenity", osm_value="restaurant", type="house", name="Linde",
    city="Schaan", countrycode="LI",
)  # fmt: skip
QUARTER = feature(
    (47.145, 9.53), osm_type="N", osm_id=12, osm_key="place", osm_value="suburb", type="district", name="Ebenholz", **VADUZ,
)  # fmt: skip
COUNTRY = feature(
    (47.14, 9.55), osm_type="R", osm_id=1155955, osm_key="place", osm_value="country", type="country",
    name="Liechtenstein", countrycode="LI", country="Liechtenstein",
)  # fmt: skip
CODE = feature((47.14, 9.51), osm_key="place", osm_value="postcode", type="other", postcode="9490", countrycode="LI")
PEAK = feature(
    (47.05, 9.6), osm_type="N", osm_id=13, osm_key="natural", osm_value="peak", type="other", name="Grauspitz",
    countrycode="LI",
)  # fmt: skip

NAMED = {
    "landstrasse 19 vaduz": [HOUSE, SHOP],
    "landstrase 19 vadz": [HOUSE],
    "vaduz": [TOWN],
    "vad": [TOWN, STREET],
    "städtle": [STREET],
    "ebenholz": [QUARTER],
    "liechtenstein": [COUNTRY],
    "9490": [CODE],
    "grauspitz": [PEAK],
    "coop pronto": [SHOP],
}


def answer_as_photon(path: str, asked: Asked) -> object:
    told = dict(asked)
    if path == "/status":
        return {"status": "Ok", "import_date": "2026-11-20T02:00:00Z", "version": "1.1.0"}
    if path == "/reverse":
        if ("osm_tag", "amenity:restaurant") in asked:
            return {"type": "FeatureCollection", "features": [FAR, NEAR]}
        on_land = float(told["lat"]) > 1
        return {"type": "FeatureCollection", "features": [SHOP] if on_land and ("layer", "house") in asked else []}
    features = NAMED.get(told["q"].lower(), [])
    return {"type": "FeatureCollection", "features": features}
