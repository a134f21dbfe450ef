"""Every metric in the alert rules and the dashboard is exported by a running server."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from journeys.conftest import Installer
from served import Served

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PROMETHEUS = {"instance", "job", "le"}
"""Labels that Prometheus adds, and that of buckets."""


def read(name: str) -> Any:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else yaml.safe_load(text)


def expressions(data: Any) -> list[str]:
    """Find every expression of Prometheus."""
    if isinstance(data, dict):
        own = [data["expr"]] if isinstance(data.get("expr"), str) else []
        return own + [found for value in data.values() for found in expressions(value)]
    return [found for one in data for found in expressions(one)] if isinstance(data, list) else []


@pytest.fixture(scope="module")
def told(server: Served) -> dict[str, set[str]]:
    """The names of all metrics that a server exports, each with its labels."""
    deadline = time.monotonic() + 60
    while True:
        found: dict[str, set[str]] = {}
        for line in server.get("/metrics").text.splitlines():
            if not line.startswith("#"):
                name, labels = re.fullmatch(r"(\w+)(?:\{(.*)\})? \S+", line).groups()  # type: ignore[union-attr]
                found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels or ""))
        if "trigpoint_quota_left" in found and "trigpoint_refusals_total" in found:
            return found
        assert time.monotonic() < deadline, sorted(found)
        time.sleep(0.1)


@pytest.fixture(scope="module", autouse=True)
def _calls(server: Served, installer: Installer, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One call that is limited and one that is refused, so that every metric is exported."""
    key = installer.key(tmp_path_factory.mktemp("monitored"))
    server.trigpoint("quota", "set", "--team", key.team_id, "--key", key.key_id, "--service-calls", "100")
    access = server.get("/v1/token", key.signer.sign()).json()["accessToken"]
    assert server.get("/v1/geocode?q=Mannerheimintie+5,+Helsinki", access).status_code == 200
    assert server.get("/v1/geocode?q=a", "none").status_code == 401


@pytest.mark.parametrize("name", ["prometheus-alerts.yml", "grafana-dashboard.json"])
def test_every_required_metric_is_present_with_its_labels(name: str, told: dict[str, set[str]]) -> None:
    asked = expressions(read(name))
    assert len(asked) > 5
    for expression in asked:
        metrics = set(re.findall(r"\btrigpoint_\w+", expression))
        assert metrics or "up{" in expression, expression
        assert metrics - told.keys() == set(), expression
        labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", expression))
        labels |= {label for by in re.findall(r"by \(([^)]*)\)", expression) for label in re.split(r",\s*", by)}
        known = set().union(*(told[metric] for metric in metrics), PROMETHEUS)
        assert labels - known == set(), expression


def test_the_dashboard_shows_every_metric(told: dict[str, set[str]]) -> None:
    asked = " ".join(expressions(read("grafana-dashboard.json")))
    families = {re.sub(r"_(bucket|count|sum)$", "", name) for name in told}
    assert {family for family in families if family not in asked} == set()


def test_the_legend_of_a_panel_names_labels_that_remain() -> None:
    for panel in read("grafana-dashboard.json")["panels"]:
        for target in panel.get("targets", []):
            shown = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            kept = {label for by in re.findall(r"by \(([^)]*)\)", target["expr"]) for label in re.split(r",\s*", by)}
            assert shown <= (kept or {"instance"}), panel["title"]
