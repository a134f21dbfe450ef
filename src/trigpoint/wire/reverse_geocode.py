"""`/v1/reverseGeocode`: the addresses and places at a point (contract §4.3)."""

from trigpoint.maps.queries import ReverseQuery
from trigpoint.wire.parameters import Parameters
from trigpoint.wire.place import render_results

__all__ = ["parse", "render"]

render = render_results


def parse(parameters: Parameters) -> ReverseQuery:
    """Read the query; raises InvalidError."""
    return ReverseQuery(point=parameters.required_point("loc"), lang=parameters.lang())
