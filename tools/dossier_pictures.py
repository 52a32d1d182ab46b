"""`python tools/dossier_pictures.py`: draw docs/images/dossier anew (needs soffice and pdftoppm)."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import VIETNAM  # noqa: E402
from dossier_world import DETAILS, facts_of, filled, finished  # noqa: E402
from paper import first_page, to_pdf  # noqa: E402

from db.migrate import upgrade  # noqa: E402
from db.store import Store  # noqa: E402
from tasks.clock import ManualClock  # noqa: E402


def main() -> None:
    """Draw the first page of each document."""
    pictures = ROOT / "docs" / "images" / "dossier"
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(f"sqlite:///{folder / 'm.db'}")
        upgrade(store.engine)
        clock = ManualClock(datetime(2024, 4, 16, 8, tzinfo=VIETNAM))
        documents = filled(facts_of(finished(store, clock, folder / "evidence", hostile=False)), DETAILS)
        for key, raw in documents.items():
            (folder / f"{key}.docx").write_bytes(raw)
        to_pdf(folder)
        for key in documents:
            first_page(folder / f"{key}.pdf", pictures / f"{key}.png")
        store.close()


if __name__ == "__main__":
    main()
