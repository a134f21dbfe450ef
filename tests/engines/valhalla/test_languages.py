import pytest

from trigpoint.engines.valhalla.languages import LANGUAGES, choose_language


@pytest.mark.parametrize(
    ("tag", "chosen"),
    [
        ("en-US", "en-US"),
        ("en-GB", "en-GB"),
        ("en-NZ", "en-AU"),
        ("en-IE", "en-GB"),
        ("en", "en-US"),
        ("en-Latn-GB", "en-GB"),
        ("de", "de-DE"),
        ("de-AT", "de-DE"),
        ("pt", "pt-PT"),
        ("pt-BR", "pt-BR"),
        ("no", "nb-NO"),
        ("nn-NO", "nb-NO"),
        ("iw", "he-IL"),
        ("zh-Hans-CN", "en-US"),
        ("tlh", "en-US"),
    ],
)
def test_a_tag_gets_the_nearest_language(tag: str, chosen: str) -> None:
    assert choose_language(tag) == chosen


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_chosen_for_its_own_tag(language: str) -> None:
    assert choose_language(language) == language
