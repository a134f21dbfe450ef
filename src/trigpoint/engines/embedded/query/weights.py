"""All weights of place search: the weights of query words, the worth of matches, and the parts of a score.

`docs/search.md` follows a query from its text to its score; `bench/place_weights.py` measures the effect of each weight.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights. Zero disables a part; the best possible score is about 1."""

    light: float = 0.15
    """Weight of a stop word: "the", "de", "am"."""
    generic: float = 0.45
    """Weight of a word for a kind of street: "street", "weg"."""
    number: float = 0.5
    """Weight of a number: of a house, a flat or a postal code."""
    part: float = 0.2
    """Weight of a letter that may belong to the number before it: the "A" of "12 A"."""
    inner: float = 0.1
    """Weight of the further words of a house number of several words: the "к2" of "13/12 к2"."""
    unfinished: float = 0.6
    """Weight of the unfinished last word while it could still become a stop word."""
    dense: float = 0.5
    """Weight of a pair of characters in a script without spaces."""

    one_error: float = 0.86
    """Worth of a match with one typing error."""
    two_errors: float = 0.72
    """Worth of a match with two typing errors."""
    prefix: float = 0.86
    """Lowest worth of a prefix match; it grows with the share of the word that was typed."""
    prefix_error: float = 0.9
    """Factor for a prefix match with typing errors."""
    split: float = 0.97
    """Worth of a word of a name that was typed as two words."""
    joined: float = 0.97
    """Worth of a query word for two words of a name that it joins."""
    pair_error: float = 0.95
    """Factor for two query words that match one word of a name with typing errors."""
    latin: float = 0.98
    """Factor for a match through transliteration to Latin."""
    world_prefix: float = 0.93
    """Worth of a prefix match on a town of the world gazetteer, independent of the share that was typed."""
    world_word: float = 0.97
    """Worth of a whole word of a gazetteer name as the last, perhaps unfinished word."""
    near: float = 0.95
    """Worth of a match on the surroundings: town, country, postal code, street."""
    near_error: float = 0.75
    """Worth of a match on the surroundings with typing errors."""
    near_prefix: float = 0.9
    """Factor for a prefix match on the surroundings."""
    of_kind: float = 0.75
    """Worth of a word for the kind of thing that a record is, which its name lacks: "hotel" for Hilton."""
    postal_city: float = 0.85
    """Worth of the name of a town that a house or street lies near, but not in (its postal city)."""
    around: float = 0.75
    """Worth of the name of a town that a long road passes at a distance."""
    other_code: float = 0.4
    """Worth of a postal code that the street has, but not the house."""

    form_share: float = 0.5
    """Among spellings of a name with the same cover, the weight of the share of the name that the query has."""
    sure: float = 0.94
    """Lowest cover of a certain match, after which no typing errors are tried."""
    sure_typed: float = 0.85
    """The same for autocomplete, where a prefix match is enough."""
    sure_name: float = 0.45
    """Lowest share of the name that the query must have for a certain match."""

    name_share: float = 0.45
    """Weight of the share of the name that the query has."""
    name_share_typed: float = 0.22
    """The same for autocomplete, where the rest of the name may follow."""
    importance: float = 0.08
    """Bonus for importance, at its maximum."""
    house: float = 0.06
    """Bonus for a house with exactly the number of the query."""
    street_of_number: float = 0.03
    """Bonus for a street with houses over a same-named place, if the query has a house number that the street lacks."""
    whole_name: float = 0.04
    """Bonus if the query is exactly the name."""
    very_letters: float = 0.016
    """Bonus if the query is the name letter by letter, to tell McDonald's from McDonalds; a little less in another case."""
    other_letters: float = 0.03
    """Penalty if the query has accents that the name lacks."""
    in_order: float = 0.1
    """Bonus in autocomplete if the name begins with the query, word for word."""
    code_and_town: float = 0.09
    """Bonus for a postal code if the query is the code and its town."""
    alias: float = 0.01
    """Penalty for a record of an extract that matches by an alternative name."""

    world: float = 0.02
    """Penalty for every town of the world gazetteer, compared with records of an extract."""
    world_unknown: float = 0.12
    """Further penalty for such a town, at its maximum for an unimportant one."""
    world_alias: float = 0.25
    """Penalty for a match on a foreign name of such a town, at its maximum for an unimportant one."""
    world_other_name: float = 0.045
    """Further penalty for a match on a foreign name in Latin letters: Vienne is a town of its own before it is Vienna."""
    world_alias_area: float = 0.05
    """Penalty for a match on a foreign name of a country or state: "Belgique" may be a bus stop nearby."""
    world_alias_letter: float = 0.04
    """Penalty for each letter less than four that was typed of such a foreign name."""

    world_city: float = 0.05
    """Bonus for a city that the world knows, over a thing that is named after it, if there is no focus point."""

    before_comma: float = 0.1
    """Bonus for an area of an extract before a comma, over a thing that has all words of the query in its name."""

    station_of_town: float = 0.1
    """Penalty for a station or a stop with the name of the town around it."""

    region: float = 0.15
    """Bonus for a record in the region around the focus point; larger than that for a better spelling far away."""
    region_typed: float = 0.05
    """The same for autocomplete, where a city far away may be meant."""
    district: float = 0.05
    """Bonus for a record within about ten kilometres."""
    neighbourhood: float = 0.06
    """Bonus for a record within about one kilometre."""
    corner: float = 0.05
    """Bonus for a record within a few hundred metres."""

    find_near: float = 0.45
    """Candidate retrieval: boost of a term in the surroundings, relative to 1 for a term in the name."""
    find_error: float = 0.7
    """Candidate retrieval: boost of a term with typing errors."""
    find_prefix: float = 0.8
    """Candidate retrieval: boost of a prefix."""
    find_joined: float = 1.5
    """Candidate retrieval: boost of two query words that are one word of the name."""
    find_cell: float = 0.8
    """Candidate retrieval: boost of each size of cell around the focus point that contains the record."""
    find_country: float = 0.3
    """Candidate retrieval: boost of the country that the query names."""
    find_rare: float = 0.7
    """Candidate retrieval: share of a term's boost that depends on how rare the term is."""


WEIGHTS = Weights()
"""The weights in use."""
