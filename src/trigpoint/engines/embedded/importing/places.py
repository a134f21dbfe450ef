"""Areas, each joined with its settlement point, and postal codes of addresses."""

from dataclasses import dataclass
from operator import itemgetter

import msgspec

from trigpoint.engines.embedded.importing.admin_levels import level_of_area
from trigpoint.engines.embedded.importing.areas import Area
from trigpoint.engines.embedded.importing.features import (
    SETTLEMENTS,
    Tags,
    fame,
    names_of,
    population_bonus,
    spellings_of,
)
from trigpoint.engines.embedded.importing.hierarchy import Found, Hierarchy
from trigpoint.engines.embedded.importing.index_writer import IndexWriter
from trigpoint.engines.embedded.importing.postcodes import PostalCode, codes_of
from trigpoint.engines.embedded.importing.staging import Staging, decode_tags
from trigpoint.engines.embedded.index.entries import clean_words, make_document, make_entry, name_words
from trigpoint.engines.embedded.index.records import Kind, Level, Names, Record, pack_names, ref_of, spell, tie_break
from trigpoint.engines.embedded.text.normalize import split
from trigpoint.maps.place_ids import postcode_ref

MOST_CODE_WORDS = 200
"""Highest number of words of a postal code's surroundings: the towns and quarters of its houses."""

RANK_OF_LEVEL = {2: 0.95, 3: 0.8, 4: 0.8, 5: 0.6, 6: 0.6, 7: 0.5, 8: 0.5, 9: 0.42, 10: 0.4, 11: 0.35}


@dataclass(frozen=True, slots=True)
class _Member:
    """A point that represents an area in its relation; `role` is `label` or `admin_centre`."""

    role: str
    ref: int
    tags: Tags
    at: tuple[float, float]


class AreaMaker:
    """Writes the areas and postal codes of an import."""

    def __init__(self, staging: Staging, hierarchy: Hierarchy, index: IndexWriter) -> None:
        self._staging = staging
        self._hierarchy = hierarchy
        self._index = index
        self._merged: set[int] = set()

    def make_areas(self) -> None:
        """Write each area, joined with its settlement point if that is the same place."""
        areas = self._hierarchy.areas
        settled = self._hierarchy.settle([area.centre for area in areas.areas], [area.tags for area in areas.areas])
        self._index.learn(self._hierarchy.take_news())
        records = [
            self._write_area(at, area, found) for at, (area, found) in enumerate(zip(areas.areas, settled, strict=True))
        ]
        for at, box, shape in areas.pieces():
            self._index.data.add_piece(records[at], box, shape)

    def _write_area(self, at: int, area: Area, found: Found) -> int:
        country = self._hierarchy.country_of(at) or found.country
        level = level_of_area(area, country)
        own, members = words_of(area.tags, area.names), self._members_of(area)
        tags, point, refs = area.tags, _middle_of(area, level, own, members), [area.ref]
        settlement = self._settlement_of(area, level, own, members)
        if settlement is not None:
            ref, told, point = settlement
            tags = {**told, **tags}
            refs.append(ref)
            self._merged.add(ref)
            self._staging.add("written", (ref,))
        names = {**names_of(tags), **area.names}
        spellings = spellings_of(tags, names)
        place = tags.get("place")
        rank = RANK_OF_LEVEL.get(area.admin_level, 0.35)
        if place in SETTLEMENTS:
            rank = max(rank, SETTLEMENTS[place][1])
        record = Record(
            kind=Kind.POSTCODE if area.postcode else Kind.AREA,
            ref=area.ref,
            packed_names=pack_names(names),
            spelled=spell(map(split, spellings if not area.postcode else [area.postcode])),
            latitude=point[0],
            longitude=point[1],
            setting=found.setting,
            box=area.box,
            rank=rank + population_bonus(tags) + fame(tags) + tie_break(area.ref),
            level=level,
            parts=tuple(refs[1:]),
            country=country,
            vicinity=found.vicinity,
        )
        name = name_words(spellings if not area.postcode else [area.postcode])
        record_id = self._index.write_entry(make_entry(record, make_document(record, name, [])))
        self._staging.add("written", (area.ref,))
        self._index.data.add_aliases(record_id, refs[1:])
        return record_id

    def _settlement_of(
        self, area: Area, level: Level, own: set[tuple[str, ...]], members: list[_Member]
    ) -> tuple[int, Tags, tuple[float, float]] | None:
        """Find the settlement that an area is the outline of: a member of its relation, of the same name and level."""
        if area.postcode or level < Level.LOCALITY:
            return None
        for member in members:
            if member.tags.get("place") in SETTLEMENTS and own & words_of(member.tags, names_of(member.tags)):
                return member.ref, member.tags, member.at
        return self._settlement_inside(area, own)

    def _members_of(self, area: Area) -> list[_Member]:
        """List the points that represent an area: its label first, then its administrative centre."""
        rows = self._staging.rows(
            "SELECT member.role, named.ref, named.tags, named.lat, named.lng"
            " FROM member JOIN named ON named.ref = member.ref"
            " WHERE member.relation = ? AND member.role IN ('label', 'admin_centre') ORDER BY member.role DESC, named.ref",
            (area.ref,),
        )
        south, west, north, east = area.box
        members = [_Member(role, ref, decode_tags(tags), (lat, lng)) for role, ref, tags, lat, lng in rows]
        return [one for one in members if south <= one.at[0] <= north and west <= one.at[1] <= east]

    def _settlement_inside(self, area: Area, own: set[tuple[str, ...]]) -> tuple[int, Tags, tuple[float, float]] | None:
        for words in own:
            for settlement in self._hierarchy.settlements.named(words):
                south, west, north, east = area.box
                inside = south <= settlement.at[0] <= north and west <= settlement.at[1] <= east
                if inside and settlement.ref not in self._merged:
                    return settlement.ref, settlement.tags, settlement.at
        return None

    def make_postcodes(self, last_house: int) -> None:
        """Write the postal codes without an outline: of houses up to an ID, then those that only ways have."""
        outlined = {area.postcode for area in self._hierarchy.areas.areas if area.postcode}
        only_ways = self._index.street_codes
        for (country, code), found in codes_of(self._index.data, self._index.surroundings, last_house):
            only_ways.pop((country, code), None)
            if code not in outlined:
                self._write_code(country, code, found)
        for (country, code), found in sorted(only_ways.items(), key=itemgetter(0)):
            if code not in outlined:
                self._write_code(country, code, found)

    def _write_code(self, country: str, code: str, found: PostalCode) -> None:
        setting, words = self._setting_of_code(found)
        code_ref = postcode_ref(country, code)
        ref = ref_of(code_ref.source, code_ref.number)
        record = Record(
            kind=Kind.POSTCODE,
            ref=ref,
            packed_names=pack_names({"": code}),
            spelled=spell([split(code)]),
            latitude=found.latitude / found.count,
            longitude=found.longitude / found.count,
            setting=setting,
            box=found.box,
            rank=0.35 + tie_break(ref),
            level=Level.POSTAL_CODE,
            postcodes=(code,),
            country=country,
        )
        record_id = self._index.data.add_record(record)
        document = make_document(record, name_words([code]), words)
        self._index.text.add(record_id, document, " ".join(words))

    def _setting_of_code(self, found: PostalCode) -> tuple[int, list[str]]:
        """Return the setting of a postal code: that of most of its houses, with the words of all of them."""
        surroundings = self._index.surroundings
        kept = [setting for setting, _ in found.settings.most_common()]
        words = clean_words(word for setting in kept for word in surroundings.words(setting))[:MOST_CODE_WORDS]
        if len(kept) == 1:
            return kept[0], words
        return surroundings.add(msgspec.structs.replace(surroundings.setting(kept[0]), words=words)), words


def _middle_of(area: Area, level: Level, own: set[tuple[str, ...]], members: list[_Member]) -> tuple[float, float]:
    """Return the position of an area: its label, its administrative centre, else the middle of its outline.

    For a country, the capital is not used, unless it has the same name. `own` are the words of the area's names.
    """
    for member in members:
        if member.role == "label" or level > Level.COUNTRY or own & words_of(member.tags, names_of(member.tags)):
            return member.at
    return area.centre


def words_of(tags: Tags, names: Names) -> set[tuple[str, ...]]:
    """Return all names of a thing as tuples of words, for comparison."""
    return {tuple(split(text)) for text in spellings_of(tags, names)}
