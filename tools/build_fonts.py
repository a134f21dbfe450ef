"""Downloads the map's fonts (Inter and Noto, unchanged, from npm's @fontsource) into the package.

    python tools/build_fonts.py        needs npm

The table in `src/trigpoint/maps/style/fonts.py` lists them. Their licence (OFL 1.1) is stored with them.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "src/trigpoint/web/mapkit/static/fonts"
VERSION = "5.3.0"
sys.path.insert(0, str(ROOT / "src"))

from trigpoint.maps.style.fonts import file_names  # noqa: E402 -- found by the line above, without an installation


def main() -> None:
    """Fetch each package once, and copy what the table names."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    licences: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in file_names():
            package = package_of(name)
            unpacked = fetch(package, Path(scratch))
            shutil.copy(unpacked / "files" / name, FOLDER / name)
            licences[package] = (unpacked / "LICENSE").read_text(encoding="utf-8").strip()
    first_lines = [text.split("\n", 1)[0] for text in licences.values()]
    terms = licences["inter"].split("\n", 1)[1]
    (FOLDER / "LICENSE.txt").write_text("\n".join(sorted(set(first_lines))) + "\n" + terms + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(len(licences), "packages,", len(file_names()), "files,", size, "bytes")


def package_of(name: str) -> str:
    """Name the package of a file: `noto-sans-thai` of `noto-sans-thai-thai-400-normal.woff2`."""
    return "inter" if name.startswith("inter-") else "-".join(name.split("-")[:3])


def fetch(package: str, scratch: Path) -> Path:
    """Fetch a package with npm, unless it is there already, and give the folder that it was unpacked into."""
    folder = scratch / package
    if not folder.exists():
        folder.mkdir()
        command = [shutil.which("npm") or "npm", "pack", "--silent", f"@fontsource/{package}@{VERSION}"]
        packed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
        with tarfile.open(folder / packed.stdout.strip()) as archive:
            archive.extractall(folder, filter="data")
    return folder / "package"


if __name__ == "__main__":
    main()
