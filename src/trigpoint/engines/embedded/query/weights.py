"""Every number by which place search weighs: what a word tells, what a likeness is worth, what a score is made of.

`docs/search.md` follows a question from its text to its score; `bench/place_weights.py` measures what each number does.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights, a sentence each. Nought means that it does not matter; a score is about one at its best."""

    light: float = 0.15
    """What a word tells that hardly tells: "the", "de", "am"."""
    generic: float = 0.45
    """What a word tells that only says what kind of street it is: "street", "weg"."""
    number: float = 0.5
    """What a number tells: of the house, the flat or the town."""
    part: float = 0.2
    """What a letter tells that may belong to the number before it: the "A" of "12 A"."""
    inner: float = 0.1
    """What the later words tell of a number that is taken whole: the "к2" of "13/12 к2"."""
    unfinished: float = 0.6
    """What the last word tells while it is being typed, if it is so short that it could be a light one."""
    dense: float = 0.5
    """What a pair of letters tells in a script without blanks."""

    one_error: float = 0.86
    """What a word is worth that was typed with one error."""
    two_errors: float = 0.72
    """What a word is worth that was typed with two errors."""
    prefix: float = 0.86
    """What the beginning of a word is worth for it at least; it is worth more the more of the word it is."""
    prefix_error: float = 0.9
    """By how much the beginning of a word is worth less that was typed with errors."""
    split: float = 0.97
    """What a word of a name is worth that was typed as two."""
    joined: float = 0.97
    """What a word of the question is worth for the two words of a name that it is."""
    pair_error: float = 0.95
    """By how much two words are worth less that are with errors the one of a name."""
    latin: float = 0.98
    """By how much a word is worth less that was typed in other letters than the name has."""
    world_prefix: float = 0.93
    """What the beginning of the name of a town of the world is worth, whatever its length: that tells nothing there."""
    world_word: float = 0.97
    """What a whole word of such a name is worth while it is being typed."""
    near: float = 0.95
    """What a word is worth that names what lies around: the town, the country, the postal code, the street."""
    near_error: float = 0.75
    """What a misspelled word is worth that names what lies around."""
    near_prefix: float = 0.9
    """By how much the beginning of a word for what lies around is worth less than the word."""
    postal_city: float = 0.85
    """What the name of a town is worth that a house lies near but not in."""
    other_code: float = 0.4
    """What a postal code is worth that the street has, but not the house."""

    form_share: float = 0.5
    """Of the spellings of a name that explain the same, how much of the choice hangs on how much of each was said."""
    sure: float = 0.94
    """What share of a question must be explained to be sure of an answer: nothing better is sought with errors allowed."""
    sure_typed: float = 0.85
    """The same while it is being typed: as much as a beginning gives."""
    sure_name: float = 0.45
    """How much of a name must have been said to be sure of it."""

    name_share: float = 0.45
    """How much of a score hangs on how much of the name was said."""
    name_share_typed: float = 0.22
    """The same while it is being typed, when the rest of the name may follow."""
    importance: float = 0.08
    """What being well known is worth."""
    house: float = 0.06
    """What it is worth that the very house was found."""
    street_of_number: float = 0.03
    """What a street with houses is ahead by, though it lacks the number, of a thing that is called like it."""
    whole_name: float = 0.04
    """What it is worth that the question is the name, all of it and nothing else."""
    very_letters: float = 0.01
    """What it is worth that the question is the name letter by letter: of McDonald's and McDonalds the one typed."""
    other_letters: float = 0.03
    """What a name loses that lacks the accents with which a word was typed."""
    in_order: float = 0.1
    """What a name is ahead by that begins, word for word, with what is being typed."""
    code_and_town: float = 0.08
    """What a postal code is ahead by if the question is it and its town."""
    alias: float = 0.01
    """What a thing of the extract loses that goes by another of its names."""

    world: float = 0.02
    """What a town of the whole world must be ahead of the extract by, however well known."""
    world_unknown: float = 0.12
    """What it must be ahead by besides, the more the less it is known."""
    world_alias: float = 0.25
    """What such a town loses by another of its names than those in Latin and at home, the more the less it is known."""
    world_alias_area: float = 0.05
    """What a country or state loses by another of its names: "Belgique" may be a stop around the corner."""
    world_alias_letter: float = 0.04
    """What it loses for each letter short of four that have been typed of another of its names."""

    region: float = 0.15
    """What lying in the region of the point of interest is worth: more than a better spelling beyond an ocean."""
    region_typed: float = 0.05
    """The same while it is being typed, when a city far away may be meant."""
    district: float = 0.05
    """What lying within some ten kilometres is worth."""
    neighbourhood: float = 0.06
    """What lying within a kilometre or so is worth."""
    corner: float = 0.05
    """What lying round the corner is worth."""

    find_near: float = 0.45
    """When candidates are chosen: what a word counts that lies around, where one of the name counts one."""
    find_error: float = 0.7
    """The same of a word with typing errors."""
    find_prefix: float = 0.8
    """The same of the beginning of a word."""
    find_joined: float = 1.5
    """The same of two words that are one of the name."""
    find_cell: float = 0.8
    """The same of each cell around the point of interest that holds it."""
    find_country: float = 0.3
    """The same of the country that was named."""
    find_rare: float = 0.7
    """How much of what a word counts hangs on how few names have it."""


WEIGHTS = Weights()
"""The weights in use."""
