"""Settings are read from options over environment over file over defaults, with errors that name their place."""

import base64
import runpy
from pathlib import Path

import pytest

from trigpoint.base.errors import InvalidError
from trigpoint.settings import ROWS, SECRETS, Settings, read_settings, warn_of_unknown


def a_home(tmp_path: Path, *, file: str = "") -> dict[str, str]:
    (tmp_path / "trigpoint.toml").write_text(file)
    return {"TRIGPOINT_HOME": str(tmp_path)}


def test_options_win_over_the_environment_over_the_file_over_defaults(tmp_path: Path) -> None:
    environ = a_home(tmp_path, file='port = 1\nworkers = 3\nhost = "192.0.2.1"\n') | {
        "TRIGPOINT_PORT": "2",
        "TRIGPOINT_HOST": "192.0.2.2",
    }
    settings = read_settings(environ, port=9)
    assert (settings.port, settings.host, settings.workers, settings.url) == (9, "192.0.2.2", 3, None)


def test_an_empty_variable_counts_as_missing(tmp_path: Path) -> None:
    assert read_settings(a_home(tmp_path) | {"TRIGPOINT_PORT": "", "TRIGPOINT_DATABASE_URL": ""}).port == 8060


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "PORT",
            "65536",
            "Parameter 'TRIGPOINT_PORT' must be a port from 0 to 65535, for example '8060'; got '65536'.",
        ),
        ("PORT", "x", "got 'x'"),
        ("WORKERS", "0", "must be a number of processes from 1 to 256"),
        ("EXPLAIN", "maybe", "must be 1 or 0"),
        ("URL", "maps.example.com", "must be the http or https URL that clients use"),
        ("DATABASE_URL", "mysql://u:secret@h/d", "must be the URL of a PostgreSQL database"),
        ("TILES", "https://t.example/{z}/{x}.mvt?key=secret", "must be a .pmtiles or .mbtiles file, a URL with {z}"),
        ("TILES", "planet.osm.pbf", "must be a .pmtiles or .mbtiles file"),
        ("IMAGERY", "https://", "must be a .pmtiles or .mbtiles file"),
        ("MAP_LANGUAGES", "de,klingon", "must be BCP 47 tags, separated by commas, for example 'fr,ja,zh-Hant'"),
    ],
)
def test_an_error_names_the_variable_the_rule_and_the_value(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_settings(a_home(tmp_path) | {f"TRIGPOINT_{name}": text})
    assert message in str(refused.value)
    assert "secret" not in str(refused.value)


def test_an_unknown_setting_in_the_file_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match=r"for example 'workers'; got 'worker'"):
        read_settings(a_home(tmp_path, file="worker = 2"))


def test_a_secret_of_the_wrong_type_in_the_file_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match=r"metrics_token' must be text, .*; got 'a value not shown'"):
        read_settings(a_home(tmp_path, file='metrics_token = ["hunter2"]'))


def test_an_unknown_variable_is_reported_with_the_nearest_name() -> None:
    environ = {
        "TRIGPOINT_EXPLAN": "0",
        "TRIGPOINT_XYZZY": "",
        "TRIGPOINT_PORT": "1",
        "TRIGPOINT_HOME": ".",
        "HOME": ".",
    }
    assert warn_of_unknown(environ) == [
        "The environment has TRIGPOINT_EXPLAN, which is no setting; did you mean TRIGPOINT_EXPLAIN?",
        "The environment has TRIGPOINT_XYZZY, which is no setting.",
    ]


def test_variables_that_kubernetes_sets_for_a_service_are_ignored(tmp_path: Path) -> None:
    link = "tcp://10.0.0.1:8060"
    environ = {"TRIGPOINT_PORT": link, "TRIGPOINT_SERVICE_HOST": "10.0.0.1", "TRIGPOINT_PORT_8060_TCP": link}
    assert warn_of_unknown(environ) == []
    assert read_settings(a_home(tmp_path) | environ).port == 8060


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(
        InvalidError, match=r"'TRIGPOINT_HOME' must be a folder, for example '/var/lib/trigpoint'; got '.*"
    ):
        read_settings({"TRIGPOINT_HOME": str(tmp_path / "home")})


def test_an_invalid_toml_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match=r"trigpoint.toml' must be TOML"):
        read_settings(a_home(tmp_path, file="port ="))


@pytest.mark.parametrize(
    "text",
    ["/srv/planet.pmtiles", "https://t.example/{z}/{x}/{y}.mvt?key=k", "http://martin:3000/osm", "/srv/a b.mbtiles"],
)
def test_tiles_are_a_file_or_a_server(tmp_path: Path, text: str) -> None:
    settings = read_settings(a_home(tmp_path) | {"TRIGPOINT_TILES": text, "TRIGPOINT_IMAGERY": text})
    assert (settings.tiles, settings.imagery) == (text, text)
    assert text not in repr(settings)


def test_a_file_of_tiles_is_found_from_any_folder(tmp_path: Path) -> None:
    settings = read_settings(a_home(tmp_path) | {"TRIGPOINT_TILES": "planet.pmtiles"})
    assert settings.tiles == str(Path("planet.pmtiles").absolute())


@pytest.mark.parametrize(
    ("host", "explain", "explains"),
    [("127.0.0.1", "", True), ("::1", "", True), ("localhost", "", True), ("0.0.0.0", "", False),
     ("0.0.0.0", "1", True), ("127.0.0.1", "0", False), ("127.evil.com", "", False), ("localhost.evil.com", "", False)],
)  # fmt: skip
def test_refusals_are_explained_on_loopback_unless_set_otherwise(
    tmp_path: Path, host: str, explain: str, *, explains: bool
) -> None:
    environ = a_home(tmp_path) | {"TRIGPOINT_HOST": host, "TRIGPOINT_EXPLAIN": explain}
    assert read_settings(environ).explains is explains


@pytest.mark.parametrize(
    ("url", "local"),
    [("", True), ("http://localhost:8060", True), ("http://127.0.0.1", True), ("http://[::1]:1", True),
     ("https://maps.example.com", False), ("http://192.0.2.1", False), ("http://127.evil.com", False)],
)  # fmt: skip
def test_with_a_public_url_refusals_are_not_explained(tmp_path: Path, url: str, *, local: bool) -> None:
    settings = read_settings(a_home(tmp_path) | {"TRIGPOINT_URL": url})
    assert (settings.is_local, settings.explains) == (local, local)


@pytest.mark.parametrize("text", ["10.0.0.0/8", "127.0.0.1, ::1", "unix", "unix,2001:db8::/32"])
def test_trusted_proxies_are_addresses_networks_or_the_socket(tmp_path: Path, text: str) -> None:
    assert read_settings(a_home(tmp_path) | {"TRIGPOINT_TRUSTED_PROXIES": text}).trusted_proxies == text


@pytest.mark.parametrize("text", ["*", "proxy.example.com", "10.0.0.1/8", "10.0.0.1,", "yes"])
def test_an_invalid_proxy_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidError, match="must be addresses or networks in CIDR notation, or 'unix'"):
        read_settings(a_home(tmp_path) | {"TRIGPOINT_TRUSTED_PROXIES": text})


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    environ = a_home(tmp_path) | {
        "TRIGPOINT_MASTER_KEY": "s3cret",
        "TRIGPOINT_DATABASE_URL": "postgresql://u:s3cret@h/d",
    }
    assert "s3cret" not in repr(read_settings(environ))


def test_a_worker_reads_the_same_settings_from_its_environment(tmp_path: Path) -> None:
    settings = read_settings(a_home(tmp_path), port=1, explain=False, url="https://maps.example.com/", workers=2)
    assert read_settings(settings.to_environment()) == settings
    assert settings.base_url == "https://maps.example.com"


def test_the_base_url_can_be_opened_in_a_browser(tmp_path: Path) -> None:
    assert Settings(tmp_path, host="0.0.0.0").base_url == "http://127.0.0.1:8060"
    assert Settings(tmp_path, host="::1", port=1).base_url == "http://[::1]:1"


def test_every_row_is_a_field_whose_example_is_valid() -> None:
    for row in ROWS:
        assert hasattr(Settings(Path()), row.name)
        row.read(row.example)


def test_the_page_of_settings_is_as_the_tool_writes_it() -> None:
    root = Path(__file__).resolve().parents[2]
    written = runpy.run_path(str(root / "tools" / "write_settings.py"), run_name="imported")["page"]()
    told = "run .venv/bin/python tools/write_settings.py"
    assert (root / "docs" / "settings.md").read_text(encoding="utf-8") == written, told


@pytest.mark.parametrize(("text", "host"), [("[::1]", "::1"), ("::", "::"), ("localhost", "localhost"), ("[::]", "::")])
def test_an_ipv6_host_may_be_in_brackets(tmp_path: Path, text: str, host: str) -> None:
    assert read_settings(a_home(tmp_path), host=text).host == host


def test_a_socket_file_may_be_named_instead_of_a_port(tmp_path: Path) -> None:
    settings = read_settings(a_home(tmp_path) | {"TRIGPOINT_UDS": str(tmp_path / "socket")})
    assert settings.uds == tmp_path / "socket"
    assert read_settings(settings.to_environment()) == settings


@pytest.mark.parametrize("text", ["socket", "tp_0123456789abcdefghij", "postgresql://maps:word@db.example.com/maps"])
def test_a_socket_file_is_named_by_an_absolute_path(tmp_path: Path, text: str) -> None:
    with pytest.raises(
        InvalidError, match="must be the absolute path of a socket file, for example '/run/trigpoint/so"
    ):
        read_settings(a_home(tmp_path), uds=text)


SECRET = "S3cretOfAFileThatNobodyShallRead"


def a_secret_file(tmp_path: Path, text: str | bytes = SECRET, mode: int = 0o400) -> dict[str, str]:
    file = tmp_path / "secret"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(mode)
    return a_home(tmp_path) | {"TRIGPOINT_METRICS_TOKEN_FILE": str(file), "TRIGPOINT_MASTER_KEY_FILE": str(file)}


def test_secrets_can_be_read_from_files(tmp_path: Path) -> None:
    for text in (SECRET, f"{SECRET}\n", f"\ufeff {SECRET}\r\n"):
        settings = read_settings(a_secret_file(tmp_path, text))
        assert (settings.metrics_token, settings.master_key) == (SECRET, SECRET)
        (tmp_path / "secret").unlink()
    assert warn_of_unknown({f"TRIGPOINT_{name.upper()}_FILE": "x" for name in SECRETS}) == []
    assert len(warn_of_unknown({"TRIGPOINT_PORT_FILE": "x"})) == 1


def test_no_worker_gets_a_secret_in_its_environment(tmp_path: Path) -> None:
    settings = read_settings(a_secret_file(tmp_path))
    assert SECRET not in str(settings.to_environment())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "got 'an empty file, "),
        (b"\xff\xfe", "got 'a file with other data, "),
        ("x" * 70_000, "got 'a file with more bytes, "),
    ],
)
def test_a_file_without_a_secret_is_refused(tmp_path: Path, text: str | bytes, named: str) -> None:
    with pytest.raises(
        InvalidError, match="'TRIGPOINT_METRICS_TOKEN_FILE' must be the path of a file with one secret"
    ) as told:
        read_settings(a_secret_file(tmp_path, text) | {"TRIGPOINT_MASTER_KEY_FILE": ""})
    assert named in str(told.value)


def test_a_missing_file_and_a_secret_in_place_of_its_path_are_reported(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match=r"TRIGPOINT_MASTER_KEY_FILE.*/none: No such file or directory"):
        read_settings(a_home(tmp_path) | {"TRIGPOINT_MASTER_KEY_FILE": "/none"})
    key = base64.b64encode(bytes(range(7, 39))).decode()
    with pytest.raises(InvalidError, match="not shown") as told:
        read_settings(a_home(tmp_path) | {"TRIGPOINT_MASTER_KEY_FILE": key})
    assert key not in str(told.value)
    with pytest.raises(InvalidError, match="left out, because TRIGPOINT_METRICS_TOKEN is set, too"):
        read_settings(a_secret_file(tmp_path) | {"TRIGPOINT_METRICS_TOKEN": "x"})


@pytest.mark.parametrize(
    ("mode", "good"), [(0o400, True), (0o600, True), (0o440, True), (0o444, False), (0o602, False)]
)
def test_a_master_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int, good: bool) -> None:
    environment = a_secret_file(tmp_path, mode=mode)
    if good:
        assert read_settings(environment).master_key == SECRET
    else:
        with pytest.raises(InvalidError, match=r"nobody else can read \(everybody on this machine may\)"):
            read_settings(environment)


def test_a_group_may_read_the_master_key_only_if_it_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = a_secret_file(tmp_path, mode=0o440)
    group = (tmp_path / "secret").stat().st_gid
    monkeypatch.setattr("os.getegid", lambda: group + 1)
    monkeypatch.setattr("os.getgroups", lambda: [group + 2, group])
    assert read_settings(environment).master_key == SECRET
    monkeypatch.setattr("os.getgroups", lambda: [group + 2])
    with pytest.raises(InvalidError, match=f"the group {group} may, and this process is not in it"):
        read_settings(environment)


def test_map_data_is_in_the_home_unless_it_has_a_folder_of_its_own(tmp_path: Path) -> None:
    assert read_settings(a_home(tmp_path)).data_folder == tmp_path
    settings = read_settings(a_home(tmp_path) | {"TRIGPOINT_DATA": "/srv/maps"})
    assert (settings.home, settings.data_folder) == (tmp_path, Path("/srv/maps"))
    assert read_settings(settings.to_environment()).data_folder == Path("/srv/maps")
    with pytest.raises(InvalidError, match="'TRIGPOINT_DATA' must be the absolute path of a folder"):
        read_settings(a_home(tmp_path) | {"TRIGPOINT_DATA": "maps"})


def test_only_parts_with_map_data_can_be_required(tmp_path: Path) -> None:
    assert read_settings(a_home(tmp_path)).promised == frozenset()
    settings = read_settings(a_home(tmp_path) | {"TRIGPOINT_READY": "places, tiles"})
    assert read_settings(settings.to_environment()).promised == {"places", "tiles"}
    for wrong in ("credentials", "places;routes", "all", ","):
        with pytest.raises(InvalidError, match="must be one or more of places, routes and tiles, separated by commas"):
            read_settings(a_home(tmp_path) | {"TRIGPOINT_READY": wrong})


def test_a_home_of_an_unknown_user_is_refused() -> None:
    with pytest.raises(InvalidError, match=r"'TRIGPOINT_HOME' must be a path whose user .*; got '~nobody-here/x'"):
        read_settings({"TRIGPOINT_HOME": "~nobody-here/x"})


def test_for_a_user_without_a_home_the_error_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container with a user id that is in no list, and an empty environment."""

    def unknown(_path: type[Path]) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", classmethod(unknown))
    with pytest.raises(
        InvalidError, match=r"'TRIGPOINT_HOME' must be set, because this user has no home folder.*/var/lib/trigpoint"
    ):
        read_settings({})
    assert read_settings({"TRIGPOINT_HOME": "/srv/x"}).home == Path("/srv/x")
    assert read_settings({"HOME": "/srv"}).home.is_relative_to("/srv")
