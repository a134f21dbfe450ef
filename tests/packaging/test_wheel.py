"""What is built for the package index has everything that an installation needs, and nothing else."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import httpx
import pytest

from commands import trigpoint
from served import a_server

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "https://example.org/maps/trigpoint"
MOST_MB = 60
"""What the SDK and the command line may take, with all that they need, without the bytecode that pip compiles."""


def build(folder: Path, *, source: str = "") -> tuple[Path, Path]:
    """Build a wheel and an sdist as `make dist` does; return their paths."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder],
        cwd=ROOT,
        env={"TRIGPOINT_SOURCE_URL": source, "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return build(tmp_path_factory.mktemp("dist"), source=SOURCE)


@pytest.fixture(scope="module")
def unpacked(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(built[0]) as wheel:
        wheel.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def told(unpacked: Path) -> Message:
    (metadata,) = unpacked.glob("*.dist-info/METADATA")
    return HeaderParser().parsestr(metadata.read_text(encoding="utf-8"))


def tracked(*paths: str) -> set[str]:
    listed = subprocess.run(["git", "ls-files", *paths], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(listed.stdout.splitlines())


def test_the_wheel_has_every_file_of_the_program_and_no_other(unpacked: Path) -> None:
    found = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    program = {name for name in found if name.startswith("trigpoint/")}
    committed = {path.removeprefix("src/") for path in tracked("src/trigpoint") if (ROOT / path).is_file()}
    assert committed - program == set()
    ours = {name for name in program - committed if not (ROOT / "src" / name).is_file()}  # not yet committed is fine
    assert ours == {"trigpoint/engines/sample_region/Helsinki.osm.pbf"}
    about = found - program
    assert {re.sub(r"^trigpoint-[\d.]+\.dist-info/", "", name) for name in about} == {
        "METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "licenses/docs/third-party.md",
    }  # fmt: skip


def test_static_files_templates_migrations_and_licences_are_in_the_wheel(unpacked: Path) -> None:
    for name in (
        "py.typed",
        "engines/sample_region/LICENCE.txt",
        "engines/tiles/world/world.pmtiles",
        "store/migrations/versions/0001_credentials.py",
        "web/mapkit/static/fonts/LICENSE.txt",
        "web/portal/recipes/sign.sh",
        "maps/address_formats.toml",
        "maps/subdivisions.toml",
        "maps/words/zh-Hant.toml",
        "web/portal/static/portal.css",
        "web/portal/templates/frame/base.html",
    ):
        assert (unpacked / "trigpoint" / name).is_file(), name


def test_the_built_files_contain_no_secret(unpacked: Path) -> None:
    told = trigpoint("scan", unpacked)
    assert told.code == 0, told.out


def test_the_sdist_is_what_the_wheel_is_built_from(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    tops = {name.partition("/")[0] for name in names}
    assert tops == {
        ".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "SECURITY.md", "docs", "hatch_build.py",
        "pyproject.toml", "sample", "src",
    }  # fmt: skip
    assert tracked("src") - names == set()


def test_a_wheel_built_from_the_sdist_is_the_same(built: tuple[Path, Path], tmp_path: Path) -> None:
    with tarfile.open(built[1]) as sdist:
        sdist.extractall(tmp_path, filter="data")
    (root,) = tmp_path.iterdir()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(command, cwd=root, env={"PATH": "/usr/bin:/bin"}, check=True, capture_output=True)
    assert next(tmp_path.glob("*.whl")).read_bytes() == built[0].read_bytes()


def test_the_readme_on_the_index_has_links_that_work_there(told: Message) -> None:
    page = str(told.get_payload())
    targets = re.findall(r"\]\(([^)]+)\)", page)
    assert targets
    for target in targets:
        assert re.match(r"https?://|#", target), target
        if target.startswith(SOURCE):
            path = re.sub(r"^/(blob|raw)/v[\d.]+/", "", target.removeprefix(SOURCE))
            assert (ROOT / path.partition("#")[0]).exists(), target
    assert told.get_all("Project-URL") == [
        f"Source, {SOURCE}",
        f"Documentation, {SOURCE}/blob/main/docs/README.md",
        f"Changelog, {SOURCE}/blob/main/CHANGELOG.md",
        f"Issues, {SOURCE}/issues",
    ]


def test_without_a_known_repository_links_become_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    import hatch_build

    text = "![A map](docs/map.png)See [the docs](docs/a.md#b), [OSM](https://osm.org) and [here](#x)."
    assert hatch_build.make_links_absolute(text, source=None, tag="v1") == (
        "See the docs, [OSM](https://osm.org) and [here](#x)."
    )
    assert hatch_build.make_links_absolute(text, source="https://h/r", tag="v1") == (
        "![A map](https://h/r/raw/v1/docs/map.png)See [the docs](https://h/r/blob/v1/docs/a.md#b), "
        "[OSM](https://osm.org) and [here](#x)."
    )


def test_the_metadata_names_extras_licence_and_types(told: Message) -> None:
    assert told["License-Expression"] == "Apache-2.0"
    assert "Typing :: Typed" in told.get_all("Classifier", [])
    assert {"server", "routes", "tiles", "postgres", "pytest", "all"} <= set(told.get_all("Provides-Extra", []))
    base = [one for one in told.get_all("Requires-Dist", []) if "extra ==" not in one]
    assert sorted(base) == sorted(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"])


def test_the_sdk_and_the_command_line_take_at_most_60_mb(unpacked: Path) -> None:
    size = sum(path.stat().st_size for path in unpacked.rglob("*") if path.is_file())
    base = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    for name in needed_by(base):
        paths = [Path(str(file.locate())) for file in distribution(name).files or ()]
        size += sum(path.stat().st_size for path in paths if path.suffix != ".pyc" and path.is_file())
    assert size < MOST_MB * 1e6, f"{size / 1e6:.1f} MB"
    assert size > 20e6  # something was measured


def needed_by(requirements: list[str]) -> set[str]:
    """Name the installed packages that requirements need, and what those need in turn."""
    needed: set[str] = set()
    left = list(requirements)
    while left:
        one = left.pop()
        name = re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", one)[0]).lower()
        if name in needed or "extra ==" in one:
            continue
        try:
            left += distribution(name).requires or []
        except PackageNotFoundError:
            continue  # for another system
        needed.add(name)
    return needed


def test_a_server_from_the_wheel_greets_with_an_address_that_answers(unpacked: Path, tmp_path: Path) -> None:
    """In an empty home, without a check-out, the sample comes out of the wheel."""
    python = [sys.executable, "-c", "from trigpoint.engines.sample import find_sample; print(find_sample())"]
    found = subprocess.run(python, env={"PYTHONPATH": str(unpacked)}, capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(unpacked))
    with a_server(tmp_path / "home", forked=False, PYTHONPATH=str(unpacked)) as served:
        log = served.log.read_text()
        assert "Answers from Helsinki.osm.pbf. © OpenStreetMap contributors" in log
        path = re.search(rf"'{served.url}(/v1/geocode\?q=[^']+)'", log)
        assert path is not None, log
        served.trigpoint("team", "create", "My Company", "--team", "K5GNLXS2QT")
        served.trigpoint(
            "maps-id", "register", "maps.com.example.app", "--team", "K5GNLXS2QT", "--description", "My app"
        )
        ids = ("--team", "K5GNLXS2QT", "--maps-id", "maps.com.example.app")
        assert served.trigpoint("key", "create", "My key", *ids, "--out", str(tmp_path)).returncode == 0
        (key,) = tmp_path.glob("AuthKey_*.p8")
        auth = served.trigpoint("token", "create", "--team", "K5GNLXS2QT", "--private-key", str(key)).stdout.strip()
        token = httpx.get(f"{served.url}/v1/token", headers={"authorization": f"Bearer {auth}"}).json()["accessToken"]
        assert served.get(path[1], token).json()["results"]
