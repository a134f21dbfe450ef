"""How each category of points of interest is drawn: its icon, its colour group, and its rank.

`TABLE` has a line for each category: the icon, the group, the rank. `REFINED` has lines for objects that also have a
certain tag, with another icon or rank. A small rank means important: the point is shown at lower zooms, and takes
precedence where two points collide.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.poi_tags import category_of, split_values

TABLE = """
Airport airport transport 1
AirportTerminal terminal transport 5
AirportGate gate transport 17
AmusementPark amusement-park culture 3
AnimalService veterinary health 15
Aquarium aquarium culture 4
ATM atm civic 20
AutomotiveRepair car-repair transport 16
Bakery bakery food 11
Bank bank civic 13
Baseball baseball sport 14
Basketball basketball sport 17
Beach beach sport 6
Beauty hairdresser shop 16
Bowling bowling culture 12
Brewery beer food 10
Cafe cafe food 10
Campground campsite nature 8
CarRental car-rental transport 15
Castle castle culture 3
ConventionCenter convention civic 7
Distillery bottles food 11
EVCharger charging transport 17
Fairground fairground culture 8
FireStation fire-station civic 12
Fishing fishing sport 15
FitnessCenter gym sport 14
FoodMarket grocery shop 9
Fortress fortress culture 5
GasStation fuel transport 12
GoKart racetrack sport 13
Golf golf nature 7
Hiking hiking nature 14
Hospital hospital health 3
Hotel hotel lodging 9
Kayaking kayaking sport 15
Landmark landmark culture 8
Laundry laundry shop 17
Library library education 8
Mailbox mailbox civic 22
Marina marina transport 8
MiniGolf mini-golf sport 14
MovieTheater cinema culture 7
Museum museum culture 5
MusicVenue music culture 8
NationalMonument monument culture 6
NationalPark national-park nature 2
Nightlife bar food 11
Park park nature 6
Parking parking transport 18
Pharmacy pharmacy health 12
Planetarium planetarium culture 7
Playground playground nature 17
Police police civic 9
PostOffice post civic 12
PublicTransport bus transport 14
Restaurant restaurant food 9
Restroom restroom civic 20
RockClimbing climbing sport 15
RVPark rv-park nature 11
School school education 10
ReligiousSite worship civic 10
SkatePark skateboard sport 16
Skating skating sport 12
Skiing skiing sport 6
Soccer soccer sport 14
Spa spa health 13
Stadium stadium sport 4
Store shop shop 13
Surfing surfing sport 13
Swimming swimming sport 12
Tennis tennis sport 14
Theater theatre culture 6
University university education 4
Volleyball volleyball sport 17
Winery winery food 10
Zoo zoo nature 3
"""

REFINED = """
PublicTransport station=subway|light_rail metro 7
PublicTransport railway=station rail 6
PublicTransport railway=halt rail 8
PublicTransport railway=subway_entrance metro 15
PublicTransport railway=tram_stop tram 14
PublicTransport amenity=bus_station bus-station 8
PublicTransport amenity=ferry_terminal ferry 7
PublicTransport aerialway=station aerialway 9
Airport aerodrome=international airport 1
Airport aerodrome:type=private|military|airsports airport 7
Landmark historic=memorial memorial 18
Landmark historic=monument monument 9
Landmark historic=ruins|archaeological_site ruins 12
Landmark man_made=lighthouse lighthouse 8
Landmark man_made=tower tower 9
Landmark tourism=viewpoint viewpoint 12
Landmark tourism=artwork artwork 19
Hospital amenity=clinic clinic 12
Hospital healthcare=clinic clinic 12
School amenity=kindergarten|childcare kindergarten 16
School amenity=language_school|music_school|driving_school|dancing_school|prep_school school 15
Museum tourism=gallery gallery 8
Theater amenity=arts_centre gallery 9
Swimming leisure=swimming_pool swimming 14
Park leisure=garden garden 9
Park leisure=dog_park dog-park 15
ReligiousSite religion=christian christian 10
ReligiousSite religion=muslim muslim 9
ReligiousSite religion=jewish jewish 9
ReligiousSite religion=buddhist buddhist 9
ReligiousSite religion=shinto shinto 9
ReligiousSite religion=hindu hindu 9
Restaurant amenity=fast_food fast-food 11
Restaurant cuisine=pizza pizza 9
Restaurant cuisine=burger fast-food 10
Restaurant cuisine=sushi|japanese sushi 9
Restaurant cuisine=ramen|noodle|vietnamese noodle 9
Restaurant cuisine=seafood|fish seafood 9
Cafe amenity=ice_cream ice-cream 12
Cafe shop=ice_cream ice-cream 12
Nightlife amenity=pub|biergarten beer 10
Nightlife amenity=casino casino 9
Nightlife amenity=nightclub nightclub 11
FoodMarket shop=supermarket grocery 8
FoodMarket shop=convenience|deli|farm|dairy convenience 11
FoodMarket shop=butcher butcher 12
FoodMarket shop=seafood seafood-shop 12
Store shop=mall|department_store mall 6
Store shop=clothes|fashion|boutique clothes 12
Store shop=shoes shoes 13
Store shop=books books 11
Store shop=jewelry jewelry 14
Store shop=furniture|interior_decoration furniture 13
Store shop=florist|garden_centre florist 14
Store shop=gift|toys gift 14
Store shop=bicycle bicycle 12
Store shop=car car-dealer 13
Store shop=optician optician 14
Store shop=mobile_phone|electronics|computer electronics 13
Store shop=hardware|doityourself hardware 12
Store shop=alcohol|wine|beverages bottles-shop 12
Store shop=music musical-shop 13
Store shop=kiosk|newsagent|tobacco kiosk 14
Store shop=pet pet-shop 14
Store shop=outdoor|sports sports-shop 13
Parking amenity=motorcycle_parking parking 21
FitnessCenter leisure=fitness_station gym 18
Beauty shop=cosmetics|perfumery perfume 15
"""

GROUPS = ("food", "shop", "transport", "health", "nature", "sport", "culture", "education", "civic", "lodging")
"""The groups of points; each has one colour."""

LEAST = 24
"""The rank of the least important points."""

FALLBACK = "dot"
"""The icon of points without an icon of their own."""


@dataclass(frozen=True, slots=True)
class PointLook:
    """How a point is drawn: `icon` is a name in the sprites, `group` one of GROUPS, `rank` from 1 (important) to LEAST."""

    icon: str
    group: str
    rank: int


def look_of(category: PoiCategory, tags: Mapping[str, str]) -> PointLook:
    """Return how a point with this category and these OpenStreetMap tags is drawn.

    A point with a `wikipedia` or `wikidata` tag ranks three higher: the cathedral before the chapel.
    """
    look = _LOOKS[category]
    for key, values, refined in _REFINED.get(category, ()):
        if key in tags and not values.isdisjoint(split_values(tags[key])):
            look = refined
            break
    known = "wikidata" in tags or "wikipedia" in tags
    return PointLook(look.icon, look.group, max(1, look.rank - 3)) if known else look


def point_properties(tags: Mapping[str, str]) -> dict[str, str | int] | None:
    """Return the properties of a point of interest in a tile besides its names: `category`, `icon`, `group` and `rank`.

    None if its tags match no category.
    """
    category = category_of(tags)
    if category is None:
        return None
    look = look_of(category, tags)
    return {"category": str(category), "icon": look.icon, "group": look.group, "rank": look.rank}


def icons() -> dict[str, str]:
    """Return every icon that a point can have, with its colour group."""
    looks = [*_LOOKS.values(), *(look for lines in _REFINED.values() for *_, look in lines)]
    return {FALLBACK: "civic"} | {look.icon: look.group for look in looks}


def _read_looks() -> Iterator[tuple[PoiCategory, PointLook]]:
    for line in TABLE.split("\n"):
        if line:
            category, icon, group, rank = line.split()
            yield PoiCategory(category), PointLook(icon, group, int(rank))


def _read_refined() -> dict[PoiCategory, list[tuple[str, frozenset[str], PointLook]]]:
    lines: dict[PoiCategory, list[tuple[str, frozenset[str], PointLook]]] = {}
    for line in REFINED.split("\n"):
        if line:
            name, condition, icon, rank = line.split()
            category = PoiCategory(name)
            key, _, values = condition.partition("=")
            look = PointLook(icon, _LOOKS[category].group, int(rank))
            lines.setdefault(category, []).append((key, frozenset(values.split("|")), look))
    return lines


_LOOKS = dict(_read_looks())
_REFINED = _read_refined()
