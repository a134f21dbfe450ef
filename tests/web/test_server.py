"""How the server is run: open files, the listening socket, patience with workers."""

import subprocess
import sys

import pytest

from trigpoint.web.server import HEALTH_SECONDS, listen, server_config


def test_the_limit_of_open_files_is_raised_as_far_as_the_system_allows() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1024));"
        "from trigpoint.web.server import raise_file_limit; raise_file_limit();"
        "print(*resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["1024", "1024"]


def test_a_port_is_shared_with_nobody_else() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])


def test_ipv6_is_listened_on_by_its_address() -> None:
    try:
        listener = listen("::1", 0)
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")
    with listener:
        assert listener.getsockname()[0] == "::1"


def test_a_worker_has_a_minute_to_start_and_tells_nobody_what_it_is() -> None:
    config = server_config("trigpoint.wiring:create_app", workers=2)
    assert config.timeout_worker_healthcheck == HEALTH_SECONDS == 60
    assert (config.server_header, config.proxy_headers, config.access_log) == (False, False, False)
