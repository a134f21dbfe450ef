"""Progress of a part, as a share of the whole."""

from trigpoint.engines.progress import within


def test_the_progress_of_a_part_is_reported_as_its_share_of_the_whole_with_its_name() -> None:
    told: list[tuple[float, str]] = []
    progress = within(lambda done, step: told.append((done, step)), "tiles", start=0.5, share=0.25)
    for done, step in ((0.0, "Reading"), (0.5, "writing Monaco"), (1.0, "")):
        progress(done, step)
    assert told == [(0.5, "tiles, reading"), (0.625, "tiles, writing Monaco"), (0.75, "tiles, ")]
