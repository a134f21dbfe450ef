"""Posted forms: their fields as texts, and error messages at fields."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency

from trigpoint.base.errors import InvalidError

TOKEN_FIELD = "form_token"  # noqa: S105 (a field's name)
PASSWORD_AGAIN = "password_again"  # noqa: S105 (a field's name)
PASSWORD_FIELDS = frozenset(("password", "current", PASSWORD_AGAIN))
"""Fields that a page must not repeat."""
ONCE_FIELD = "once"
"""Hidden field with an idempotency key for each rendered form, so that a double click creates one thing."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, in order. A missing field is an empty text."""

    fields: tuple[tuple[str, str], ...] = ()

    def text(self, name: str) -> str:
        """Give the last value of a field."""
        return next((value for field, value in reversed(self.fields) if field == name), "")

    def all(self, name: str) -> list[str]:
        """Give every value of a field."""
        return [value for field, value in self.fields if field == name]

    def has(self, name: str) -> bool:
        """Tell whether a box was ticked or a button pressed."""
        return any(field == name for field, _ in self.fields)

    def whole(self, name: str) -> int | None:
        """Give a field as an integer of 0 or more; None if it is not one."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

    def without(self, names: Iterable[str]) -> "Form":
        """Copy the form without some fields."""
        dropped = frozenset(names)
        return Form(tuple((name, value) for name, value in self.fields if name not in dropped))


def say_rule(error: InvalidError, *, with_example: bool = False) -> str:
    """Give the error message at a field: the rule that its value breaks."""
    example = f", for example '{error.example}'" if with_example else ""
    return f"It must be {error.rule}{example}."


@contextmanager
def noting_at(errors: dict[str, str], field: str, *, with_example: bool = False) -> Iterator[None]:
    """Collect the error of a field instead of raising it, so that all errors of a form are shown together."""
    try:
        yield
    except InvalidError as error:
        errors[field] = say_rule(error, with_example=with_example)


PostedForm = NamedDependency[Form]
"""The form, as a page's parameter."""


async def read_form(request: Request[None, None, State]) -> Form:
    """Read the form of a request; files and JSON are ignored."""
    posted = await request.form()
    return Form(tuple((name, value) for name, value in posted.multi_items() if isinstance(value, str)))
