"""Tables, sessions, migrations and the append-only journal; knows nothing of the rooms above."""
