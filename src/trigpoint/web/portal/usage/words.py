"""Labels for the values of usage reports: keys, statuses, origins, reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trigpoint.credentials.key import Key
from trigpoint.credentials.maps_token import MapsToken
from trigpoint.credentials.reasons import REASONS
from trigpoint.credentials.services import Service
from trigpoint.credentials.usage import MAP_VIEW, OTHER_ORIGINS, Dimension, RefusalDimension

ABSENT = "(none)"
"""An empty value in a URL: calls without an Origin header, or without a Maps ID."""
LABELS = {
    Dimension.STATUS.value: "Status",
    Dimension.SERVICE.value: "Service",
    Dimension.KEY.value: "Key",
    Dimension.MAPS_ID.value: "Maps ID",
    Dimension.ORIGIN.value: "Origin",
    RefusalDimension.REASON.value: "Reason",
}
STATUSES = {
    "200": "OK",
    "304": "not modified",
    "400": "invalid parameter",
    "404": "not found",
    "429": "over a limit",
    "499": "client disconnected",
    "500": "server error",
    "503": "unavailable",
}


@dataclass(frozen=True, slots=True)
class Named:
    """The label of a value, and its code, if that is useful."""

    name: str
    code: str = ""

    @property
    def text(self) -> str:
        """Label and code in one line."""
        return f"{self.name} ({self.code})" if self.code else self.name


class Names:
    """Gives the labels for a team."""

    def __init__(self, keys: Iterable[Key], tokens: Iterable[MapsToken]) -> None:
        named = {str(key.key_id): key.name for key in keys}
        self._keys: Mapping[str, str] = named | {
            str(token.token_id): f"Maps token: {token.description}" if token.description else "Maps token"
            for token in tokens
        }

    def of(self, name: str, value: str) -> Named:
        """Give the label of a value of a dimension."""
        if name == Dimension.KEY.value:
            return Named(self._keys.get(value, "Key"), value)
        if name == RefusalDimension.REASON.value:
            reason = REASONS.get(value)
            return Named(
                value if reason is None else reason.sentence.removesuffix("."), "" if reason is None else value
            )
        return Named(_plain(name, value))


def _plain(name: str, value: str) -> str:
    if name == Dimension.SERVICE.value:
        if value == MAP_VIEW:
            return "Map views"
        return next((service.words for service in Service if service.value == value), value)
    if name == Dimension.STATUS.value:
        return f"{value} {STATUSES[value]}" if value in STATUSES else value
    if name == Dimension.MAPS_ID.value:
        return value or "no Maps ID (Maps tokens)"
    return {"": "no Origin header", OTHER_ORIGINS: "other origins"}.get(value, value)
