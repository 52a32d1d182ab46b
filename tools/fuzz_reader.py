"""`python tools/fuzz_reader.py [SECONDS] [FOLDER]`: atheris looks for files that crash the reader or hold it up.

It is led by which lines of `documents` a file reaches, and begins with the fixture plans. A file that does harm is
written to FOLDER, and the command ends with a code other than 0. Each file has 10 seconds by the clock, for the
machine may be busy, and the whole 1 GB.
"""

from __future__ import annotations

import io
import resource
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["documents"]):
    from documents.reading import read_plan_document
    from documents.sources import read_blocks

from db.errors import Refusal  # noqa: E402  (below what is instrumented)

PLANS = ROOT / "tests" / "data" / "plans"
PART = "word/document.xml"
MEMORY = 1 << 30


def main(seconds: int, harm: Path) -> None:
    """Fuzz for so long; atheris ends the process."""
    # libFuzzer's own limit looks at the peak of the process, and Linux charges a child with what its parent had.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory(prefix="mangnon-fuzz-") as folder:
        corpus = Path(folder)
        seed(corpus)
        options = [
            sys.argv[0], str(corpus), f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=0", "-max_len=60000",
            f"-artifact_prefix={harm}/", "-print_final_stats=1",
        ]  # fmt: skip
        atheris.Setup(options, one)
        atheris.Fuzz()


def seed(corpus: Path) -> None:
    """A first byte says what the rest is: T a text, X the markup of a Word file, anything else a whole file."""
    for path in sorted(PLANS.iterdir()):
        raw = path.read_bytes()
        if path.suffix == ".txt":
            (corpus / path.name).write_bytes(b"T" + raw)
        elif path.suffix == ".docx":
            (corpus / path.name).write_bytes(b"F" + raw)
            with zipfile.ZipFile(path) as archive:
                (corpus / f"{path.name}.xml").write_bytes(b"X" + archive.read(PART))


def one(given: bytes) -> None:
    """Read one file to its end: it is a plan, or a Refusal."""
    raw = word_file(given[1:]) if given[:1] == b"X" else given[1:]
    try:
        read_plan_document(read_blocks(raw, "tep"), {})
    except Refusal:
        return


def word_file(markup: bytes) -> bytes:
    """The first Word fixture with this markup as its document."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name, content in _parts().items():
            new.writestr(name, markup if name == PART else content)
    return made.getvalue()


def _parts() -> dict[str, bytes]:
    if not PARTS:
        with zipfile.ZipFile(min(PLANS.glob("*.docx"))) as archive:
            PARTS.update({name: archive.read(name) for name in archive.namelist()})
    return PARTS


PARTS: dict[str, bytes] = {}

if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 60, Path(sys.argv[2]) if len(sys.argv) > 2 else Path.cwd()
    )
