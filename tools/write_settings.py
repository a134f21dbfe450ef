"""Write `docs/settings.md` from the rows of `trigpoint.settings`: `.venv/bin/python tools/write_settings.py`."""

from pathlib import Path

from trigpoint.settings import PREFIX, ROWS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"

HEAD = """# Settings

Each is an environment variable, or a line of `trigpoint.toml` in the data folder under its name in small letters and
without the prefix (`port = 8060`). A variable wins over the file, an option of a command over both. An unknown line in
the file is an error, an unknown variable a warning of `trigpoint serve`.

`TRIGPOINT_HOME` is that data folder: `~/.local/share/trigpoint` on Linux (or under `XDG_DATA_HOME`),
`~/Library/Application Support/Trigpoint` on macOS. It holds the state (database, keys, metrics) and the map data. With
`TRIGPOINT_DATA` the map data has a folder of its own, to which imports write and from which servers read
([one data folder for many servers](data.md#one-build-many-servers)).

A secret may come as a file, as containers and service managers hand it over: `TRIGPOINT_MASTER_KEY_FILE=/run/secrets/key`,
and so for `_DATABASE_URL`, `_METRICS_TOKEN`, `_TILES` and `_IMAGERY`. The file of the master key must be closed to others
(`chmod 400`, or `440` for a group that is one of the process's own).

| variable | what it does | example |
|---|---|---|
"""


def page() -> str:
    """Write the page."""
    return HEAD + "".join(f"| `{PREFIX}{row.name.upper()}` | {row.purpose} | `{row.example}` |\n" for row in ROWS)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
