"""What to say, to whom, when, by which channel; the ledger, delivery and the tick."""
