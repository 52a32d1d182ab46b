"""Runs console scripts, each in a forked process of its own with the libraries already loaded.

Started by `cli_runner`; reads one JSON request a line from standard input, answers with one JSON line. Loading the
libraries takes a second and a half, which a hundred starts would spend a hundred times.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import runpy
import sys
import traceback
from typing import Any

import dateutil.easter  # noqa: F401 - these are loaded here so that the forked processes need not
import holidays.countries  # noqa: F401
import sqlalchemy.dialects.sqlite  # noqa: F401
from sqlalchemy.orm import configure_mappers

from mangnon.cli.ondemand import load_all


def main() -> None:
    load_all()
    configure_mappers()
    gc.freeze()
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for line in requests:
        wanted = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(wanted)
        answers.write(json.dumps(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])) + "\n")
        answers.flush()


def _become(wanted: dict[str, Any]) -> None:
    """Be the script from here on; never returns."""
    for number, name in enumerate(wanted["streams"]):
        os.dup2(os.open(name, os.O_RDWR), number)
    os.chdir(wanted["cwd"])
    os.environ.clear()
    os.environ.update(wanted["env"])
    if wanted["largest_file"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (wanted["largest_file"],) * 2)
    sys.argv = wanted["argv"]
    os._exit(_run(sys.argv[0]))


def _run(script: str) -> int:
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    main()
