"""`trigpoint webhook`: added, listed, replayed and removed; the secret is printed once."""

from pathlib import Path

import pytest

from commands import trigpoint

URL = "https://127.0.0.1:9/hook"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRIGPOINT_WEBHOOK_NETWORKS", "127.0.0.0/8")


@pytest.fixture
def team() -> str:
    return str(trigpoint("team", "create", "My Company", "--json").json["teamId"])


def test_a_webhook_is_added_listed_and_removed(team: str) -> None:
    told = trigpoint("webhook", "add", URL, "--team", team, "--event", "key.*", "--description", "Pager", "--json")
    assert told.code == 0, told.err
    added = told.json
    assert added["secret"].startswith("whsec_")
    [listed] = trigpoint("webhook", "list", "--json").json
    assert "secret" not in listed
    assert (listed["url"], listed["events"], listed["state"]) == (URL, ["key.*"], "active")
    assert trigpoint("webhook", "deliveries", added["webhookId"], "--json").json == []
    assert trigpoint("webhook", "replay", "--failed", added["webhookId"], "--json").json == []
    assert trigpoint("webhook", "remove", added["webhookId"], "--yes").code == 0
    assert trigpoint("webhook", "list", "--json").json == []


def test_a_webhook_is_edited_tested_paused_and_resumed(team: str) -> None:
    webhook_id = trigpoint("webhook", "add", URL, "--team", team, "--event", "key.*", "--json").json["webhookId"]
    edited = trigpoint("webhook", "edit", webhook_id, "--event", "leak.*", "--description", "Pager", "--json").json
    assert (edited["url"], edited["events"], edited["description"]) == (URL, ["leak.*"], "Pager")
    message = trigpoint("webhook", "test", webhook_id, "--json").json
    assert (message["kind"], message["state"]) == ("webhook.tested", "waiting")
    assert trigpoint("webhook", "pause", webhook_id, "--json").json["state"] == "disabled"
    assert trigpoint("webhook", "pause", webhook_id).code == 4
    assert "Resume it, then test it" in trigpoint("webhook", "test", webhook_id).err
    assert trigpoint("webhook", "resume", webhook_id, "--json").json["state"] == "active"
    assert trigpoint("webhook", "resume", webhook_id).code == 4


def test_the_secret_alone_is_on_standard_output() -> None:
    told = trigpoint("webhook", "add", URL)
    assert told.out.startswith("whsec_")
    assert len(told.out.splitlines()) == 1
    assert "The secret is not shown again" in told.err


def test_a_secret_is_renewed_and_printed_once(team: str) -> None:
    added = trigpoint("webhook", "add", URL, "--team", team, "--json").json
    told = trigpoint("webhook", "renew-secret", added["webhookId"])
    assert (told.code, len(told.out.splitlines()), told.out[:6]) == (0, 1, "whsec_")
    assert "Messages are also signed with the old one until" in told.err
    renewed = trigpoint("webhook", "renew-secret", added["webhookId"], "--json").json
    assert len({added["secret"], told.out.strip(), renewed["secret"]}) == 3
    assert "secret" not in trigpoint("webhook", "list", "--json").json[0]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["add", "https://10.0.0.1/"], 2, "TRIGPOINT_WEBHOOK_NETWORKS allows"),
        (["add", URL, "--event", "nothing"], 2, "must be a kind of event"),
        (["add", URL, "--team", "K5GNLXS2QT"], 3, "There is no team"),
        (["deliveries", "4D5N8H2K7C"], 3, "There is no webhook with the ID 4D5N8H2K7C"),
        (["deliveries", "4D5N8H2K7C", "--state", "lost"], 2, "one of waiting, delivered, failed"),
        (["replay"], 2, "or --failed with a webhook's id"),
        (["replay", "msg_1"], 3, "There is no message with the ID msg_1"),
        (["remove", "4D5N8H2K7C"], 2, "--yes"),
        (["renew-secret", "4D5N8H2K7C"], 3, "There is no webhook with the ID 4D5N8H2K7C"),
    ],
)
def test_invalid_values_are_refused(arguments: list[str], code: int, words: str) -> None:
    told = trigpoint("webhook", *arguments)
    assert told.code == code
    assert words in told.err


def test_networks_are_checked_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIGPOINT_WEBHOOK_NETWORKS", "inside")
    told = trigpoint("webhook", "list")
    assert told.code == 2
    assert "must be networks in CIDR notation, separated by commas" in told.err
