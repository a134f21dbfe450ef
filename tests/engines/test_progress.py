"""Progress of a part, as a share of the whole."""

from trigpoint.engines.progress import in_turn, of_step, within


def test_the_progress_of_a_part_is_reported_as_its_share_of_the_whole_with_its_name() -> None:
    told: list[tuple[float, str]] = []
    progress = within(lambda done, step: told.append((done, step)), (0.5, 0.75), name="tiles")
    for done, step in ((0.0, "Reading"), (0.5, "writing Monaco"), (1.0, "")):
        progress(done, step)
    assert told == [(0.5, "tiles, reading"), (0.625, "tiles, writing Monaco"), (0.75, "tiles, ")]


def test_steps_of_a_part_without_a_name_are_reported_as_they_are_and_never_beyond_its_end() -> None:
    told: list[tuple[float, str]] = []
    part = within(lambda done, step: told.append((done, step)), (0.2, 0.6))
    for done in (0.5, 1.5):
        of_step(part, "Reading")(done)
    assert told == [(0.4, "Reading"), (0.6, "Reading")]


def test_parts_follow_one_another_by_their_weights() -> None:
    told: list[tuple[float, str]] = []
    parts = in_turn(lambda done, step: told.append((done, step)), {"places": 3, "routes": 1})
    for part in parts.values():
        part(0.0, "Reading")
        part(1.0, "Writing")
    assert told == [
        (0.0, "places, reading"),
        (0.75, "places, writing"),
        (0.75, "routes, reading"),
        (1.0, "routes, writing"),
    ]
