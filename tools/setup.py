"""Sets up `.venv` from the hash-pinned lock with nothing but Python: finds uv, or fetches it first.

Run by `make setup`. Uses the standard library only, because nothing is installed yet.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
ENVIRONMENT = ROOT / ".venv"
OLDEST = (3, 11)


def main() -> int:
    if sys.version_info < OLDEST:
        print(f"Python {sys.version.split()[0]} is too old; 3.11 or newer is needed.", file=sys.stderr)
        return 1
    uv = find_uv()
    if not (ENVIRONMENT / "bin" / "python").exists():
        run(uv, "venv", "--quiet", "--python", sys.executable, str(ENVIRONMENT))
    python = str(ENVIRONMENT / "bin" / "python")
    run(
        uv,
        "pip",
        "sync",
        "--quiet",
        "--compile-bytecode",
        "--python",
        python,
        "--require-hashes",
        "requirements.lock",
    )
    run(uv, "pip", "install", "--quiet", "--python", python, "--no-deps", "--no-build-isolation", "-e", ".")
    (ENVIRONMENT / ".ready").touch()
    return 0


def find_uv() -> str:
    """The uv fetched earlier, the one on the PATH, or a freshly fetched one in `.tools`."""
    own = TOOLS / "uv"
    if own.exists():
        return str(own)
    TOOLS.mkdir(exist_ok=True)
    found = shutil.which("uv") or fetch_uv()
    own.symlink_to(found)
    return str(own)


def fetch_uv() -> str:
    """Install uv into a small environment of its own; system-wide nothing changes."""
    home = TOOLS / "venv"
    print("Fetching uv (once) …", flush=True)
    try:
        venv.create(home, with_pip=True, clear=True)
    except (subprocess.CalledProcessError, SystemExit, ImportError):
        return fetch_uv_by_pip(home)
    run(str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    return str(home / "bin" / "uv")


def fetch_uv_by_pip(home: Path) -> str:
    """For a Python whose venv lacks pip (some Linux distributions) but which has pip itself."""
    shutil.rmtree(home, ignore_errors=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--target",
        str(home),
    ]
    if subprocess.run([*pip, "uv"], check=False).returncode:
        sys.exit(
            "This Python has neither venv nor pip. Install one of them (Debian: apt install python3-venv)."
        )
    return str(home / "bin" / "uv")


def run(*command: str) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(f"Failed: {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main())
