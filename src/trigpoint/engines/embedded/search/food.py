"""Places with something to eat: a filter for some of their categories admits those, whatever word for food is asked for."""

from msgspec.structs import replace

from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.kind_queries import CategoryQuery
from trigpoint.maps.queries import Filters

FOOD = frozenset({PoiCategory.BAKERY, PoiCategory.CAFE, PoiCategory.FOOD_MARKET, PoiCategory.RESTAURANT})
"""Categories of places with something to eat."""


def admitted_food(category: CategoryQuery, filters: Filters) -> CategoryQuery:
    """Return a query for something to eat with the kinds of food that a filter admits, if it admits none of the query's own."""
    wanted = FOOD & filters.include_poi
    if not wanted or not category.kinds <= FOOD or category.kinds & filters.include_poi:
        return category
    return replace(category, kinds=wanted)
