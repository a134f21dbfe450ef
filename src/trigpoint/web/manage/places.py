"""`/manage/v1/places/explanation`: the explanation of a search result."""

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
from trigpoint.wire.parameters import MAX_TEXT

TAGS = ["Places"]


async def explain_nothing(query: GeocodeQuery) -> Explanation:
    """Explain that this server has no places."""
    return Explanation(query.text, (), (), (), (), "No result: this server has no places.")


@get("/places/explanation", sync_to_thread=True, responses=problems(400), tags=TAGS)
def explain_places(
    request: AnyRequest,
    desk: AtDesk,  # noqa: ARG001 (needs an API token)
    q: Annotated[str, QueryParameter(description=f"An address, a town or a place: 1 to {MAX_TEXT:,} characters.")],
    near: Annotated[str | None, QueryParameter(description="Prefer places near `latitude,longitude`.")] = None,
) -> PlaceExplanation:
    """Explain a search result: how the query was parsed, the candidates, and the parts of each score."""
    text = q.strip()
    if not 1 <= len(text) <= MAX_TEXT:
        raise InvalidError(
            "q", f"1 to {MAX_TEXT:,} characters long", example="Mannerheimintie 5, Helsinki", received=text
        )
    point = None if near is None else read_coordinates(near)
    if near is not None and point is None:
        raise InvalidError("near", "'latitude,longitude' in degrees", example="47.14,9.52", received=near)
    found = asyncio.run(serving_of(request).explain(GeocodeQuery(text=text, hints=Hints(search_location=point))))
    return PlaceExplanation.of(found)


HANDLERS = (explain_places,)
