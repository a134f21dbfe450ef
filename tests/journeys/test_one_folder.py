"""Two servers with different ports on one data folder, as when one replaces the other without an outage."""

import os
import signal
from pathlib import Path
from typing import Any

from served import Served, a_server

CALL = "/v1/reverseGeocode?loc=60.1699,24.9384"


def test_two_servers_on_one_data_folder_serve_the_same_keys_and_outlive_each_other(
    server: Served, key: Any, tmp_path: Path
) -> None:
    with a_server(tmp_path / "second", "--no-sample", TRIGPOINT_HOME=str(server.home)) as second:
        access = server.get("/v1/token", key.signer.auth_token()).json()["accessToken"]
        assert [one.get(CALL, access).status_code for one in (server, second)] == [200, 200]
        assert second.trigpoint("key", "revoke", key.key_id, "--reason", "compromised", "--yes").returncode == 0
        assert [one.get(CALL, access).status_code for one in (server, second)] == [401, 401]
        os.kill(second.process.pid, signal.SIGKILL)
        second.process.wait()
        answer = server.get(CALL, access)
        assert (answer.status_code, server.get("/readyz").status_code) == (401, 200)
