"""The source files of an import or build: those on the command line, or the sample."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from trigpoint.base.errors import InvalidError, NotFoundError
from trigpoint.cli import output
from trigpoint.engines.ownership import give_to_owner
from trigpoint.engines.progress import Progress
from trigpoint.engines.under_way import announced
from trigpoint.settings import read_settings

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE…", help="OpenStreetMap files: .osm.pbf, .osm, .osm.xml, .osm.gz, .osm.bz2."),
]
Sample = Annotated[bool, typer.Option("--sample", help="Build the sample region, the centre of Helsinki.")]


def choose_sources(files: list[Path] | None, *, sample: bool, example: str) -> list[Path]:
    """Return the source files; `example` is the command to show in an error.

    Raises InvalidError for both files and --sample, or neither, NotFoundError if the sample is not installed.
    """
    from trigpoint.engines.sample import INSTALL, find_sample

    if sample == bool(files):
        raise InvalidError("FILE", "one or more files, or --sample alone", example=example)
    if not sample:
        return list(files or [])
    found = find_sample()
    if found is None:
        raise NotFoundError(f"{INSTALL}, or name a file.")
    return [found]


def data_to_write() -> Path:
    """Return the map data folder for writing, and create it: for its owner only, unless TRIGPOINT_DATA is set."""
    settings = read_settings()
    if settings.data is None:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # it also has the credentials
    else:
        settings.data.mkdir(parents=True, exist_ok=True)
    return settings.data_folder


@contextmanager
def import_shown(title: str, what: str) -> Iterator[Progress]:
    """Show the progress of an import, in the terminal and, through the data folder, in `/readyz` of the servers.

    At the end, what it has created there as root is given to the owner of the folder.
    """
    data = data_to_write()
    try:
        with output.progress(title, total=1.0) as show, announced(data, what) as say:

            def tell(done: float, step: str) -> None:
                show(done, step=step)
                say(done, step)

            yield tell
    finally:
        give_to_owner(data)
