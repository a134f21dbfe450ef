"""Writing the results of all processes of an import, in one of them: it assigns IDs and adds the words of settings."""

from collections import defaultdict

from trigpoint.engines.embedded.importing.loose_houses import LooseHouses
from trigpoint.engines.embedded.importing.named_things import NamedThings
from trigpoint.engines.embedded.importing.postcodes import PostalCode
from trigpoint.engines.embedded.importing.staging import Staging
from trigpoint.engines.embedded.importing.streets import StreetEntry, Streets
from trigpoint.engines.embedded.importing.surroundings import News, Surroundings
from trigpoint.engines.embedded.index.data_writer import DataWriter
from trigpoint.engines.embedded.index.entries import Entry, HouseEntry
from trigpoint.engines.embedded.index.textindex import TextWriter


class IndexWriter:
    """Writes the data file and the text index. `who` is the number of the process that made a result; this one is 0."""

    def __init__(self, staging: Staging, data: DataWriter, text: TextWriter, surroundings: Surroundings) -> None:
        self._staging = staging
        self.data = data
        self.text = text
        self.surroundings = surroundings
        self.street_codes: dict[tuple[str, str], PostalCode] = defaultdict(PostalCode)
        """The postal codes that ways have, by country and code."""

    def learn(self, news: News) -> None:
        """Write the new settings and vicinities of this process."""
        self.surroundings.learn(0, news)

    def write_entry(self, entry: Entry, who: int = 0) -> int:
        """Write a record and its words; return its ID."""
        settings, vicinities = self.surroundings.numbers_of(who)
        record_id = self.data.add_entry(entry, settings[entry.setting], vicinities[entry.vicinity])
        around = sorted([settings[setting] for setting in entry.around])
        self.text.add(record_id, entry.document, self.surroundings.near(around, entry.document.near))
        return record_id

    def write_streets(self, who: int, made: Streets) -> None:
        """Write streets with their segments and houses."""
        self.surroundings.learn(who, made.news)
        for street in made.streets:
            self._write_street(who, street)
        self.data.add_segment_boxes(made.boxes)

    def _write_street(self, who: int, street: StreetEntry) -> None:
        street_id = self.write_entry(street.entry, who)
        if street.is_thing:
            self._staging.add("written", (street.entry.ref,))
        if street.name:
            self.data.add_street_name(street_id, street.name)
        self.data.add_aliases(street_id, street.aliases)
        self.data.add_segments(street_id, street.shapes)
        for house in street.houses:
            self._write_house(who, house, street_id, house.keys)
        if street.codes:
            self._note_codes(street, self.surroundings.numbers_of(who)[0][street.entry.setting])

    def _note_codes(self, street: StreetEntry, setting: int) -> None:
        country, at = street.entry.document.country, (street.entry.document.latitude, street.entry.document.longitude)
        for code in street.codes:
            self.street_codes[country, code].add(setting, 1, at, (*at, *at))

    def _write_house(self, who: int, house: HouseEntry, street: int, keys: list[str]) -> None:
        settings, vicinities = self.surroundings.numbers_of(who)
        self.data.add_house(house, street, keys, settings[house.setting], vicinities[house.vicinity])

    def write_loose(self, who: int, made: LooseHouses) -> None:
        """Write addresses without a street, on the nearest street."""
        self.surroundings.learn(who, made.news)
        for house, street in made.houses:
            self._write_house(who, house, street, house.keys if street else [])

    def write_named(self, who: int, made: NamedThings) -> None:
        """Write named things."""
        self.surroundings.learn(who, made.news)
        for entry, is_on_ground in made.things:
            record_id = self.write_entry(entry, who)
            if is_on_ground:
                self.data.add_poi(record_id, entry.document.latitude, entry.document.longitude)
