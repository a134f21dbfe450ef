"""After use and misuse of a server, its log, processes and data folder contain no key, token or password."""

import re
from pathlib import Path
from typing import Any

import httpx

from served import Served

PASSWORD = "a correct horse, a battery, a staple"


def processes_below(pid: int) -> list[int]:
    """The process and all that it started, as `ps` lists them."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in processes_below(int(child)))]


def test_log_processes_and_data_folder_contain_no_secret(server: Served, key: Any, tmp_path: Path) -> None:
    auth = key.signer.auth_token()
    access = server.get("/v1/token", auth).json()["accessToken"]
    pem = key.path.read_text()
    api_token = server.trigpoint("api-token", "create", "Ops", "--team", key.team_id, "--role", "admin").stdout.strip()
    invitation = "s3cretOfALinkThatNobodyShallRead0123456789A"
    with httpx.Client(base_url=server.url, timeout=30) as web:
        for path in ("/v1/geocode", "/v1/token", "/manage/v1/teams", "/metrics", "/nothing", "/v1/nothing"):
            for wrong in (
                auth,
                access,
                api_token,
                auth + "x",
                access[:-2],
                f"{auth}, {auth}",
                pem.replace("\n", "\\n"),
            ):
                web.get(path, headers={"authorization": f"Bearer {wrong}"})
                web.get(path, params={"q": wrong, "token": wrong, "accessKey": wrong})
                web.get(f"{path}/{wrong[:300]}")
        web.post(
            "/manage/v1/leaks", json={"text": pem, "where": auth}, headers={"authorization": f"Bearer {api_token}"}
        )
        web.post("/sign-in", data={"email": "ada@example.com", "password": PASSWORD})
        for name in ("invitations", "set-up", "reset"):
            web.get(f"/{name}/{invitation}")
            web.post(f"/{name}/{invitation}", data={"password": PASSWORD}, headers={"host": "["})
    backup = tmp_path / "a.tpb"
    assert server.trigpoint("backup", str(backup)).returncode == 0

    body = pem.splitlines()
    secrets = [pem, *body[1:4], auth, auth.split(".")[2], access, access.split(".")[2], api_token, PASSWORD, invitation]
    left = {"log": server.log.read_bytes(), "backup": backup.read_bytes()}
    left |= {path.name: path.read_bytes() for path in server.home.rglob("*") if path.is_file()}
    for pid in processes_below(server.process.pid):
        left[f"ps {pid}"] = Path(f"/proc/{pid}/cmdline").read_bytes()
        left[f"environment {pid}"] = Path(f"/proc/{pid}/environ").read_bytes()
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert re.search(r"^Max core file size +0 ", limits, re.MULTILINE), (
            f"a crash of {pid} writes its memory to a file"
        )
    assert server.log.stat().st_size > 1_000
    for where, data in left.items():
        assert [secret for secret in secrets if secret.encode() in data] == [], where
