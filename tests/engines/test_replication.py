"""Changes from a replication server are applied in order to a new file, or nothing changes and the error is clear."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import osmium
import pytest

from replicating import Replication, as_extract, replicating
from small_map import a_town
from trigpoint.base.errors import InvalidError, NotFoundError, TrigpointError, UnavailableError
from trigpoint.engines import replication, replication_server
from trigpoint.engines.kept_files import read_header
from trigpoint.engines.replication import Updated, update_file
from trigpoint.engines.replication_server import check_server

DAY_4, DAY_5, DAY_6 = (f"2026-11-{day}T21:21:12Z" for day in ("24", "25", "26"))
BAKERY = "<create><node id='9001' version='1' lat='47.14' lon='9.52'><tag k='shop' v='bakery'/></node></create>"
CLOSED = "<delete><node id='9001' version='2' lat='47.14' lon='9.52'/></delete>"
MOVED = "<modify><node id='7001' version='2' lat='47.15' lon='9.53'><tag k='name' v='Wüest'/></node></modify>"


@pytest.fixture
def server() -> Iterator[Replication]:
    """A server whose change 4 is in the extract."""
    with replicating() as told:
        told.last = 4
        told.put_state(4, at=DAY_4)
        yield told


@pytest.fixture
def extract(tmp_path: Path, server: Replication) -> Path:
    drawn = a_town().write(tmp_path / "town.osm")
    named = {"base_url": server.url, "sequence_number": "4", "timestamp": DAY_4}
    return as_extract(drawn, tmp_path / "town.osm.pbf", **named)


def update(path: Path, *, server: str | None = None, steps: list[str] | None = None) -> Updated | None:
    return update_file(path, path.with_name("new.osm.pbf"), server=server, tell=(steps or []).append)


def nodes_of(path: Path) -> dict[int, dict[str, str]]:
    return {node.id: dict(node.tags) for node in osmium.FileProcessor(path, osmium.osm.NODE)}


def refused(path: Path, *, server: str | None = None) -> TrigpointError:
    """Update a file, which is refused and leaves nothing."""
    before = path.read_bytes()
    with pytest.raises(TrigpointError) as found:
        update(path, server=server)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*new.osm.pbf"))
    return found.value


def test_all_later_changes_are_in_the_new_file_and_its_header_is_updated(server: Replication, extract: Path) -> None:
    server.publish(BAKERY, at=DAY_5)
    server.publish(MOVED, at=DAY_6)
    before = nodes_of(extract)
    assert update(extract) == Updated(sequence=6, data_as_of=DAY_6, changes=2)
    new = extract.with_name("new.osm.pbf")
    assert nodes_of(new) == before | {9001: {"shop": "bakery"}, 7001: {"name": "Wüest"}}
    header = read_header(new)
    assert header["osmosis_replication_sequence_number"] == "6"
    assert header["osmosis_replication_base_url"] == server.url
    assert header["osmosis_replication_timestamp"] == DAY_6
    assert header["sorting"] == "Type_then_ID"
    assert nodes_of(extract) == before


def test_an_object_created_and_deleted_since_is_not_in_the_file(server: Replication, extract: Path) -> None:
    server.publish(BAKERY, at=DAY_5)
    server.publish(CLOSED, at=DAY_6)
    assert update(extract) is not None
    assert 9001 not in nodes_of(extract.with_name("new.osm.pbf"))


def test_a_file_that_is_up_to_date_is_not_rewritten(server: Replication, extract: Path) -> None:
    assert update(extract) is None
    assert not extract.with_name("new.osm.pbf").exists()
    assert server.asked == ["/updates/state.txt"]


def test_more_changes_than_memory_holds_are_applied_in_rounds(
    server: Replication, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replication, "MEMORY_OF_ROUND", 1)
    server.publish(BAKERY, at=DAY_5)
    server.publish(CLOSED, MOVED, at=DAY_6)
    steps = ["begin"]
    assert update(extract, steps=steps) == Updated(sequence=6, data_as_of=DAY_6, changes=2)
    assert [step for step in steps if "applying" in step] == ["applying changes up to 5", "applying changes up to 6"]
    found = nodes_of(extract.with_name("new.osm.pbf"))
    assert (9001 in found, found[7001]) == (False, {"name": "Wüest"})
    assert {path.name for path in extract.parent.iterdir()} == {"town.osm", "town.osm.pbf", "new.osm.pbf"}


def test_a_file_whose_objects_are_out_of_order_is_sorted_first(server: Replication, tmp_path: Path) -> None:
    drawn = a_town()
    drawn.nodes = dict(reversed(drawn.nodes.items()))
    lines = drawn.write(tmp_path / "town.osm").read_text().splitlines()
    ways = [number for number, line in enumerate(lines) if line.startswith("<way")]
    lines.insert(3, lines.pop(ways[0]))
    (tmp_path / "town.osm").write_text("\n".join(lines))
    named = {"base_url": server.url, "sequence_number": "4", "timestamp": DAY_4}
    extract = as_extract(tmp_path / "town.osm", tmp_path / "town.osm.pbf", **named)
    before = nodes_of(extract)
    server.publish(BAKERY, at=DAY_5)
    assert update(extract) is not None
    assert nodes_of(extract.with_name("new.osm.pbf")) == before | {9001: {"shop": "bakery"}}


def test_without_a_number_the_changes_begin_an_hour_before_the_data(server: Replication, tmp_path: Path) -> None:
    extract = as_extract(a_town().write(tmp_path / "town.osm"), tmp_path / "town.osm.pbf", timestamp=DAY_5)
    server.publish_days(20, 21, 22, 23, 24)
    server.publish(BAKERY, at=DAY_5)
    server.publish(MOVED, at=DAY_6)
    found = update(extract, server=server.url)
    assert found is not None
    assert (found.sequence, found.data_as_of) == (7, DAY_6)
    assert f"/updates/{server.path(4)}.osc.gz" not in server.asked
    assert 9001 in nodes_of(extract.with_name("new.osm.pbf"))


def test_an_extract_that_names_no_server_says_what_to_do(tmp_path: Path) -> None:
    extract = as_extract(a_town().write(tmp_path / "town.osm"), tmp_path / "town.osm.pbf", timestamp=DAY_5)
    error = refused(extract)
    assert isinstance(error, NotFoundError)
    assert "town.osm.pbf does not name its replication server. Set it once with --server URL" in str(error)


def test_the_changes_of_the_whole_planet_are_not_applied_to_a_region(tmp_path: Path) -> None:
    extract = as_extract(
        a_town().write(tmp_path / "town.osm"),
        tmp_path / "town.osm.pbf",
        base_url="https://planet.openstreetmap.org/replication/day",
        sequence_number="4",
    )
    assert "would make it grow beyond its region" in str(refused(extract))


@pytest.mark.parametrize(
    ("named", "scheme"),
    [
        ("file:///etc", "file"),
        ("ftp://maps.example.com/updates", "ftp"),
        ("maps.example.com", ""),
        ("http://", ""),
        ("http://[", ""),
    ],
)
def test_a_server_is_asked_over_http_and_https_only(tmp_path: Path, named: str, scheme: str) -> None:
    del scheme
    extract = as_extract(
        a_town().write(tmp_path / "town.osm"), tmp_path / "town.osm.pbf", base_url=named, sequence_number="4"
    )
    assert "the http or https URL of a replication server" in str(refused(extract))
    with pytest.raises(InvalidError, match="'--server' must be the http or https URL"):
        check_server(named)


def test_an_unreachable_server_is_reported_with_a_message(tmp_path: Path) -> None:
    with replicating() as server:
        url = server.url
    named = {"base_url": url, "sequence_number": "4", "timestamp": DAY_4}
    extract = as_extract(a_town().write(tmp_path / "town.osm"), tmp_path / "town.osm.pbf", **named)
    error = refused(extract)
    assert isinstance(error, UnavailableError)
    assert str(error) == f"The replication server {url}/ does not respond (ConnectError). Nothing was changed."


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (404, b"", "There is no replication server at"),
        (200, b"<html>Welcome</html>", "There is no replication server at"),
        (200, b"sequenceNumber=five\ntimestamp=x", "cannot be read"),
        (200, b"\xff\xfe", "cannot be read"),
        (500, b"", "state.txt answers 500."),
        (200, b"#" * 70_000, "state.txt is longer than 65,536 bytes."),
        (200, b"sequenceNumber=2\ntimestamp=2026-11-20T21\\:21\\:12Z\n", "at 4: it is another server."),
    ],
)
def test_an_invalid_state_file_changes_nothing(
    server: Replication, extract: Path, status: int, body: bytes, told: str
) -> None:
    server.put("state.txt", body, status=status)
    error = refused(extract)
    assert isinstance(error, UnavailableError)
    assert told in str(error)
    assert str(error).endswith("Nothing was changed.")


@pytest.mark.parametrize(
    "body",
    [
        b"garbage",
        b"",
        gzip.compress(b"<osmChange version='0.6'><create><node id='9'")[:-3],
        gzip.compress(b"<osmChange version='0.6'><create><node id='9'"),
        gzip.compress(b"nothing of the kind"),
    ],
    ids=["no gzip", "empty", "cut short", "cut short before it was packed", "no changes"],
)
def test_a_damaged_change_file_changes_nothing(server: Replication, extract: Path, body: bytes) -> None:
    server.publish(BAKERY, at=DAY_5)
    server.publish(MOVED, at=DAY_6)
    server.put(f"{server.path(6)}.osc.gz", body)
    assert f"Change 6 of {server.url}/ is damaged" in str(refused(extract))


def test_a_change_file_that_decompresses_to_too_much_changes_nothing(
    server: Replication, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replication, "MOST_UNPACKED", 1 << 20)
    server.publish(BAKERY, at=DAY_5)
    server.put(f"{server.path(5)}.osc.gz", gzip.compress(b" " * (4 << 20)))
    assert "it decompresses to more than 1,048,576 bytes" in str(refused(extract))
    monkeypatch.setattr(replication_server, "LARGEST_DIFF", 100)
    assert "005.osc.gz is longer than 100 bytes" in str(refused(extract))


def test_changes_that_the_server_has_no_longer_need_a_newer_extract(server: Replication, extract: Path) -> None:
    server.publish(BAKERY, at=DAY_5)
    del server.answers[f"/updates/{server.path(5)}.osc.gz"]
    assert "no longer has the changes since change 5: town.osm.pbf is too old for it. Import a newer" in str(
        refused(extract)
    )


def test_a_gap_between_changes_changes_nothing(server: Replication, extract: Path) -> None:
    for _day in range(3):
        server.publish(BAKERY, at=DAY_6)
    del server.answers[f"/updates/{server.path(6)}.osc.gz"]
    assert f"{server.url}/ has no change 6. Nothing was changed." in str(refused(extract))


@pytest.mark.parametrize("where", ["file:///etc/passwd", "ftp://127.0.0.1/state.txt", "gopher://127.0.0.1/"])
def test_a_redirect_to_another_host_is_not_followed(server: Replication, extract: Path, where: str) -> None:
    server.put("state.txt", b"", status=302, location=where)
    assert "leads to what is neither http nor https" in str(refused(extract))


def test_redirects_stay_on_http_and_are_limited(server: Replication, extract: Path) -> None:
    server.publish(BAKERY, at=DAY_5)
    server.put("moved.txt", server.answers["/updates/state.txt"][2])
    server.put("state.txt", b"", status=301, location=f"{server.url}/moved.txt")
    assert update(extract) is not None
    extract.with_name("new.osm.pbf").unlink()
    server.put("state.txt", b"", status=301, location=f"{server.url}/state.txt")
    assert "does not respond (TooManyRedirects)" in str(refused(extract))


def test_a_secret_in_a_url_is_not_printed(server: Replication, tmp_path: Path) -> None:
    url = server.url.replace("http://", "http://somebody:something@")
    extract = as_extract(a_town().write(tmp_path / "town.osm"), tmp_path / "town.osm.pbf", timestamp=DAY_5)
    server.put("state.txt", b"", status=500)
    told = str(refused(extract, server=url))
    assert "answers 500" in told
    assert "something" not in told


def test_an_update_needs_disk_space_for_the_new_file(extract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replication, "ROOM", 1e15)
    assert "are free. Nothing was changed." in str(refused(extract))


def test_a_server_that_an_old_header_names_by_http_is_asked_over_https(
    server: Replication, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.publish(BAKERY, at=DAY_5)
    monkeypatch.setattr(replication, "is_own_machine", lambda _host: False)
    assert "The replication server https://127.0.0.1:" in str(refused(extract))
    assert update(extract, server=server.url) is not None  # whoever says http means it


def test_a_redirect_from_https_to_http_is_not_followed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.scheme == "https":
            return httpx.Response(302, headers={"location": "http://maps.example.com/state.txt"})
        return httpx.Response(200, content=b"sequenceNumber=1")

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as client:
        server = replication_server.BoundedServer("https://maps.example.com/updates", client)
        with pytest.raises(UnavailableError, match="leads from https to http"):
            server.state()
