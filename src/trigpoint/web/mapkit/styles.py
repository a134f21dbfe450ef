"""`/ti/style/{style}-{scheme}.json`: the look of the map, made for the tile sets in service and one language."""

import gzip
import re
from collections import OrderedDict

import msgspec

from trigpoint.base.errors import NotFoundError
from trigpoint.maps.style import SCHEMES, STYLES, build_style
from trigpoint.maps.tiles import TileSet
from trigpoint.web.mapkit.answers import OPEN_HEADERS, Answer
from trigpoint.web.mapkit.request_headers import RequestHeaders, encodings_of

KEPT = 64
"""Most styles that a worker caches, one for each language."""
NO_CACHE = (b"cache-control", b"private, no-store")
"""A style contains the access key in its URLs, so browsers must not store it."""
PLACEHOLDER = "0-access-key-0"
_NAME = re.compile(rf"({'|'.join(STYLES)})-({'|'.join(SCHEMES)})\.json")


class Styles:
    """The styles, each made once for the tile sets in service; the access key is put in for each request."""

    def __init__(self) -> None:
        self._sets: tuple[TileSet, ...] = ()
        self._made: OrderedDict[tuple[str, str, str, str], bytes] = OrderedDict()

    def find(
        self, name: str, *, language: str, base_url: str, access_key: str, sets: tuple[TileSet, ...], request_headers: RequestHeaders
    ) -> Answer:  # fmt: skip
        """Answer with a style whose addresses have the access key. Raises NotFoundError for an unknown one."""
        found = _NAME.fullmatch(name)
        if found is None:
            names = ", ".join(f"{style}-{scheme}.json" for style in STYLES for scheme in SCHEMES)
            raise NotFoundError(f"There is no style '{name}'; there are {names}.")
        text = self._make(found[1], found[2], language, base_url, sets)
        body = text.replace(PLACEHOLDER.encode(), access_key.encode("ascii"))
        headers = (*OPEN_HEADERS, NO_CACHE, (b"content-type", b"application/json"), (b"vary", b"accept-encoding"))
        if "gzip" in encodings_of(request_headers.accept_encoding):
            return Answer(200, (*headers, (b"content-encoding", b"gzip")), gzip.compress(body, 4, mtime=0))
        return Answer(200, headers, body)

    def _make(self, style: str, scheme: str, language: str, base_url: str, sets: tuple[TileSet, ...]) -> bytes:
        if sets != self._sets:
            self._made.clear()
            self._sets = sets
        name = (style, scheme, language, base_url)
        text = self._made.get(name)
        if text is None:
            text = msgspec.json.encode(
                build_style(
                    style=style,
                    scheme=scheme,
                    sets=sets,
                    language=language,
                    base_url=base_url,
                    access_key=PLACEHOLDER,
                )
            )
            self._made[name] = text
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        else:
            self._made.move_to_end(name)
        return text
