"""A drawn map with parts of four towns on real ground: Tampere, Kazan, Cincinnati and Linz, as their countries address."""

# ruff: noqa: RUF001 (letters that look alike stand in Russian addresses)

from collections.abc import Sequence

from small_map import At, SmallMap

TAMPERE, KAZAN, CINCINNATI, LINZ = (61.4981, 23.7608), (55.7887, 49.1221), (39.1270, -84.5144), (48.3064, 14.2861)


def street(
    drawn: SmallMap, at: At, name: str, numbers: Sequence[str] = (), *, north: bool = False, **tags: str
) -> list[int]:
    """Draw a street of 400 m through a point, to the east or to the north, with its houses; return its nodes."""
    step = (0.0009, 0.0) if north else (0.0, 0.0016)
    nodes = [drawn.node((at[0] + step[0] * n, at[1] + step[1] * n)) for n in range(-2, 3)]
    address = {key: value for key, value in tags.items() if key.startswith("addr__")}
    way = {key: value for key, value in tags.items() if not key.startswith("addr__")}
    drawn.way(nodes, highway="residential", **({"name": name} if name else {}), **way)
    for place, number in enumerate(numbers):
        beside = (at[0] + 0.0001 + step[0] * (place - 2) / 2, at[1] + 0.0001 + step[1] * (place - 2) / 2)
        drawn.node(beside, addr__street=name, addr__housenumber=number, **address)
    return nodes


def near(at: At, north: float, east: float) -> At:
    """Return the point that is some thousandths of a degree away."""
    return at[0] + north / 1000, at[1] + east / 1000


def cross(drawn: SmallMap, nodes: Sequence[int], name: str, at: At, **tags: str) -> None:
    """Draw a street to the north and to the south through the middle node of another."""
    ends = [drawn.node(near(at, step, 0)) for step in (-0.9, 0.9)]
    drawn.way([ends[0], nodes[2], ends[1]], highway="residential", name=name, **tags)


def four_towns() -> SmallMap:
    """Draw them."""
    drawn = SmallMap()
    _tampere(drawn)
    _kazan(drawn)
    _cincinnati(drawn)
    _linz(drawn)
    return drawn


def _tampere(drawn: SmallMap) -> None:
    post = {"addr__postcode": "33100", "addr__city": "Tampere"}
    koulukatu = street(drawn, TAMPERE, "Koulukatu", ["12", "14", "14 A", "16"], **post)
    cross(drawn, koulukatu, "Satamatie", TAMPERE)
    street(drawn, near(TAMPERE, 3, 0), "Puutarhakatu", ["2", "4"], **post)
    drawn.node(near(TAMPERE, 1, 0), amenity="townhall", name="Tampere House", **post)
    drawn.node(near(TAMPERE, 1, 2), railway="station", name="Tampere railway station", **post)


def _kazan(drawn: SmallMap) -> None:
    post = {"addr__postcode": "420111", "addr__city": "Казань"}
    street(drawn, KAZAN, "улица Баумана", ["7", "13/12 к2", "13/12 с1", "15А"], **post)
    boulevard = street(drawn, near(KAZAN, 3, 0), "Кленовый бульвар", ["20", "22"], **post)
    cross(drawn, boulevard, "Липовая улица", near(KAZAN, 3, 0))
    street(drawn, near(KAZAN, 6, 0), "Дорожный проезд", ["3"], **post)
    street(drawn, near(KAZAN, 9, 0), "улица Гончарова", ["5 к2", "2"], **post)
    drawn.node(near(KAZAN, 5, 5), railway="halt", name="Казань-Пассажирская", alt_name="Казань")


def _cincinnati(drawn: SmallMap) -> None:
    post = {"addr__postcode": "45219", "addr__city": "Cincinnati", "addr__state": "OH"}
    calhoun = street(drawn, CINCINNATI, "Calhoun Street", ["226", "226 1/2", "723-B", "A31", "37 R", "12"], **post)
    cross(drawn, calhoun, "North Vine Street", CINCINNATI)
    street(drawn, near(CINCINNATI, 5, 0), "West Tenth Avenue", ["203"], **post)
    street(drawn, near(CINCINNATI, 0, 20), "Main Street", ["12"], **post)
    norwood = {"addr__postcode": "45212", "addr__city": "Norwood", "addr__state": "OH"}
    street(drawn, near(CINCINNATI, 30, 55), "Main Avenue", ["12"], **norwood)
    drawn.way(
        [near(CINCINNATI, -5, -20), near(CINCINNATI, -5, 20)],
        highway="motorway",
        ref="I 75",
        name="Mill Creek Expressway",
    )
    drawn.way([near(CINCINNATI, -8, -20), near(CINCINNATI, -8, 20)], highway="primary", ref="OH 562")
    drawn.way([near(CINCINNATI, -11, -20), near(CINCINNATI, -11, 20)], highway="primary", ref="US 52")
    drawn.node(near(CINCINNATI, 1, 0), amenity="fast_food", name="McMillan", **post)
    drawn.node(near(CINCINNATI, 2, 0), shop="supermarket", name="Kmarket", **post)


def _linz(drawn: SmallMap) -> None:
    post = {"addr__postcode": "4020", "addr__city": "Linz"}
    goethe = street(drawn, LINZ, "Goethestraße", ["12", "17-19"], **post)
    cross(drawn, goethe, "Alte Lederergasse", LINZ)
    cross(drawn, street(drawn, near(LINZ, 6, 0), "长江路"), "成都路", near(LINZ, 6, 0))
    drawn.node(near(LINZ, 3, 0), amenity="school", name="Schule Goethe und Schiller", **post)
    drawn.way([near(LINZ, -20, -30), near(LINZ, -20, 30)], highway="motorway", ref="A 7")
    drawn.way([near(LINZ, -30, -30), near(LINZ, -30, 30)], highway="primary", ref="B 139")
    drawn.node(near(LINZ, 1, 0), amenity="fast_food", name="McMillan's", **post)
    drawn.node(near(LINZ, 3, 2), tourism="attraction", name="Station No9", **post)
    drawn.node(near(LINZ, 2, 1), shop="supermarket", name="K-Market", **post)
    drawn.node(near(LINZ, 1, 1), shop="supermarket", name="S-Market", **post)
