"""Pages, JSON API and sign-in: shows what the rooms below know and asks them to act; it has no rules of its own."""
