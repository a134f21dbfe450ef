"""What people paste or say around a place: links to maps, telephone numbers, web addresses, signs, "directions to …"."""

# ruff: noqa: RUF001 (words of many languages)

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

from trigpoint.maps.coordinates import read_coordinates

LONGEST = 2_000
"""Longer texts are left as they are."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069\u00ad"
_PICTURES = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\u20e3"
_SIGN = re.compile(rf"[%@?!¿¡！？+：{_INVISIBLE}{_PICTURES}]|://|www\.")
_SIGNS = _words("""
    tel tel. tel: tel.: phone phone: telephone telephone: telefon telefon: teléfono teléfono: telefono telefono: téléphone
    hours hour times time number now late today open review reviews öffnungszeiten geöffnet offen horaires horaire ouverture horario
    horarios orari orario apertura horari aukioloajat åpningstider öppettider openingstijden otwarcia работы 营业时间 營業時間 営業時間
    telefonnummer 24/7 24h mondays tuesdays wednesdays thursdays fridays saturdays sundays monday tuesday wednesday thursday friday
    saturday sunday
    téléphone: fax fax: fax. mob mob: mob. mobile mobile: cell cell: puh puh. puh: puhelin puhelin: tlf tlf. tlf: tfn tfn:
    тел тел. тел: телефон телефон: моб моб. 電話 电话 전화 address: adresse: adress: addr: dirección: direccion: adreça:
    indirizzo: osoite: endereço: адрес: 地址: 住所: 주소: address adresse
""")
"""Prefilters: a text without any of these, that begins with no word of a command, is returned at once."""

_PICTURED = {
    "☕": "coffee", "🍕": "pizza", "🍔": "burger", "🍣": "sushi", "🍺": "bar", "🍻": "bar", "🍷": "bar", "🍸": "bar", "🍽": "restaurant",
    "🍴": "restaurant", "🥐": "bakery", "🥖": "bakery", "🏨": "hotel", "🛏": "hotel", "⛽": "gas station", "🔌": "EV charger",
    "🏥": "hospital", "💊": "pharmacy", "🏧": "ATM", "🏦": "bank", "🅿": "parking", "🚻": "toilet", "🚽": "toilet", "🛒": "supermarket",
    "🛍": "shopping", "✈": "airport", "🚉": "train station", "🚆": "train station", "🚇": "metro station", "🚌": "bus stop", "🚏": "bus stop",
    "🎬": "cinema", "🎥": "cinema", "🎭": "theatre", "📚": "library", "🏫": "school", "🏛": "museum", "⛪": "church", "🏖": "beach",
    "🏋": "gym", "🏊": "swimming pool", "🌳": "park", "🌲": "park", "🐶": "dog park", "📮": "mailbox", "🏤": "post office",
    "🚓": "police", "👮": "police", "🚒": "fire station", "🍦": "ice cream", "🍨": "ice cream", "💇": "hairdresser", "🦁": "zoo",
}  # fmt: skip
"""Emoji for kinds of place; other emoji say nothing about a location."""

_UNSEEN = re.compile(rf"[{_INVISIBLE}]")
_PICTURE = re.compile(rf"[{_PICTURES}]+")
_ENCODED = re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
_BROKEN = "\ufffd"

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MAIL = re.compile(r"(?<!\S)(?:e-?mail\s*:?\s*)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<!\w)(?:(?:tele?(?:phone|fono|fon|f)?|t[ée]l(?:[ée]phone)?|phone|fax|mob(?:ile?|iltelefon)?|cell|puh(?:elin)?|tlf|tfn|тел(?:ефон)?"
    r"|моб|電話|电话|전화)\s*[.:：]*\s*\+?[\d(][\d\s()/.\-–]{4,20}\d|\+(?!\d{1,3}\.\d{3})\d[\d\s()/.\-–]{7,20}\d(?![\w+]))",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\s*(?:(?:our|my|full|postal|street|mailing|shipping|delivery|billing)\s+)*"
    r"(?:address|adresse?|adress|addr|direcci[óo]n|adreça|indirizzo|osoite|endereço|адрес|地址|住所|주소)\s*[:：]\s*",
    re.IGNORECASE,
)

_COMMANDS = (
    r"(?:get\s+|give\s+me\s+)?(?:driving\s+|walking\s+)?directions?\s+(?:to|for)|(?:the\s+)?(?:fastest\s+|best\s+|shortest\s+)?(?:route|way)\s+to"
    r"|navigate(?:\s+me)?\s+to|navigation\s+to|take\s+me\s+to|bring\s+me\s+to|drive(?:\s+me)?\s+to|walk\s+to|go\s+to"
    r"|how\s+(?:do|can)\s+(?:i|we|you)\s+(?:get|go)\s+to|how\s+(?:to\s+get|far\s+is(?:\s+it\s+to)?)(?:\s+to)?|where(?:'s|\s+is|\s+are|\s+can\s+i\s+find)"
    r"|show\s+me(?:\s+the\s+way\s+to)?|find(?:\s+me)?|search\s+for|look(?:ing)?\s+for|i(?:'m|\s+am)\s+looking\s+for"
    r"|i\s+(?:need|want)(?:\s+to\s+(?:find|go\s+to))?|(?:is|are)\s+there(?:\s+an?|\s+any)?|map\s+of|located?\s+(?:at|in)"
    r"|wo\s+(?:ist|liegt|sind|befindet\s+sich|finde\s+ich)|zeig(?:e)?\s+mir|(?:route|weg|navigation|fahrt)\s+(?:nach|zu[rm]?)"
    r"|navigiere?\s+(?:nach|zu[rm]?)|wie\s+komme\s+ich\s+(?:nach|zu[rm]?)|bring\s+mich\s+(?:nach|zu[rm]?)|karte\s+von|(?:ich\s+)?suche"
    r"|où\s+(?:est|se\s+trouve|sont)|(?:itinéraire|route)\s+(?:vers|pour|jusqu'à)|comment\s+aller\s+(?:à|au|aux)|je\s+cherche"
    r"|d[óo]nde\s+(?:est[áa]n?|queda|hay)|c[óo]mo\s+(?:llegar|ir)\s+(?:al?|hasta)|ll[ée]vame\s+al?|busco|on\s+[ée]s|com\s+arribar\s+a"
    r"|dove\s+(?:si\s+trova|è|sono)|dov'è|come\s+arrivare\s+al?|onde\s+fica|como\s+chegar\s+ao?"
    r"|где(?:\s+(?:находится|находятся|найти))?|как\s+(?:проехать|добраться|доехать|дойти|пройти)\s+(?:до|к|ко|на|в)|маршрут\s+(?:до|к|на|в)"
    r"|покажи|найди|найти|ищу|missä\s+(?:on|sijaitsee)|reitti|hvor\s+(?:er|ligger)|veibeskrivelse\s+til|var\s+(?:är|ligger)"
    r"|waar\s+(?:is|ligt)|route\s+naar|gdzie\s+jest"
)
_COMMAND = re.compile(rf"^\s*(?:please\s+|hey\s+siri\s*,?\s+)?(?:{_COMMANDS})(?:\s*[:,])?\s+", re.IGNORECASE)
_DENSE_COMMAND = re.compile(r"^\s*(?:怎么去|怎麼去|导航到|導航到)(?=\S\S)")
_FIRST_WORDS = _words("""
    get give driving walking direction directions the fastest best shortest route way navigate navigation take bring drive
    walk go how from von от из where where's show find search look looking i i'm is are map located locate please hey wo
    zeig zeige weg fahrt navigiere navigier wie karte ich suche où itinéraire comment je dónde donde cómo como llévame
    llevame busco on com dove dov'è come onde где как маршрут покажи our my full postal найди найти ищу missä reitti hvor
    veibeskrivelse var waar gdzie street mailing shipping delivery billing
""")

_BEHIND = re.compile(
    r"(?<!\s)\s++(?:open(?:ing)?\s+(?:hours?|times?)|(?<!\d\s)hours|öffnungszeiten|horaires?(?:\s+d'ouverture)?|horarios?|orari(?:o)?(?:\s+di\s+apertura)?|horari"
    r"|aukioloajat|åpningstider|öppettider|openingstijden|godziny\s+otwarcia|(?:режим|часы)\s+работы|营业时间|營業時間|営業時間"
    r"|(?:phone|telephone)(?:\s+number)?|telefonnummer|reviews?|open\s+(?:right\s+)?now|open\s+(?:24\s*(?:hours|h|hrs|/\s*7)|today|late|on\s+\w+days?)"
    r"|(?:jetzt|heute)\s+(?:geöffnet|offen))\s*$",
    re.IGNORECASE,
)
"""Questions about a place that the index cannot answer; they are removed."""

_FROM_TO = re.compile(
    r"^\s*(?:from\s+\S.{0,120}?\s+to|von\s+\S.{0,120}?\s+(?:nach|zu[rm]?)|(?:от|из)\s+\S.{0,120}?\s+(?:до|в|на))\s+(\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""A route; its destination is the place to find."""

_ASKED = re.compile(r"^[\s¿¡]+|(?<![\s?!？！])[\s?!？！]++$")


class _Service(NamedTuple):
    """Where the links of a web map have the search text: in which parameters, or after which part of the path."""

    values: tuple[str, ...]
    parts: tuple[str, ...] = ()


_SERVICES = {
    "google": _Service(("q", "query", "destination", "daddr"), ("place", "search", "dir")),
    "apple": _Service(("address", "q", "daddr", "destination", "name")),
    "openstreetmap": _Service(("query", "to")),
    "osm": _Service(("query", "to")),
    "bing": _Service(("where1", "q", "rtp")),
    "waze": _Service(("q",)),
    "yandex": _Service(("text", "rtext")),
    "here": _Service(("q",), ("search",)),
}  # fmt: skip


def text_of_link(text: str) -> str | None:
    """Return the search text in a link to a web map; None if it is no such link, or has none."""
    try:
        parts = urlsplit(text.strip() if "://" in text else f"https://{text.strip()}")
    except ValueError:  # brackets that enclose no address, or a host with signs that Unicode changes into others
        return None
    service = next((_SERVICES[name] for name in (parts.hostname or "").split(".") if name in _SERVICES), None)
    if service is None:
        return None
    values = parse_qs(parts.query)
    for name in service.values:
        if values.get(name):
            return values[name][0]
    return _text_of_path([unquote_plus(part) for part in parts.path.split("/")], service.parts)


def _text_of_path(path: list[str], names: tuple[str, ...]) -> str | None:
    """Return the part of a path behind one of the names: of a route the last."""
    for name in names:
        if name in path:
            said = [part for part in path[path.index(name) + 1 :] if part and part[0] != "@" and "data=" not in part]
            if said:
                return said[-1] if name == "dir" else said[0]
    return None


@lru_cache(maxsize=2048)
def as_meant(text: str) -> str:
    """Return a text without what is pasted or said around a place; the text itself if nothing else would be left.

    Removed are commands and questions ("directions to", "where is …?"), labels, telephone numbers, addresses of mail and
    of the web, pictures and invisible characters. Of a link to a map the text of its search is returned, of a route its end.
    Percent-encoded characters are decoded.
    """
    words = text.casefold().split()
    if not words or len(text) > LONGEST:
        return text
    if words[0] not in _FIRST_WORDS and _SIGNS.isdisjoint(words) and _SIGN.search(text) is None:
        return text if text.isascii() else _DENSE_COMMAND.sub("", text)
    meant = _BEHIND.sub("", _COMMAND.sub("", _without_signs(text), count=1), count=1)
    return meant if any(map(str.isalnum, meant)) else text


def _without_signs(text: str) -> str:
    plain = _UNSEEN.sub("", text)
    if "%" in plain and " " not in plain.strip() and "://" not in plain:
        plain = _decoded(plain)
    if "://" in plain or "www." in plain:
        plain = _without_links(plain)
    if "@" in plain:
        plain = _kept(_MAIL.sub(" ", plain), plain)
    plain = _PICTURE.sub(_picture, plain)
    plain = _kept(_PHONE.sub(" ", plain), plain)
    if plain.count("+") > 1 and " " not in plain and plain[0] != "+":
        plain = plain.replace("+", " ")
    plain = _kept(_LABEL.sub("", plain), plain)
    plain = _kept(_ASKED.sub("", plain), plain)
    route = _FROM_TO.match(plain)
    return route[1] if route is not None else plain


def _without_links(text: str) -> str:
    """Return a text without links; of a text that is only a link its search, or the link itself if it has a point."""
    rest = _LINK.sub(" ", text)
    if any(map(str.isalnum, rest)):
        return rest
    return text if read_coordinates(text) is not None else text_of_link(text) or text


def _decoded(text: str) -> str:
    plain = _ENCODED.sub(lambda run: unquote(run.group()), text)
    return text if _BROKEN in plain else plain


def _picture(found: re.Match[str]) -> str:
    words = [_PICTURED[sign] for sign in found.group() if sign in _PICTURED]
    return f" {words[0]} " if words else " "


def _kept(plain: str, before: str) -> str:
    """Return a text from which something was removed, or the text before if no word is left."""
    return plain if any(map(str.isalnum, plain)) else before
