"""The files in `deploy/` name existing settings, ports, paths and programs."""

import json
import re
import tomllib
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml

from trigpoint import __version__
from trigpoint.settings import PREFIX, ROWS, SECRETS, Settings
from trigpoint.web.portal.frame.guards import SECRET_LINKS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
CHECKS = DEPLOY / "check"
FILES = sorted(
    path for path in DEPLOY.rglob("*") if path.is_file() and CHECKS not in path.parents and path.suffix != ".pyc"
)
PORT = str(Settings(Path()).port)
KNOWN = {"HOME", *(row.name.upper() for row in ROWS), *(f"{name.upper()}_FILE" for name in SECRETS)}


def texts() -> list[tuple[Path, str]]:
    return [(path, path.read_text(encoding="utf-8")) for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_named_setting_exists(path: Path) -> None:
    named = set(re.findall(rf"\b{PREFIX}([A-Z_]+)\b", path.read_text(encoding="utf-8")))
    assert named - KNOWN == set()


def test_docs_deploy_names_only_existing_settings() -> None:
    page = ROOT / "docs" / "deploy.md"
    named = set(re.findall(rf"\b{PREFIX}([A-Z_]+)\b", page.read_text(encoding="utf-8")))
    assert named
    assert named - KNOWN == set()


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix in {".yaml", ".yml", ".json", ".toml"}], ids=str
)
def test_data_is_well_formed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.parent.name == "templates":
        assert text.count("{{") == text.count("}}")
    elif path.suffix == ".json":
        assert json.loads(text)
    elif path.suffix == ".toml":
        assert tomllib.loads(text)
    else:
        assert list(yaml.safe_load_all(text))


def test_the_port_is_the_default_one_everywhere() -> None:
    found = {(path.name, port) for path, text in texts() for port in re.findall(r"(?<![\d.])\d[\d.]*:(80\d\d)\b", text)}
    assert {port for _, port in found} == {PORT}, found


def test_proxies_hide_metrics_and_readiness_from_the_internet() -> None:
    for name in ("nginx.conf", "Caddyfile", "haproxy.cfg"):
        text = (DEPLOY / "proxies" / name).read_text(encoding="utf-8")
        assert all(path in text for path in ("/metrics", "/readyz")), name


def test_the_access_log_of_nginx_leaves_out_links_with_secrets() -> None:
    text = (DEPLOY / "proxies" / "nginx.conf").read_text(encoding="utf-8")
    secret = re.search(r"~(\S+) 0;", text)
    assert secret is not None
    links = [f"/{first}/{'x' * 43}" for first in SECRET_LINKS]
    paths = [
        *links,
        *(f"/sign-in?next={link}" for link in links),
        *(f"/sign-in?{urlencode({'next': link})}" for link in links),
    ]
    assert [path for path in (*paths, "/teams/K5GNLXS2QT/keys") if re.search(secret[1], path)] == paths
    assert "access_log /var/log/nginx/access.log combined if=$trigpoint_logged;" in text


def test_units_run_the_program_where_docs_deploy_installs_it() -> None:
    for unit in (DEPLOY / "systemd").glob("*.service"):
        commands = re.findall(r"^Exec\w+=-?(\S+)", unit.read_text(encoding="utf-8"), re.MULTILINE)
        assert {str(Path(command).parent) for command in commands} == {"/opt/trigpoint/bin"}, unit.name


def test_a_unit_waits_longer_than_a_graceful_stop_may_take() -> None:
    unit = (DEPLOY / "systemd" / "trigpoint.service").read_text(encoding="utf-8")
    example = (DEPLOY / "systemd" / "trigpoint.env").read_text(encoding="utf-8")
    wait = int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0])
    drain = int(re.findall(r"DRAIN_SECONDS=(\d+)", example)[0])
    assert wait > drain + 10


def test_the_import_unit_allows_jit_compilation_and_the_server_unit_does_not() -> None:
    """The builder of routes ends with a panic where memory cannot be written and then executed (LuaJIT)."""
    denies = "\nMemoryDenyWriteExecute=yes\n"
    assert denies in (DEPLOY / "systemd" / "trigpoint.service").read_text(encoding="utf-8")
    for name in ("trigpoint-import", "trigpoint-update"):
        assert denies not in (DEPLOY / "systemd" / f"{name}.service").read_text(encoding="utf-8")


def test_the_chart_names_the_version_of_the_program() -> None:
    chart = yaml.safe_load((DEPLOY / "helm" / "trigpoint" / "Chart.yaml").read_text(encoding="utf-8"))
    assert chart["appVersion"] == __version__


def test_the_image_listens_at_its_exposed_port_and_checks_its_health_by_its_own_command() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert f"\nEXPOSE {PORT}\n" in text
    assert '"/opt/trigpoint/bin/trigpoint", "healthcheck"]' in text
    assert "\nUSER 10001:0\n" in text
    entries = re.findall(r"^(?:ENTRYPOINT|CMD) (.*)$", text, re.MULTILINE)
    assert [json.loads(entry) for entry in entries] == [["/opt/trigpoint/bin/trigpoint"], ["serve"]]


def test_files_that_docs_deploy_copies_exist() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w./])((?:deploy|locks)/[\w./-]+)", page))
    assert len(named) > 8
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_files_that_the_image_copies_exist_and_are_not_ignored() -> None:
    ignore = (ROOT / ".containerignore").read_text(encoding="utf-8")
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8") == ignore  # docker reads no other name
    let_through = re.findall(r"^!(.+)$", ignore, re.MULTILINE)
    for sources in re.findall(
        r"^COPY (?!--from)(.*) \S+$", (DEPLOY / "Containerfile").read_text("utf-8"), re.MULTILINE
    ):
        for source in sources.split():
            assert (ROOT / source).exists(), source
            assert any(source == name or source.startswith(f"{name}/") for name in let_through), source
