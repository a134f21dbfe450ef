"""`/v1/geocode`: the places for an address or a name (contract §4.2)."""

from trigpoint.maps.queries import GeocodeQuery
from trigpoint.wire.hints import parse_hints
from trigpoint.wire.parameters import Parameters
from trigpoint.wire.place import render_results

__all__ = ["parse", "render"]

render = render_results


def parse(parameters: Parameters) -> GeocodeQuery:
    """Read the query; raises InvalidError."""
    return GeocodeQuery(
        text=parameters.required_text("q", example="1 Apple Park Way, Cupertino"),
        hints=parse_hints(parameters, with_priority=False),
        lang=parameters.lang(),
    )
