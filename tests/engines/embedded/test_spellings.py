"""The lookup of misspelled words gives the same words as a comparison with all of them, and as tantivy's fuzzy query."""

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from small_map import a_town
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.index import spelling_writer, spellings
from trigpoint.engines.embedded.index.generation import ABOUT, TEXT
from trigpoint.engines.embedded.index.spelling_writer import write_spellings
from trigpoint.engines.embedded.index.spellings import FILE, HEADER_BYTES, Header, Part, Spellings, layout_of, sought
from trigpoint.engines.embedded.text.normalize import distance
from trigpoint.engines.generations import folder_in_service
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery

MISTYPED_BEGINNINGS = ("Landsrt", "Aeluest", "Schlsosapo", "Cafe Wüsst")
LETTERS = "abcdeabждé東"
MISTYPED = (
    "Landstrsse 4, Vaduz",
    "Aeulestrassee 1",
    "Aelestrase 11",
    "Scholssapoteke",
    "Cafe Wüst",
    "Lnadstrasse 8 Schan",
)


def some_words(count: int) -> list[str]:
    """Make words of one to twelve letters of few, so that many are like each other, a long one and one past Unicode's first plane."""
    chance = random.Random(3)
    made = {"".join(chance.choices(LETTERS, k=chance.randint(1, 12))) for _ in range(count)}
    return sorted(made | {"e" * 80, "𐐷𐐷𐐷𐐷𐐷𐐷𐐷"})


def mistyped(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    other = chance.choice(LETTERS)
    return chance.choice([
        word[:at] + word[at + 1 :],
        word[:at] + other + word[at:],
        word[:at] + other + word[at + 1 :],
        word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
    ])  # fmt: skip


def written(folder: Path, words: Sequence[str]) -> Spellings:
    write_spellings(folder / FILE, {"name": words, "near": ()})
    return Spellings(folder / FILE)


def test_the_found_words_are_those_of_a_comparison_with_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling_writer, "AT_ONCE", 100)
    words, chance = some_words(3_000), random.Random(4)
    found = written(tmp_path, words)
    asked = 0
    for edits, least in ((1, 4), (2, 8)):
        for word in chance.sample([word for word in words if len(word) >= least], 60):
            asked_for = mistyped(mistyped(word, chance), chance)
            if len(asked_for) < least:
                continue
            expected = [other for other in words if distance(asked_for, other) <= edits]
            assert nearly(found, asked_for, edits) == expected, asked_for
            asked += len(expected)
    assert asked > 50


def test_the_words_with_a_prefix_like_a_mistyped_one_are_those_of_a_comparison_with_all(tmp_path: Path) -> None:
    words, chance = some_words(1_200), random.Random(5)
    found = written(tmp_path, words)
    asked = 0
    for edits, least, most in ((1, 5, 7), (2, 8, 10)):
        for word in chance.sample([word for word in words if len(word) >= least], 40):
            typed = mistyped(word[: chance.randint(least, most)], chance)
            if len(typed) < least:
                continue
            lengths = range(len(typed) - edits, len(typed) + edits + 1)
            expected = [other for other in words if any(distance(typed, other[:length]) <= edits for length in lengths)]
            assert nearly(found, typed, edits, is_prefix=True) == expected, typed
            asked += len(expected)
    assert asked > 50


def test_a_short_or_frequent_prefix_is_left_to_tantivy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = written(tmp_path, ["abcdefg", "abcdehi"])
    assert nearly(found, "abcd", 1, is_prefix=True) is None
    assert nearly(found, "abxde", 1, is_prefix=True) == ["abcdefg", "abcdehi"]
    monkeypatch.setattr(spellings, "MOST_LIKE_PREFIX", 1)
    assert nearly(found, "abxde", 1, is_prefix=True) is None
    assert nearly(found, "abxdehi", 1, is_prefix=True) == ["abcdehi"]


def nearly(
    found: Spellings, word: str, edits: int, field: str = "name", *, is_prefix: bool = False
) -> list[str] | None:
    asked = sought(word, edits, is_prefix=is_prefix)
    return found.nearly(field, asked) if asked is not None else None


def test_a_short_word_or_a_field_without_spellings_is_left_to_tantivy(tmp_path: Path) -> None:
    found = written(tmp_path, ["abc", "abcdef"])
    assert nearly(found, "abcd", 1) == ["abc"]
    assert nearly(found, "abc", 1) is None
    assert nearly(found, "abcdefgh", 2) == ["abcdef"]
    assert nearly(found, "abcdefg", 2) is None
    assert nearly(found, "abcdefghij", 3) is None
    assert nearly(found, "abcd", 0) is None
    assert nearly(found, "abcd", 1, "near") == []
    assert nearly(found, "abcd", 1, "main") is None


def test_an_index_without_spellings_gives_the_same_results(tmp_path: Path) -> None:
    import_files(tmp_path / "places", [a_town().write(tmp_path / "town.osm")], progress=lambda _done, _step: None)
    folder = folder_in_service(tmp_path / "places")
    assert folder is not None
    answers, rows = [], []
    for is_without in (False, True):
        if is_without:
            told = msgspec.json.decode((folder / ABOUT).read_bytes())
            del told["sizes"][f"{TEXT}/{FILE}"]
            (folder / ABOUT).write_bytes(msgspec.json.encode(told))
            (folder / TEXT / FILE).unlink()
        engine = open_embedded(tmp_path)
        answers.append([asyncio.run(engine.geocode(GeocodeQuery(text=text))) for text in MISTYPED])
        rows.append([asyncio.run(engine.autocomplete(AutocompleteQuery(text=text))) for text in MISTYPED_BEGINNINGS])
        engine.close()
    assert rows[0] == rows[1]
    assert all(rows[0])
    assert answers[0] == answers[1]
    assert [found[0].name for found in answers[0]] == [
        "Landstrasse 4", "Aeulestrasse 1", "Aeulestrasse 11", "Schlossapotheke", "Café Wüest", "Landstrasse 8",
    ]  # fmt: skip


def test_a_file_of_another_version_or_shorter_than_it_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE

    def write(header: Header) -> None:
        path.write_bytes(msgspec.json.encode(header).ljust(HEADER_BYTES, b"\0"))

    write(Header(spellings.VERSION + 1, {}))
    with pytest.raises(ValueError, match="spellings is of version 2; this version reads 1"):
        Spellings(path)
    write(Header(spellings.VERSION, {"name": Part(HEADER_BYTES, 1, 1, 1, 1)}))
    with pytest.raises(ValueError, match="spellings has 1024 bytes, which are too few"):
        Spellings(path)


def test_damage_inside_is_reported_as_damage(tmp_path: Path) -> None:
    written(tmp_path, some_words(300))
    path = tmp_path / FILE
    held = path.read_bytes()
    part = msgspec.json.decode(held[:HEADER_BYTES].rstrip(b"\0"), type=Header).parts["name"]
    whole = part.at + layout_of(part).entries
    path.write_bytes(held[:whole] + b"\xa5" * (len(held) - whole))
    with pytest.raises(msgspec.DecodeError, match="spellings: "):
        nearly(Spellings(path), "abcde", 1)
