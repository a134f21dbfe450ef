"""The docs say what the code does."""

import re
import runpy
from pathlib import Path

import pytest

from trigpoint import __version__

ROOT = Path(__file__).resolve().parents[2]


def test_refusals_page_is_written_from_the_reasons() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "write_refusals.py"))
    expected = tool["page"]()
    assert (ROOT / "docs" / "refusals.md").read_text(encoding="utf-8") == expected, "run tools/write_refusals.py"


PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_files_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text) if link]
    code = re.findall(r"`(?:python )?((?:src|tests|tools|bench|docs|locks)/[\w./-]+)", text)
    missing = [link for link in links if not (page.parent / link).exists()]
    missing += [path for path in code if not (ROOT / path).exists()]
    assert not missing


def test_the_recipes_name_files_that_exist() -> None:
    """Paths in CONTRIBUTING.md are below src/trigpoint, unless they begin with another folder of the repository."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = [
        name for name in re.findall(r"`([\w./-]+\.(?:py|md|html))`", text) if "NAME" not in name and "TAG" not in name
    ]
    assert len(named) > 30
    homes = (ROOT, ROOT / "src" / "trigpoint")
    rooms = [ROOT / "src" / "trigpoint" / room for room in ("web/portal", "web/portal/templates/frame")]
    assert [name for name in named if not any((home / name).exists() for home in (*homes, *rooms))] == []


def test_the_index_of_the_documents_lists_each_of_them() -> None:
    text = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", text))
    assert linked == {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}, "docs/README.md lists them"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_to_a_heading_finds_it(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:\s]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        heads = (page.parent / target if target else page).read_text(encoding="utf-8")
        slugs = [
            re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-")
            for head in heads.splitlines()
            if head[:1] == "#"
        ]
        assert anchor.lower() in slugs, f"{target}#{anchor}"


@pytest.mark.parametrize("module", ["web/v1/pipeline.py", "web/mapkit/bootstrap.py", "authority/keys.py"])
def test_the_numbered_steps_are_those_of_the_flows(module: str) -> None:
    code = (ROOT / "src" / "trigpoint" / module).read_text(encoding="utf-8")
    steps = re.findall(r"# (\d\. .+)", code)
    assert steps
    flows = (ROOT / "docs" / "flows.md").read_text(encoding="utf-8").splitlines()
    assert [step for step in steps if step not in flows] == []


def test_the_tree_names_every_package() -> None:
    page = (ROOT / "docs" / "tree.md").read_text(encoding="utf-8")
    named = {name.rsplit("/", 1)[-1] for name in re.findall(r"`([\w/]+?)/?`", page)}
    packages = {path.parent.name for path in (ROOT / "src").rglob("__init__.py")} - {"trigpoint"}
    mirrors = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert sorted(packages - named) == []
    assert sorted(mirrors - packages - named - {"settings"}) == []


def test_the_version_is_the_newest_one_of_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[([^]]+)\](?: - (\d{4}-\d\d-\d\d))?$", text, re.MULTILINE)
    assert len(versions) == len(dict(versions)) == len(re.findall(r"^## ", text, re.MULTILINE))
    assert versions[0] == ("Unreleased", "")
    newest, day = versions[1]
    assert (newest, bool(day)) == (__version__, True)
