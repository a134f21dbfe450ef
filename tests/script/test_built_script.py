"""mapkit.js as it is committed: the same as its sources build, small enough, and compressed beside itself."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from script_places import BUILT, SOURCES

OWN_BYTES = 90_000
ALL_BYTES = 420_000


def _built_files(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.suffix in {".js", ".mjs"}]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_the_sources_build_the_committed_bytes(node: str, tmp_path: Path) -> None:
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=SOURCES, check=True, capture_output=True)
    assert _built_files(tmp_path) == _built_files(BUILT), "Run `npm run build` in script/ and commit what it writes."


def test_compressed_files_give_back_the_plain_ones() -> None:
    for name, plain in _built_files(BUILT).items():
        assert gzip.decompress((BUILT / f"{name}.gz").read_bytes()) == plain
        assert (BUILT / f"{name}.br").stat().st_size < len(plain)


def test_our_own_code_is_at_most_90_kb_compressed() -> None:
    own = [BUILT / "mapkit.js.gz", *BUILT.glob("assets/libraries-*.mjs.gz")]
    assert all(path.stat().st_size <= OWN_BYTES for path in own)


def test_everything_for_a_map_is_at_most_420_kb_compressed() -> None:
    chunks = [BUILT / "mapkit.js.gz", *BUILT.glob("assets/maplibre-*.mjs.gz"), *BUILT.glob("assets/shared-*.mjs.gz")]
    assert len(chunks) == 4
    assert sum(path.stat().st_size for path in chunks) <= ALL_BYTES


def test_types_check_and_no_new_member_of_apples_types_is_missing(node: str) -> None:
    done = subprocess.run([node, "coverage.mjs"], cwd=SOURCES, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_unit_tests_of_the_script_pass(node: str) -> None:
    command = [node, "node_modules/vitest/vitest.mjs", "run"]
    done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("word", ["http:", "https:", "git+", "resolved"])
def test_the_lock_holds_hashes_and_no_addresses(word: str) -> None:
    assert word not in (SOURCES / "package-lock.json").read_text()


def test_every_package_of_the_lock_has_its_hash() -> None:
    packages = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    assert all(entry["integrity"].startswith("sha512-") for name, entry in packages.items() if name)
