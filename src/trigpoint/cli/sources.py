"""The files that a map or a road network is built from: those that were named, or the sample's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from trigpoint.base.errors import InvalidError, NotFoundError
from trigpoint.cli import output
from trigpoint.engines.progress import Progress
from trigpoint.engines.under_way import announced
from trigpoint.settings import read_settings

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE…", help="OpenStreetMap files: .osm.pbf, .osm, .osm.xml, .osm.gz, .osm.bz2."),
]
Sample = Annotated[bool, typer.Option("--sample", help="Build the sample region, the centre of Helsinki.")]


def choose_sources(files: list[Path] | None, *, sample: bool, example: str) -> list[Path]:
    """Give the files to build from; `example` is the command that an error shows.

    Raises InvalidError for files beside --sample or neither, NotFoundError where the sample is not installed.
    """
    from trigpoint.engines.sample import find_sample

    if sample == bool(files):
        raise InvalidError("FILE", "one or more files, or --sample alone", example=example)
    if not sample:
        return list(files or [])
    found = find_sample()
    if found is None:
        raise NotFoundError("The sample is not installed here; 'python3 tools/setup.py' installs it.")
    return [found]


def data_to_write() -> Path:
    """Give the folder of the map data, for an import to write to; a new one apart from the home may be read by all."""
    settings = read_settings()
    if settings.data is None:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # a new home is its owner's alone
    else:
        settings.data.mkdir(parents=True, exist_ok=True)
    return settings.data_folder


@contextmanager
def import_shown(title: str, what: str) -> Iterator[Progress]:
    """Show how far an import is, here and, through the data folder, in `/readyz` of the servers that read it."""
    with output.progress(title, total=1.0) as show, announced(data_to_write(), what) as say:

        def tell(done: float, step: str) -> None:
            show(done, step=step)
            say(done, step)

        yield tell
