"""Everything with a name that is no street: settlements, areas, points of interest, nature, postal codes."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from trigpoint.engines.embedded.importing.admin_levels import level_of_area
from trigpoint.engines.embedded.importing.areas import Area
from trigpoint.engines.embedded.importing.features import (
    SETTLEMENTS,
    Tags,
    fame,
    kind_of,
    names_of,
    population_bonus,
    spellings_of,
)
from trigpoint.engines.embedded.importing.hierarchy import Found, Hierarchy
from trigpoint.engines.embedded.importing.postcodes import PostalCode
from trigpoint.engines.embedded.importing.staging import Staging, decode_tags
from trigpoint.engines.embedded.index.data_writer import DataWriter
from trigpoint.engines.embedded.index.geometry import nearest_on_line
from trigpoint.engines.embedded.index.records import Kind, Level, Names, OsmBox, Record, ref_of, spell
from trigpoint.engines.embedded.index.textindex import TextWriter, index_record, name_words
from trigpoint.engines.embedded.text.normalize import split
from trigpoint.maps.contacts import telephone_of, urls_of
from trigpoint.maps.kinds import kinds_of
from trigpoint.maps.place_ids import postcode_ref
from trigpoint.maps.poi_tags import category_of

BATCH = 4_000
MOST_CODE_WORDS = 200
"""By how many words a postal code is known at most: those of the towns and quarters that its houses lie in."""

STREET_REACH_M = 60.0
RANK_OF_LEVEL = {2: 0.95, 3: 0.8, 4: 0.8, 5: 0.6, 6: 0.6, 7: 0.5, 8: 0.5, 9: 0.42, 10: 0.4, 11: 0.35}


@dataclass(frozen=True, slots=True)
class _Member:
    """A point that stands for an area in its relation; `role` is `label` or `admin_centre`."""

    role: str
    ref: int
    tags: Tags
    at: tuple[float, float]


class PlaceMaker:
    """Writes the named things of an import."""

    def __init__(self, staging: Staging, hierarchy: Hierarchy, data: DataWriter, text: TextWriter) -> None:
        self._staging = staging
        self._hierarchy = hierarchy
        self._data = data
        self._text = text
        self._record_of_interest = dict.fromkeys((area.ref for area in hierarchy.interests.areas), 0)
        self._merged: set[int] = set()

    def make_areas(self) -> None:
        """Write each area, together with the settlement in its middle where that is the same place."""
        areas = self._hierarchy.areas
        settled = self._hierarchy.settle([area.centre for area in areas.areas], [area.tags for area in areas.areas])
        records: list[int] = []
        for at, (area, found) in enumerate(zip(areas.areas, settled, strict=True)):
            records.append(self._write_area(at, area, found))
        for piece in areas.pieces:
            self._data.add_piece(records[piece.area], piece.box, piece.shape)

    def _write_area(self, at: int, area: Area, found: Found) -> int:
        setting = self._hierarchy.kept[found.setting]
        country = self._hierarchy.country_of(at) or setting.country_code
        level = level_of_area(area, country)
        tags, point, refs = area.tags, self._middle_of(area, level), [area.ref]
        settlement = self._settlement_of(area, level)
        if settlement is not None:
            ref, own, point = settlement
            tags = {**own, **tags}
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
            names=names,
            spelled=spell(map(split, spellings if not area.postcode else [area.postcode])),
            latitude=point[0],
            longitude=point[1],
            setting=found.setting,
            box=area.box,
            rank=rank + population_bonus(tags) + fame(tags),
            level=level,
            parts=refs[1:],
            country=country,
            vicinity=found.vicinity,
        )
        record_id = self._data.add_record(record)
        self._staging.add("written", (area.ref,))
        self._data.add_aliases(record_id, refs[1:])
        name = name_words(spellings if not area.postcode else [area.postcode])
        index_record(self._text, record_id, record, name, setting.words)
        return record_id

    def _settlement_of(self, area: Area, level: Level) -> tuple[int, Tags, tuple[float, float]] | None:
        """Find the settlement that an area is the outline of: a member of its relation, of the same name and level."""
        if area.postcode or level < Level.LOCALITY:
            return None
        own = words_of(area.tags, area.names)
        for member in self._members_of(area):
            if member.tags.get("place") in SETTLEMENTS and own & words_of(member.tags, names_of(member.tags)):
                return member.ref, member.tags, member.at
        return self._settlement_inside(area, own)

    def _members_of(self, area: Area) -> list[_Member]:
        """List the points that stand for an area: where its label is drawn first, then its administrative centre."""
        rows = self._staging.rows(
            "SELECT member.role, named.ref, named.tags, named.lat, named.lng"
            " FROM member JOIN named ON named.ref = member.ref"
            " WHERE member.relation = ? AND member.role IN ('label', 'admin_centre') ORDER BY member.role DESC, named.ref",
            (area.ref,),
        )
        south, west, north, east = area.box
        members = [_Member(role, ref, decode_tags(tags), (lat, lng)) for role, ref, tags, lat, lng in rows]
        return [one for one in members if south <= one.at[0] <= north and west <= one.at[1] <= east]

    def _middle_of(self, area: Area, level: Level) -> tuple[float, float]:
        """Say where an area is: at its label, at its administrative centre, else in the middle of its outline.

        The capital is not where a country is, unless that is called so too.
        """
        own = words_of(area.tags, area.names)
        for member in self._members_of(area):
            same_name = bool(own & words_of(member.tags, names_of(member.tags)))
            if member.role == "label" or same_name or level > Level.COUNTRY:
                return member.at
        return area.centre

    def _settlement_inside(self, area: Area, own: set[tuple[str, ...]]) -> tuple[int, Tags, tuple[float, float]] | None:
        for words in own:
            for settlement in self._hierarchy.settlements.named(words):
                south, west, north, east = area.box
                inside = south <= settlement.at[0] <= north and west <= settlement.at[1] <= east
                if inside and settlement.ref not in self._merged:
                    return settlement.ref, settlement.tags, settlement.at
        return None

    def make_all(self) -> Iterator[int]:
        """Write every named thing that is not written yet as a street or an area; yields how many are done."""
        done = 0
        self._staging.flush()
        rows = self._staging.rows(
            "SELECT ref, lat, lng, south, west, north, east, tags FROM named"
            " WHERE NOT EXISTS (SELECT 1 FROM written WHERE written.ref = named.ref) ORDER BY ref"
        )
        while batch := [row for _, row in zip(range(BATCH), rows, strict=False)]:
            tags = [decode_tags(row[7]) for row in batch]
            settled = self._hierarchy.settle([(row[1], row[2]) for row in batch], tags)
            for row, own, found in zip(batch, tags, settled, strict=True):
                box = None if row[3] is None else (row[3], row[4], row[5], row[6])
                self._write_named(row[0], own, (row[1], row[2]), box, found)
            done += len(batch)
            yield done
        self._write_interests()

    def _write_interests(self) -> None:
        """Write the outlines of the areas of interest that have become records, to be found from the ground."""
        interests = self._hierarchy.interests
        for piece in interests.pieces:
            record_id = self._record_of_interest[interests.areas[piece.area].ref]
            if record_id:
                self._data.add_piece(record_id, piece.box, piece.shape)

    def _write_named(self, ref: int, tags: Tags, at: tuple[float, float], box: OsmBox | None, found: Found) -> None:
        kept = kind_of(tags)
        if kept is None:
            return
        level, rank = kept[1:]
        kind, category = categorized(kept[0], tags)
        names = names_of(tags)
        setting = self._hierarchy.kept[found.setting]
        spellings = spellings_of(tags, names)
        street = self._street_of(tags, kind, at)
        postcode = tags.get("addr:postcode") or found.postcode
        record = Record(
            kind=kind,
            ref=ref,
            names=names,
            spelled=spell(map(split, spellings)),
            latitude=at[0],
            longitude=at[1],
            setting=found.setting,
            box=box,
            rank=rank,
            level=level,
            category=category,
            number=tags.get("addr:housenumber"),
            street=street,
            postcodes=[postcode] if postcode else [],
            telephone=telephone_of(tags),
            urls=urls_of(tags),
            country=setting.country_code,
            vicinity=found.vicinity,
        )
        record_id = self._data.add_record(record)
        if ref in self._record_of_interest:
            self._record_of_interest[ref] = record_id
        if kind in {Kind.POI, Kind.NATURAL}:
            self._data.add_poi(record_id, record)
        near = [*setting.words, *(word for text in (street, record.number, postcode) if text for word in split(text))]
        kinds = kinds_of(tags) if kind is Kind.POI else ()
        index_record(self._text, record_id, record, name_words(spellings), near, kinds=kinds)

    def _street_of(self, tags: Tags, kind: Kind, at: tuple[float, float]) -> str | None:
        """Name the street of a thing: as its address does, else, of a point of interest, the nearest."""
        street = tags.get("addr:street") or tags.get("addr:place")
        return self._street_near(at) if street is None and kind is Kind.POI else street

    def _street_near(self, at: tuple[float, float]) -> str | None:
        best, nearest = STREET_REACH_M, 0
        for street, line in self._data.segments_near(at[0], at[1], 0.0008):
            distance = nearest_on_line(at[0], at[1], line)[0]
            if distance < best:
                best, nearest = distance, street
        return self._data.street_name(nearest) if nearest else None

    def make_postcodes(self, codes: dict[tuple[str, str], PostalCode]) -> None:
        """Write the postal codes that addresses carry and no outline has."""
        outlined = {area.postcode for area in self._hierarchy.areas.areas if area.postcode}
        for (country, code), found in codes.items():
            if code in outlined:
                continue
            setting_id, words = self._setting_of_code(found)
            ref = postcode_ref(country, code)
            record = Record(
                kind=Kind.POSTCODE,
                ref=ref_of(ref.source, ref.number),
                names={"": code},
                spelled=spell([split(code)]),
                latitude=found.latitude / found.count,
                longitude=found.longitude / found.count,
                setting=setting_id,
                box=found.box,
                rank=0.35,
                level=Level.POSTAL_CODE,
                postcodes=[code],
                country=country,
            )
            record_id = self._data.add_record(record)
            index_record(self._text, record_id, record, name_words([code]), words)

    def _setting_of_code(self, found: PostalCode) -> tuple[int, list[str]]:
        """Give the setting of a postal code: that of most of its houses, named by the words of all."""
        kept = [self._hierarchy.kept[setting] for setting, _ in found.settings.most_common()]
        words = list(dict.fromkeys(word for setting in kept for word in setting.words))[:MOST_CODE_WORDS]
        if len(kept) == 1:
            return next(iter(found.settings)), words
        return self._data.add_setting(msgspec.structs.replace(kept[0], words=words)), words


def categorized(kind: Kind, tags: Tags) -> tuple[Kind, str | None]:
    """Give the category of a thing, and its kind: a beach is nature and a point of interest; Apple has a category for it."""
    category = category_of(tags) if kind in {Kind.POI, Kind.NATURAL} else None
    return (Kind.POI, category.value) if category is not None else (kind, None)


def words_of(tags: Tags, names: Names) -> set[tuple[str, ...]]:
    """Give every name of a thing, split into its words, to compare by."""
    return {tuple(split(text)) for text in spellings_of(tags, names)}
