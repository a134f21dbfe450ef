"""How to sign with a key in nine languages: the recipes that pages show, with the reader's own ids in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

SAMPLES = {"team_id": "K5GNLXS2QT", "key_id": "2X9R4HXF34", "base_url": "https://maps.example.com"}
"""Placeholders in the files of the recipes, which are replaced by the reader's own values."""


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
