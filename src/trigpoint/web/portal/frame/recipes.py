"""Code examples in nine languages that sign with a key, which pages show with the reader's own IDs in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

SAMPLES = {"team_id": "K5GNLXS2QT", "key_id": "2X9R4HXF34", "base_url": "https://maps.example.com"}
"""Placeholders in the files, which are replaced by the reader's own values."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A code example: the name of its language, its file, and what it needs."""

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
"""Code examples in the same languages that print the signed URL of a snapshot."""


def read_recipe(language: str, recipes: Mapping[str, Recipe] = RECIPES) -> str:
    """Give the text of a code example, with the placeholders in it."""
    folder = resources.files("trigpoint.web.portal") / "recipes"
    return (folder / recipes[language].file).read_text(encoding="utf-8")


def render_recipe(
    language: str, recipes: Mapping[str, Recipe] = RECIPES, *, team_id: str, key_id: str, base_url: str
) -> str:
    """Give the code example for a token, or for a snapshot (`SNAPSHOT_RECIPES`), with the reader's own IDs and base URL."""
    text = read_recipe(language, recipes)
    own = {"team_id": team_id, "key_id": key_id, "base_url": base_url}
    for name, sample in SAMPLES.items():
        text = text.replace(sample, own[name])
    return text
