"""Points of interest in third-party tiles: from the value of an OpenStreetMap tag to Apple's category and to the look.

Third-party schemas have the value alone (in `subclass`, `kind`, or a property named after the key). Its meaning comes from
the same tables as for the project's own tiles.
"""

from collections.abc import Callable, Iterator

from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.poi_tags import category_of
from trigpoint.maps.style.expressions import Expression, match, one_of
from trigpoint.maps.style.points import FALLBACK, LEAST, PointLook, look_of

TAGS = """
amenity restaurant fast_food cafe ice_cream bar pub biergarten nightclub casino bank atm pharmacy hospital clinic
amenity library school kindergarten college university theatre arts_centre cinema police fire_station post_office
amenity post_box place_of_worship marketplace fuel charging_station parking car_rental toilets veterinary planetarium
tourism hotel hostel motel guest_house chalet camp_site caravan_site museum gallery attraction zoo theme_park aquarium
tourism viewpoint artwork
shop bakery supermarket convenience greengrocer butcher seafood deli clothes shoes books jewelry furniture florist
shop gift toys bicycle car optician mobile_phone electronics computer hardware doityourself alcohol wine kiosk newsagent
shop mall department_store hairdresser beauty cosmetics perfumery laundry dry_cleaning car_repair outdoor pet
leisure park garden nature_reserve dog_park stadium golf_course miniature_golf swimming_pool water_park marina
leisure playground fitness_centre ice_rink beach_resort
historic castle fort monument memorial ruins archaeological_site
natural beach
man_made lighthouse
boundary national_park
"""


def _read() -> Iterator[tuple[str, PoiCategory, PointLook]]:
    for line in TAGS.split("\n"):
        key, *values = line.split() or [""]
        for value in values:
            tags = {key: value}
            category = category_of(tags)
            if category is None:
                raise ValueError(f"no category for {key}={value}")
            yield value, category, look_of(category, tags)


LOOKS = {value: (category, look) for value, category, look in _read()}


def is_known(value: Expression) -> Expression:
    """An expression that is true if the value is in the table above."""
    return one_of(value, *LOOKS)


def category_by(value: Expression) -> Expression:
    return _by(value, lambda category, _: str(category), "Landmark")


def icon_by(value: Expression) -> Expression:
    return _by(value, lambda _, look: look.icon, FALLBACK)


def group_by(value: Expression) -> Expression:
    return _by(value, lambda _, look: look.group, "civic")


def rank_by(value: Expression) -> Expression:
    return _by(value, lambda _, look: look.rank, LEAST)


def _by(value: Expression, part: Callable[[PoiCategory, PointLook], str | int], otherwise: str | int) -> Expression:
    grouped: dict[str | int, list[str]] = {}
    for name, (category, look) in LOOKS.items():
        grouped.setdefault(part(category, look), []).append(name)
    return match(value, {"|".join(names): answer for answer, names in grouped.items()}, otherwise)
