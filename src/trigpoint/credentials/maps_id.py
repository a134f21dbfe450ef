"""A Maps ID: the identifier of an app, a site or an environment that uses maps (contract §1.1)."""

import re
from dataclasses import dataclass

from trigpoint.base.clock import Milliseconds
from trigpoint.base.errors import InvalidError, refuse_secret
from trigpoint.base.ids import TeamId

IDENTIFIER_RULE = (
    "three or four fields separated by dots, the first of them 'maps', "
    "the others made of the letters A-Z and a-z, digits and hyphens"
)
EXAMPLE = "maps.com.mycompany.mywebsite"
IDENTIFIER_LIMIT = 255
DESCRIPTION_LIMIT = 200
_IDENTIFIER = re.compile(r"maps(\.[A-Za-z0-9-]+){2,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MapsId:
    """A registered Maps ID. `created_at` is in milliseconds since the epoch; `version` is incremented by each edit."""

    identifier: str
    team_id: TeamId
    description: str
    created_at: Milliseconds
    created_by: str
    version: int = 1


def read_identifier(text: str) -> str:
    """Check an identifier by Apple's rule. Its case is stored, but ignored in comparisons. Raises InvalidError."""
    if len(text) > IDENTIFIER_LIMIT:
        raise InvalidError("mapsId", f"at most {IDENTIFIER_LIMIT} characters long", example=EXAMPLE, received=text)
    if _IDENTIFIER.fullmatch(text) is None:
        raise InvalidError("mapsId", IDENTIFIER_RULE, example=EXAMPLE, received=text)
    return text


def same_identifier(text: str) -> str:
    """Give an identifier in lower case: in this form identifiers are compared."""
    return text.lower()


def read_description(text: str) -> str:
    """Check a description: 1 to 200 printable characters, and no secret; white space is collapsed."""
    refuse_secret("description", text)
    description = " ".join(text.split())
    if not 1 <= len(description) <= DESCRIPTION_LIMIT or not description.isprintable():
        raise InvalidError(
            "description",
            f"1 to {DESCRIPTION_LIMIT} printable characters that say what the Maps ID is for",
            example="My website",
            received=text,
        )
    return description
