"""The procedure of a plan: stages, guards that answer with reasons, steps."""
