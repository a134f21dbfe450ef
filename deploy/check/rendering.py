"""Renders the chart with Helm's own engine, and validates the result against Kubernetes' schemas.

Runs in the environment of `locks/deploy.txt`: values as JSON on standard input, the objects as JSON on standard output.
"""

import json
import sys
from pathlib import Path

import helm_python
import kubernetes_validate
import yaml
from helm_python import chart as charts

CHART = Path(__file__).resolve().parents[1] / "helm" / "trigpoint"
KNOWN_ELSEWHERE = {"ServiceMonitor"}
"""Kinds that exist only in clusters with an operator."""


def main() -> int:
    """Render once; exit code 1 with a message if the chart or the values are refused."""
    request = json.load(sys.stdin)
    values = request["values"]
    try:
        report = charts.lint(str(CHART), values, strict=True, namespace="maps")
        refused = [told for told in report["messages"] if told["severity"] > 1 and "icon" not in told["error"]]
        if refused or report["errors"]:
            print(f"helm lint: {refused or report['errors']}")
            return 1
        with charts.Chart.load(str(CHART)) as chart:
            chart.validate_schema(chart.merge_values(values))
            rendered = chart.render(values, name="trigpoint", namespace="maps", is_install=True, revision=1)
    except helm_python.HelmError as error:
        print(error)
        return 1
    objects = [
        one for name, text in rendered.items() if name.endswith(".yaml") for one in yaml.safe_load_all(text) if one
    ]
    for one in objects:
        if one["kind"] in KNOWN_ELSEWHERE:
            continue
        for version in request["versions"]:
            try:
                kubernetes_validate.validate(one, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                print(f"{one['kind']} {one['metadata']['name']} in Kubernetes {version}: {error}")
                return 1
    notes = [text for name, text in rendered.items() if name.endswith("NOTES.txt")]
    print(json.dumps({"objects": objects, "notes": notes}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
