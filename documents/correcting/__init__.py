"""Between what was read and a plan file: everything as text that a person may correct."""
