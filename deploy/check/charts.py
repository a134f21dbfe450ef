"""Checks of the chart (rendered by Helm), the compose file (read by Docker Compose), and PromQL expressions (parsed)."""

import json
import subprocess
from pathlib import Path
from typing import Any

from common import DEPLOY, TOOLS, FailedError, MissingError, find, require, run, scratch

VERSIONS = ("1.25", "1.29", "1.34", "1.37")
"""Versions of Kubernetes: the oldest that the chart supports, up to the newest whose schemas are available."""
EVERYTHING: dict[str, Any] = {
    "settings": {"TRIGPOINT_URL": "https://maps.example.com", "TRIGPOINT_DRAIN_SECONDS": "10"},
    "secret": {"name": "kept", "metricsToken": True},
    "dataJob": {"fetch": {"url": "https://example.com/region.zip", "sha256": "0" * 64}},
    "ingress": {"enabled": True, "className": "nginx", "tlsSecret": "maps-tls", "annotations": {"a/b": "c"}},
    "networkPolicy": {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}]},
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "nodeSelector": {"kubernetes.io/arch": "amd64"},
    "tolerations": [{"key": "maps", "operator": "Exists"}],
    "podAnnotations": {"note": "1"},
    "podLabels": {"tier": "maps"},
}
RENDERED: tuple[dict[str, Any], ...] = (
    {},
    {"replicas": 1, "migrateJob": {"enabled": False}, "data": {"existingClaim": "mine"}},
    {"openshift": True, "dataJob": {"import": {"extractsClaim": "extracts", "files": ["region.osm.pbf"]}}},
    {"updateJob": {"enabled": True, "schedule": "@daily"}},
    {"openshift": True, "updateJob": {"enabled": True, "schedule": "15 2 * * 1-5"}},
    EVERYTHING,
)
REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"replica": 3}, "replica"),
    ({"settings": {"TRIGPOINT_MASTER_KEY": "secret"}}, "TRIGPOINT_MASTER_KEY"),
    ({"settings": {"PORT": "8060"}}, "PORT"),
    ({"dataJob": {"fetch": {"url": "ftp://example.com"}}}, "url"),
    ({"serviceMonitor": {"enabled": True}}, "metrics-token"),
    ({"dataJob": {"import": {"extractsClaim": "extracts"}}}, "files"),
    (
        {"dataJob": {"fetch": {"url": "https://a.example"}, "import": {"extractsClaim": "b", "files": ["c"]}}},
        "not both",
    ),
    ({"updateJob": {"enabled": True, "schedule": "at night"}}, "schedule"),
    ({"updateJob": {"enabled": True}, "dataJob": {"fetch": {"url": "https://a.example"}}}, "where it is built"),
)


def check_chart() -> str:
    """Render the chart with several values, and try some that it must refuse."""
    kinds: set[str] = set()
    for values in RENDERED:
        code, told = render(values)
        require(code == 0, f"with {values}: {told}")
        objects = json.loads(told)["objects"]
        kinds |= {one["kind"] for one in objects}
        look_at(objects, values)
    for values, word in REFUSED:
        code, told = render(values)
        require(code == 1 and word in told, f"{values} should be refused because of {word!r}: {told[:500]}")
    return f"{', '.join(sorted(kinds))} fit Kubernetes {VERSIONS[0]} to {VERSIONS[-1]}; {len(REFUSED)} wrong values refused"


def render(values: dict[str, Any]) -> tuple[int, str]:
    """Render in the environment of the tools; give the exit code and what it printed."""
    python = TOOLS / "bin" / "python"
    if not python.exists() or not list(TOOLS.glob("lib/python3*/site-packages/helm_python")):
        raise MissingError("no Helm here; 'make check-deploy' installs it from locks/deploy.txt (Linux on x86_64)")
    request = json.dumps({"values": values, "versions": VERSIONS})
    script = Path(__file__).with_name("rendering.py")
    done = subprocess.run([python, script], input=request, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def look_at(objects: list[dict[str, Any]], values: dict[str, Any]) -> None:
    """Check that every pod fits into restricted namespaces, and that servers have probes."""
    named = {(one["kind"], one["metadata"]["name"]): one for one in objects}
    server = named["Deployment", "trigpoint"]["spec"]
    require(("PodDisruptionBudget", "trigpoint") in named or server["replicas"] == 1, "no disruption budget")
    container = server["template"]["spec"]["containers"][0]
    probes = {name: container[name]["httpGet"]["path"] for name in ("readinessProbe", "livenessProbe", "startupProbe")}
    require(
        probes == {"readinessProbe": "/readyz", "livenessProbe": "/healthz", "startupProbe": "/healthz"}, str(probes)
    )
    data = next(mount for mount in container["volumeMounts"] if mount["mountPath"] == "/data")
    require(data.get("readOnly") is True, "the servers may write to the map data")
    drain = values.get("settings", {}).get("TRIGPOINT_DRAIN_SECONDS", "10")
    grace = server["template"]["spec"]["terminationGracePeriodSeconds"]
    require(grace > int(drain) + 10, f"a stop may take longer than the {grace} s that it is given")
    for one in objects:
        if one["kind"] in {"Deployment", "Job", "CronJob"}:
            spec = one["spec"]["jobTemplate"]["spec"] if one["kind"] == "CronJob" else one["spec"]
            look_at_pod(spec["template"]["spec"], named_by_platform=bool(values.get("openshift")))


def look_at_pod(pod: dict[str, Any], *, named_by_platform: bool) -> None:
    """Check a pod against the Pod Security Standard `restricted`, and some further rules."""
    outer = pod["securityContext"]
    require(outer["runAsNonRoot"] is True, "it may run as root")
    require(outer["seccompProfile"] == {"type": "RuntimeDefault"}, "no seccomp profile")
    require(named_by_platform == ("runAsUser" not in outer), "the user is named where the platform names it, or not")
    require(pod["automountServiceAccountToken"] is False, "it gets a token of the cluster")
    for container in pod["containers"]:
        inner = container["securityContext"]
        require(inner["allowPrivilegeEscalation"] is False, "privileges may grow")
        require(inner["readOnlyRootFilesystem"] is True, "its files may be written")
        require(inner["capabilities"] == {"drop": ["ALL"]}, "it has capabilities")
        secrets = [one["name"] for one in container["env"] if "MASTER" in one["name"] or "TOKEN" in one["name"]]
        require(all(name.endswith("_FILE") for name in secrets), f"a secret in the environment: {secrets}")
    for volume in pod["volumes"]:
        require("secret" not in volume or volume["secret"]["defaultMode"] == 0o440, "a secret that all may read")


def check_compose() -> str:
    """Let Docker Compose read the compose file with every profile."""
    program = find("docker-compose", install="Docker Compose, or run 'make check-deploy', which brings it along")
    with scratch() as folder:
        for name in ("database_url", "master_key", "postgres_password"):
            (folder / name).write_text("x")
        command = [program, "--file", str(DEPLOY / "compose.yaml"), "--profile", "*", "config", "--format", "json"]
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "SECRETS": str(folder)}
        told = run(command, environment=environment)
    services = json.loads(told[told.index("{") :])["services"]
    for name in ("trigpoint", "importer"):
        one = services[name]
        restricted = (one["user"], one["read_only"], one["cap_drop"], one["security_opt"])
        require(restricted == ("10001:0", True, ["ALL"], ["no-new-privileges:true"]), f"{name}: {restricted}")
    mounts = {mount["target"]: mount for mount in services["trigpoint"]["volumes"]}
    require(mounts["/data"].get("read_only") is True, "the server may write to the map data")
    require(services["trigpoint"]["ports"][0]["host_ip"] == "127.0.0.1", "the server is open to the network")
    return f"Docker Compose reads {', '.join(sorted(services))}"


def check_expressions() -> str:
    """Let the parser of PromQL read every expression of the alert rules and the dashboard."""
    python = TOOLS / "bin" / "python"
    if not list(TOOLS.glob("lib/python3*/site-packages/promql_parser")):
        raise MissingError("no parser of PromQL here; 'make check-deploy' installs it from locks/deploy.txt")
    script = (
        "import json, sys, yaml, promql_parser\n"
        "def find(data):\n"
        "    if isinstance(data, dict):\n"
        "        yield from ([data['expr']] if isinstance(data.get('expr'), str) else [])\n"
        "        data = list(data.values())\n"
        "    if isinstance(data, list):\n"
        "        for one in data: yield from find(one)\n"
        "found = [one for path in sys.argv[1:] for one in find(yaml.safe_load(open(path)))]\n"
        "for one in found: promql_parser.parse(one.replace('$__rate_interval', '5m'))\n"
        "print(len(found))\n"
    )
    files = [DEPLOY / "prometheus-alerts.yml", DEPLOY / "grafana-dashboard.json"]
    done = subprocess.run([python, "-c", script, *files], capture_output=True, text=True, check=False)
    if done.returncode:
        raise FailedError(done.stderr[-2000:])
    return f"{done.stdout.strip()} expressions of Prometheus are well formed"
