"""`python -m benchmarks`: print each benchmark's command, versions and medians."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import version

from benchmarks import delivery, dossier, pages, reading, season

LIBRARIES = (
    "sqlmodel",
    "docxtpl",
    "sqlalchemy",
    "transitions",
    "jinja2",
    "apscheduler",
    "aiosmtplib",
    "httpx",
    "fastapi",
    "uvicorn",
)


def main() -> None:
    print("command: python -m benchmarks")
    print(f"python {platform.python_version()}, sqlite {sqlite3.sqlite_version}, {platform.machine()}")
    print(", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    season.main()
    dossier.main()
    reading.main()
    delivery.main()
    pages.main()


if __name__ == "__main__":
    main()
