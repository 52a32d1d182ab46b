"""Units, criteria and assignments: generated, reported, reviewed; the working-day calendar."""
