"""The code examples: those whose language is installed are run and their tokens judged; the others are checked as text."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import Key
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.web.portal.frame.recipes import RECIPES, SAMPLES, SNAPSHOT_RECIPES, read_recipe, render_recipe
from web.portal.browsing import Browser

COMMANDS = {
    "python": [sys.executable, "sign.py"],
    "javascript": ["node", "sign.mjs"],
    "swift": ["swift", "sign.swift"],
    "go": ["go", "run", "sign.go"],
    "java": ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "Sign.java"],  # a short run needs no more
    "ruby": ["ruby", "sign.rb"],
    "php": ["php", "sign.php"],
    "shell": ["sh", "sign.sh"],
}
NEEDS = {"java": ["javac"], "shell": ["openssl"]}
HERE = [
    language
    for language, command in COMMANDS.items()
    if all(shutil.which(program) for program in (command[0], *NEEDS.get(language, [])))
]
UNPACKAGED = {"swift", "csharp"}
"""No package of Debian runs these: their form is read, and they are run where somebody has put their tools."""


@pytest.fixture
def key(authority: Authority, operator: Actor, team_id: TeamId) -> Key:
    authority.maps_ids.register(operator, team_id=team_id, identifier="maps.com.example", description="Site")
    return authority.keys.create(operator, team_id=team_id, name="Website", maps_id="maps.com.example")


@pytest.mark.skipif(os.environ.get("CI") != "true", reason="a machine need not have every language; CI has")
def test_ci_installs_every_language_that_debian_has() -> None:
    assert set(RECIPES) - UNPACKAGED <= set(HERE)


@pytest.mark.parametrize("language", HERE)
def test_the_token_of_an_example_is_accepted(
    authority: Authority, operator: Actor, key: Key, tmp_path: Path, language: str
) -> None:
    text = render_recipe(language, team_id=key.team_id, key_id=key.key_id, base_url="https://maps.example.com")
    (tmp_path / RECIPES[language].file).write_text(text, encoding="utf-8")
    file = authority.keys.download(operator, key.key_id)
    (tmp_path / file.file_name).write_bytes(file.pem)
    for _ in range(4):  # r and s begin with zeros now and then
        done = subprocess.run(
            COMMANDS[language], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        token = done.stdout.strip()
        issued = int(re.search(r"\d+", str(_claims(token)["iat"]))[0])  # type: ignore[index]
        found = authority.diagnose(token, Call(Service.SERVER_API, None, issued + 1))
        assert found.verdict.failure is None, found.verdict.failure
        assert found.claims["exp"] == issued + 1800


def _claims(token: str) -> dict[str, object]:
    import jwt

    claims: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return claims


@pytest.mark.parametrize("language", RECIPES)
def test_an_example_has_the_ids_of_this_team_and_no_others(language: str) -> None:
    text = read_recipe(language)
    for part in (
        SAMPLES["team_id"],
        SAMPLES["key_id"],
        "AuthKey_",
        ".p8",
        "ES256",
        "iss",
        "iat",
        "exp",
        "kid",
        "server_api",
    ):
        assert part in text.replace("algorithm=", ""), part
    for opening, closing in ("()", "[]", "{}"):
        if language not in {"shell", "swift"}:  # sed's pattern and Swift's interpolation are not in pairs
            assert text.count(opening) == text.count(closing)
    rendered = render_recipe(language, team_id="AAAAAAAAAA", key_id="BBBBBBBBBB", base_url="https://other.example")
    assert not any(sample in rendered for sample in SAMPLES.values())
    assert "AAAAAAAAAA" in rendered
    assert "BBBBBBBBBB" in rendered


def test_every_language_has_its_tab(ada: Browser, base: str, key: Key) -> None:
    for language, recipe in RECIPES.items():
        page = ada.open(f"{base}/keys/{key.key_id}/use?language={language}")
        assert f"{recipe.file} · needs {recipe.needs}" in page.text
        assert f"{SNAPSHOT_RECIPES[language].file} · needs {SNAPSHOT_RECIPES[language].needs}" in page.text
        assert key.key_id in page.text
    assert "sign.py" in ada.open(f"{base}/keys/{key.key_id}/use?language=klingon").text
