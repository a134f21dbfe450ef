"""The page "Use it": what a program needs to know about a key, and how to sign with it in nine languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources

from litestar import Response
from litestar.params import FromPath, FromQuery

from trigpoint.base.errors import NotFoundError
from trigpoint.credentials.key import PrivateHalf
from trigpoint.web.portal.threads import get
from trigpoint.web.portal.visits import HereVisit

SAMPLES = {"team_id": "K5GNLXS2QT", "key_id": "2X9R4HXF34", "base_url": "https://maps.example.com"}
"""What the recipes' files say, and is replaced by the reader's own."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A language: the recipe's file, and what it needs."""

    name: str
    file: str
    needs: str


RECIPES: Mapping[str, Recipe] = {
    "python": Recipe("Python", "sign.py", "pip install pyjwt[crypto]"),
    "javascript": Recipe("JavaScript", "sign.mjs", "Node.js 18 or later; nothing else"),
    "swift": Recipe("Swift", "sign.swift", "CryptoKit, part of macOS and iOS"),
    "go": Recipe("Go", "sign.go", "the standard library"),
    "java": Recipe("Java", "Sign.java", "Java 17 or later; nothing else"),
    "ruby": Recipe("Ruby", "sign.rb", "Ruby 3 or later; nothing else"),
    "php": Recipe("PHP", "sign.php", "PHP 8.1 or later with its openssl extension"),
    "csharp": Recipe("C#", "Sign.cs", ".NET 8 or later; nothing else"),
    "shell": Recipe("Shell", "sign.sh", "openssl, and the printf of GNU or macOS"),
}


SNAPSHOT_RECIPES: Mapping[str, Recipe] = {
    "python": Recipe("Python", "snapshot.py", "pip install cryptography"),
    "javascript": Recipe("JavaScript", "snapshot.mjs", "Node.js 18 or later; nothing else"),
    "swift": Recipe("Swift", "snapshot.swift", "CryptoKit, part of macOS and iOS"),
    "go": Recipe("Go", "snapshot.go", "the standard library"),
    "java": Recipe("Java", "Snapshot.java", "Java 17 or later; nothing else"),
    "ruby": Recipe("Ruby", "snapshot.rb", "Ruby 3 or later; nothing else"),
    "php": Recipe("PHP", "snapshot.php", "PHP 8.1 or later with its openssl extension"),
    "csharp": Recipe("C#", "Snapshot.cs", ".NET 8 or later; nothing else"),
    "shell": Recipe("Shell", "snapshot.sh", "openssl, and the printf of GNU or macOS"),
}
"""The same languages for the signed URL of a snapshot, which each recipe prints."""


@get("/teams/{team_id:str}/keys/{key_id:str}/use")
def show_use(
    visit: HereVisit, team_id: FromPath[str], key_id: FromPath[str], language: FromQuery[str] = "python"
) -> Response[bytes]:
    """Show how a key is used."""
    team = visit.find_team(team_id)
    key = visit.authority.keys.get(visit.actor, key_id)
    if key.team_id != team.team_id:
        raise NotFoundError(f"There is no key with the Key ID {key_id} in this team.")
    chosen = language if language in RECIPES else "python"
    render = partial(render_recipe, team_id=team.team_id, key_id=key.key_id, base_url=visit.addresses.base_url)
    return visit.page(
        "keys/use.html",
        title=f"Use {key.name}",
        team=team,
        key=key,
        recipes=RECIPES,
        language=chosen,
        recipe=RECIPES[chosen],
        text=render(chosen),
        picture_recipe=SNAPSHOT_RECIPES[chosen],
        picture_text=render(chosen, SNAPSHOT_RECIPES),
        is_waiting=key.private_half is PrivateHalf.WAITING,
    )


def read_recipe(language: str, recipes: Mapping[str, Recipe] = RECIPES) -> str:
    """Give the text of a recipe's file, with the sample ids in it."""
    folder = resources.files("trigpoint.web.portal") / "recipes"
    return (folder / recipes[language].file).read_text(encoding="utf-8")


def render_recipe(
    language: str, recipes: Mapping[str, Recipe] = RECIPES, *, team_id: str, key_id: str, base_url: str
) -> str:
    """Give a recipe with the reader's own ids and address: that of a token, or of a snapshot (`SNAPSHOT_RECIPES`)."""
    text = read_recipe(language, recipes)
    own = {"team_id": team_id, "key_id": key_id, "base_url": base_url}
    for name, sample in SAMPLES.items():
        text = text.replace(sample, own[name])
    return text


HANDLERS = (show_use,)
