"""Measured beside their floor in the same run; never a timed test."""
