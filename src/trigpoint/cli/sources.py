"""The files that a map or a road network is built from: those that were named, or the sample's."""

from pathlib import Path
from typing import Annotated

import typer

from trigpoint.base.errors import InvalidError, NotFoundError

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
