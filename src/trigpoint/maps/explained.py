"""Why a place was found: the parsed query, the candidates, and the parts of each score."""

from collections.abc import Mapping
from dataclasses import dataclass

from trigpoint.base.geo import Point


@dataclass(frozen=True, slots=True)
class WordRead:
    """A word as it is looked up, its weight (0 to 1), and its meaning in the query."""

    word: str
    weight: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that the text may mean. `parts` add up to `score`; `words` has the worth of each matched query word.

    `source` is the extract or the world gazetteer, `found_by` the lookup that retrieved it.
    """

    name: str
    where: str
    kind: str
    source: str
    found_by: str
    at: Point
    score: float
    parts: Mapping[str, float]
    words: Mapping[str, float]
    cover: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a text was parsed, and why it was answered as it was.

    `set_aside` are the parts that only mail delivery needs. `readings` are other interpretations of the text (a
    crossing, a road, a postal code, a kind of place, a country), as sentences. `candidates` are the best ones, best
    first. `decided` says what was answered.
    """

    text: str
    set_aside: tuple[str, ...]
    words: tuple[WordRead, ...]
    readings: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    decided: str


def explained_lines(found: Explanation) -> list[str]:
    """Format an explanation as lines of text."""
    lines = [f"Text: {found.text}"]
    lines += [f"Left aside: {', '.join(found.set_aside)}"] if found.set_aside else []
    lines += ["", "Words"] if found.words else []
    lines += [f"  {one.word:<16} {one.weight:4.2f}  {one.meaning}" for one in found.words]
    lines += ["", "Readings", *(f"  {sentence}" for sentence in found.readings)] if found.readings else []
    lines += ["", "Candidates"] if found.candidates else []
    for place, one in enumerate(found.candidates, 1):
        score = f"{one.score:6.3f}  " if one.parts else ""  # an external service gives the order without scores
        lines.append(f"  {place}. {score}{one.name} ({one.kind}, {one.source}; found by {one.found_by})")
        lines.append(f"            {one.where}") if one.where else None
        if one.parts:
            lines.append("            " + " ".join(f"{name} {value:+.3f}" for name, value in one.parts.items()))
            lines.append(
                "            explains " + ", ".join(f"{word} {worth:.2f}" for word, worth in one.words.items())
            )
    return [*lines, "", f"Decided: {found.decided}"]
