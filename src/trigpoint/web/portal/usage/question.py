"""The query of a usage page. All of it is in the URL, so that a view can be bookmarked and shared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlencode

from trigpoint.base.errors import InvalidError
from trigpoint.credentials.usage import ORIGIN_LIMIT, USED, Dimension, RefusalDimension
from trigpoint.credentials.usage_window import Reach, UsageWindow, latest_window, name_end, window_until
from trigpoint.web.portal.frame.forms import Form
from trigpoint.web.portal.usage.words import ABSENT

CALLS, REFUSALS = "calls", "refusals"
Choice = TypeVar("Choice", Reach, Dimension, RefusalDimension)


@dataclass(frozen=True, slots=True)
class UsageQuestion:
    """A query: calls or refusals of a window, grouped `by` a dimension, filtered by the values in `only`.

    `now` is the time of the request, in seconds since the epoch.
    """

    window: UsageWindow
    by: Dimension | RefusalDimension
    only: Mapping[str, str]
    now: float

    @property
    def show(self) -> str:
        """What is shown: calls or refusals."""
        return REFUSALS if isinstance(self.by, RefusalDimension) else CALLS

    @property
    def is_latest(self) -> bool:
        """Tell whether the window ends now."""
        return self.window == latest_window(self.window.reach, self.now)

    @property
    def choices(self) -> tuple[Dimension, ...] | tuple[RefusalDimension, ...]:
        """The dimensions by which the report can be grouped."""
        return tuple(RefusalDimension) if self.show == REFUSALS else tuple(Dimension)

    @property
    def fields(self) -> dict[str, str]:
        """Everything but the filters, as query parameters."""
        end = {} if self.is_latest else {"until": name_end(self.window)}
        return {"show": self.show, "by": self.by.value, "reach": self.window.reach.value, **end}

    @property
    def unfiltered(self) -> str:
        """The query string without any filter."""
        return urlencode(self.fields)

    @property
    def query(self) -> str:
        """The whole query string."""
        return urlencode(self.fields | {name: value or ABSENT for name, value in self.only.items()})

    def narrowed(self, name: str, value: str) -> str:
        """Give the query string with one more filter."""
        return replace(self, only={**self.only, name: value}).query

    def widened(self, name: str) -> str:
        """Give the query string without one of the filters."""
        return replace(self, only={one: value for one, value in self.only.items() if one != name}).query

    def of(self, show: str, name: str = "", value: str = "") -> str:
        """Give the query string for calls or refusals, with all filters that apply there, and one more."""
        by: Dimension | RefusalDimension = RefusalDimension.REASON if show == REFUSALS else Dimension.STATUS
        more = {name: value} if name else {}
        kept = self.by if show == self.show else by
        return replace(self, by=kept, only=_applicable({**self.only, **more}, show)).query

    def at(self, window: UsageWindow) -> str:
        """Give the query string for another window."""
        return replace(self, window=window).query

    def reaching(self, reach: Reach) -> str:
        """Give the query string for the latest day, month or year."""
        return self.at(latest_window(reach, self.now))

    def closer(self, span: int) -> str:
        """Give the query string for one interval: the days of a month, the hours of a day."""
        reach = Reach.MONTH if self.window.reach is Reach.YEAR else Reach.DAY
        end = replace(self.window, starts=self.window.starts[: span + 2])
        return self.at(window_until(reach, name_end(end), self.now))


def read_question(fields: Form, now: float) -> UsageQuestion:
    """Read the query parameters; raise `InvalidError` for an invalid one. `now` is in seconds since the epoch."""
    show = fields.text("show") or CALLS
    if show not in {CALLS, REFUSALS}:
        raise InvalidError("show", f"'{CALLS}' or '{REFUSALS}'", example=REFUSALS, received=show)
    by: Dimension | RefusalDimension
    if show == REFUSALS:
        by = _read_choice("by", fields.text("by"), RefusalDimension.REASON)
    else:
        by = _read_choice("by", fields.text("by"), Dimension.STATUS)
    window = window_until(_read_choice("reach", fields.text("reach"), Reach.DAY), fields.text("until"), now)
    names = [*(one.value for one in Dimension), RefusalDimension.REASON.value]
    only = {name: _read_value(name, value) for name in names if (value := fields.text(name).strip())}
    return UsageQuestion(window, by, _applicable(only, show), now)


def _read_choice(name: str, text: str, otherwise: Choice) -> Choice:
    kind = type(otherwise)
    try:
        return kind(text) if text else otherwise
    except ValueError:
        rule = f"one of {', '.join(one.value for one in kind)}"
        raise InvalidError(name, rule, example=otherwise.value, received=text) from None


def _read_value(name: str, value: str) -> str:
    if name in {Dimension.ORIGIN.value, Dimension.MAPS_ID.value} and value == ABSENT:
        return ""
    if name == Dimension.STATUS.value and not (value.isascii() and value.isdigit() and len(value) == 3):
        raise InvalidError(name, "a status code of three digits", example="429", received=value)
    if name == Dimension.SERVICE.value and value not in USED:
        raise InvalidError(name, f"one of {', '.join(USED)}", example=USED[0], received=value)
    if len(value) > ORIGIN_LIMIT or not value.isprintable():
        raise InvalidError(name, f"up to {ORIGIN_LIMIT} printable characters", example="(none)", received=value)
    return value.lower() if name == Dimension.ORIGIN.value else value


def _applicable(only: Mapping[str, str], show: str) -> dict[str, str]:
    """Drop filters that do not apply. The refusals of a Maps ID are those of its keys."""
    names = {one.value for one in Dimension}
    if show == REFUSALS:
        names = {one.value for one in RefusalDimension} | {Dimension.MAPS_ID.value}
    return {name: value for name, value in only.items() if name in names}
