"""A word of a name is only left out by its length if it is like no word of the query."""

from trigpoint.engines.embedded.query.parse import parse
from trigpoint.engines.embedded.rank.names import _likenesses
from trigpoint.engines.embedded.rank.reach import may_be_joined, may_resemble

QUERIES = (
    "Im Re", "Zollstrasse 50, 9490 Vaduz", "Flora", "Florawg", "San Fran", "newyork", "new york", "b'bad", "St. Gal", "Московская 5",
    "上海市 5", "marketst 5", "bahnhofweg 12a", "hauptpl", "katu 5", "Sankt Mark", "international airpo", "dr jo", "9490", "Wilhelmstr.",
)  # fmt: skip
NAMES = (
    "im", "rea", "zollstr", "zolstr", "zollg", "zolstrasse", "vaduz", "vadus", "fluraw", "floraweg", "florag", "florags", "fl", "sant", "sanfran",
    "san", "francisco", "newyork", "newyorks", "newyrk", "york", "bad", "bbad", "gallen", "galen", "московская", "moskovskaya",
    "moskovskaia", "上海", "海市", "尼奧", "market", "markt", "st", "str", "bahnhofg", "bahnofg", "banhofstr", "hauptpl", "hauptplatz",
    "hautpl", "katuk", "mark", "marc", "marcus", "intl", "internationl", "airport", "aiport", "dr", "jo", "johann", "9490", "9491",
    "94", "wilhelm", "wilhelmstr", "willhelmstr", "wilhelmshaven", "a", "kishoflany",
)  # fmt: skip


def test_a_word_that_is_left_out_by_its_length_is_like_no_word_of_the_query() -> None:
    found = 0
    for text in QUERIES:
        for open_ended in (False, True):
            for word in NAMES:
                parsed = parse(text, open_ended=open_ended)
                likenesses = _likenesses(parsed, word)
                found += bool(likenesses)
                assert may_resemble(parsed, word) or not likenesses, (text, word, likenesses)
    assert found > 50


def test_a_word_of_another_length_is_left_out() -> None:
    assert not may_resemble(parse("Im Re", open_ended=True), "primarschule")
    assert may_resemble(parse("Im Re", open_ended=True), "realschule")
    assert not may_resemble(parse("Vaduz"), "尼奧")
    assert may_resemble(parse("Vaduz"), "vadus")


def test_two_words_are_left_out_if_no_word_of_the_query_joins_words_of_such_lengths() -> None:
    parsed = parse("newyork")
    may_resemble(parsed, "york")
    assert may_be_joined(parsed, "new", "york")
    assert may_be_joined(parsed, "york", "city")
    assert not may_be_joined(parsed, "of", "ox")
    assert not may_be_joined(parsed, "new", "amsterdam")
