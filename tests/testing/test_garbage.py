"""Servers that run in the process of the tests leave its garbage collector as it is."""

import gc

from trigpoint.web import app


def test_a_server_of_this_process_does_not_set_how_often_garbage_is_collected() -> None:
    before = gc.get_threshold()
    app.gc.set_threshold(app.YOUNG)
    app.gc.freeze()
    assert gc.get_threshold() == before
    assert before[0] == 50_000
