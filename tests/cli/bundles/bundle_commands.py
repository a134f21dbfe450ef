"""Runs `trigpoint data` commands on bundles."""

import hashlib
from pathlib import Path

from commands import Told, trigpoint


def fetch(source: object, *options: str) -> Told:
    return trigpoint("data", "fetch", source, "--json", *options)


def of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
