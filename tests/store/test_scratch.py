"""Rows of an older schema are migrated in a scratch database."""

from trigpoint.store.scratch import brought_up_to_date
from trigpoint.store.tables import feed


def test_copied_rows_replace_those_that_a_migration_wrote() -> None:
    copied = {"id": 1, "position": 7, "holder": "", "held_until": 0}
    with brought_up_to_date("0006", [(feed.name, [copied])]) as snapshot:
        assert list(snapshot.rows(feed)) == [copied]
