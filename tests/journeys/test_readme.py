"""The commands of the README give a geocoded address, and after the revocation an explained 401."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from served import TRIGPOINT, a_server

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "http://127.0.0.1:8060"


def walk() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- walk:.*?```sh\n(.*?)```\n<!-- end of the walk -->", text, re.DOTALL)
    assert found is not None
    return found[1]


def json_answers(told: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told.splitlines() if line.startswith("{")]


def test_the_commands_of_the_readme_work(tmp_path: Path) -> None:
    here = tmp_path / "checkout"
    (here / ".venv").mkdir(parents=True)
    (here / ".venv" / "bin").symlink_to(TRIGPOINT.parent)
    with a_server(tmp_path / "home", "--workers", "2", forked=False) as server:
        script = walk().replace(ADDRESS, server.url)
        environment = {"PATH": os.environ["PATH"], **server.environment}
        told = subprocess.run(
            ["bash", "-eu"], input=script, cwd=here, env=environment, capture_output=True, text=True, check=False
        )
    assert told.returncode == 0, told.stderr
    exchanged, found, refused = json_answers(told.stdout)
    assert exchanged["expiresInSeconds"] == 1800
    best = found["results"][0]
    assert best["name"].startswith("Mannerheimintie 5")
    assert best["structuredAddress"]["locality"] == "Helsinki"
    assert best["countryCode"] == "FI"
    assert abs(best["coordinate"]["latitude"] - 60.168) < 0.005
    (key_file,) = here.glob("AuthKey_*.p8")
    reason = refused["error"]["details"][0]
    assert refused["error"]["message"] == "Not Authorized"
    assert re.match(
        rf"KEY_REVOKED: The key {key_file.name[8:18]} was revoked on \d+ \w+ \d{{4}}, .*\(compromised\)\.", reason
    )
