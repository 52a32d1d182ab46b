"""Alembic's environment and the versioned migrations."""
