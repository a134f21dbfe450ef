"""JSON types that explain a search result: how the query was parsed, and the candidates with their scores."""

from typing import Literal, Self

from trigpoint.api.shape import Shape, word_of
from trigpoint.maps import explained


class WordRead(Shape):
    """A word of the query as it is looked up, its weight (0 to 1), and how it was interpreted."""

    word: str
    weight: float
    meaning: str

    @classmethod
    def of(cls, read: explained.WordRead) -> Self:
        """Show a word of the query."""
        return cls(word=read.word, weight=read.weight, meaning=read.meaning)


class PlaceCandidate(Shape):
    """A place that the query may mean. `parts` add up to `score`; `words` has the value of each matched word."""

    name: str
    where: str
    kind: str
    source: Literal["extract", "world"]
    found_by: str
    latitude: float
    longitude: float
    score: float
    parts: dict[str, float]
    words: dict[str, float]
    cover: float

    @classmethod
    def of(cls, candidate: explained.Candidate) -> Self:
        """Show a candidate."""
        return cls(
            name=candidate.name,
            where=candidate.where,
            kind=candidate.kind,
            source=word_of(candidate.source),
            found_by=candidate.found_by,
            latitude=candidate.at.latitude,
            longitude=candidate.at.longitude,
            score=candidate.score,
            parts=dict(candidate.parts),
            words=dict(candidate.words),
            cover=candidate.cover,
        )


class PlaceExplanation(Shape):
    """How a query was parsed, its candidates (best first), and which of them were returned (`decided`)."""

    text: str
    set_aside: list[str]
    words: list[WordRead]
    readings: list[str]
    candidates: list[PlaceCandidate]
    decided: str

    @classmethod
    def of(cls, found: explained.Explanation) -> Self:
        """Show an explanation."""
        return cls(
            text=found.text,
            set_aside=list(found.set_aside),
            words=[WordRead.of(word) for word in found.words],
            readings=list(found.readings),
            candidates=[PlaceCandidate.of(candidate) for candidate in found.candidates],
            decided=found.decided,
        )
