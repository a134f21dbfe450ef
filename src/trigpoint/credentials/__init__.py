"""Who may ask: teams, Maps IDs, keys and tokens, and how they are judged. Pure: no I/O, no clock."""
