"""`/manage/v1/places/explanation`: why a text is answered as it is."""

import asyncio
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from trigpoint.api.places import PlaceExplanation
from trigpoint.base.errors import InvalidError
from trigpoint.maps.coordinates import read_coordinates
from trigpoint.maps.explained import Explanation
from trigpoint.maps.queries import GeocodeQuery, Hints
from trigpoint.web.manage.holders import AnyRequest, AtDesk, serving_of
from trigpoint.web.manage.problems import problems

TAGS = ["Places"]


async def explain_nothing(query: GeocodeQuery) -> Explanation:
    """Explain that there are no places here."""
    return Explanation(query.text, (), (), (), (), "Nothing: no places are in service.")


@get("/places/explanation", sync_to_thread=True, responses=problems(400), tags=TAGS)
def explain_places(
    request: AnyRequest,
    desk: AtDesk,  # noqa: ARG001 (only whoever has an API token may ask)
    q: Annotated[str, QueryParameter(description="What somebody types: an address, a town, a place.")] = "",
    near: Annotated[str | None, QueryParameter(description="The point of interest, as latitude,longitude.")] = None,
) -> PlaceExplanation:
    """Say why a text is answered as it is: how it is read, what it may mean, and the parts of each score."""
    point = None if near is None else read_coordinates(near)
    if near is not None and point is None:
        raise InvalidError("near", "a coordinate", example="47.14,9.52", received=near)
    found = asyncio.run(serving_of(request).explain(GeocodeQuery(text=q, hints=Hints(search_location=point))))
    return PlaceExplanation.of(found)


HANDLERS = (explain_places,)
