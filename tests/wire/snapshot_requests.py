"""Parameters of snapshots, and the queries they are parsed into."""

import json

import pytest

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Point
from trigpoint.maps.snapshots.queries import (
    Marker,
    Overlay,
    SnapshotQuery,
)
from trigpoint.wire.parameters import Parameters
from trigpoint.wire.snapshot import parse

VADUZ = Point(47.141, 9.5215)


LINE = ["47.1410,9.5215", "47.1500,9.5300"]


def ask(**values: object) -> SnapshotQuery:
    """Parse parameters that are valid by default; lists and objects are sent as JSON."""
    sent = {"center": "47.141,9.5215", **values}
    texts = {name: [value if isinstance(value, str) else json.dumps(value)] for name, value in sent.items()}
    return parse(Parameters(texts))


def refusal(**values: object) -> str:
    with pytest.raises(InvalidError) as caught:
        ask(**values)
    return str(caught.value)


def overlay(**members: object) -> Overlay:
    (found,) = ask(overlays=[{"points": LINE, **members}]).overlays
    return found


def marker(**members: object) -> Marker:
    image = {"url": "https://example.com/a.png", "width": 8, "height": 8}
    (found,) = ask(annotations=[{"point": "47,9", **members}], imgs=[image] * 2).annotations
    return found.marker
