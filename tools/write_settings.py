"""Write `docs/settings.md` from the rows of `trigpoint.settings`: `.venv/bin/python tools/write_settings.py`."""

from dataclasses import fields
from pathlib import Path

from trigpoint.settings import PREFIX, ROWS, SECRETS, Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"

HEAD = """# Settings

Each setting is an environment variable, or a line of `trigpoint.toml` in the data folder, there in lower case and without
the prefix (`port = 8060`). A variable overrides the file, and an option of a command overrides both. An unknown line in the
file is an error; for an unknown variable, `trigpoint serve` prints a warning.

`TRIGPOINT_HOME` is the data folder: by default `~/.local/share/trigpoint` on Linux (or below `XDG_DATA_HOME`), and
`~/Library/Application Support/Trigpoint` on macOS. It contains the state (database, keys, metrics) and the map data. With
`TRIGPOINT_DATA` the map data has its own folder, which imports write and servers only read
([one data folder for many servers](data.md#one-build-many-servers)).

A secret can be read from a file, as containers and service managers provide it: `TRIGPOINT_MASTER_KEY_FILE=/run/secrets/key`,
and in the same way {others}.
The file of the master key may be readable by its owner only (`chmod 400`), and by a group that the process belongs to (`440`).

| variable | what it does | default | example |
|---|---|---|---|
"""


def page() -> str:
    """Give the text of the page."""
    others = [f"`_{name.upper()}`" for name in SECRETS if name != "master_key"]
    head = HEAD.replace("{others}", f"{', '.join(others[:-1])} and {others[-1]}")
    return head + "".join(
        f"| `{PREFIX}{row.name.upper()}` | {row.purpose} | {default_of(row.name)} | `{row.example}` |\n" for row in ROWS
    )


def default_of(name: str) -> str:
    """Give the default of a setting as it would be written in the environment; nothing for one that is unset."""
    (default,) = (one.default for one in fields(Settings) if one.name == name)
    if default is None:
        return ""
    if isinstance(default, bool | float):
        default = int(default)
    return f"`{default}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
