"""`mangnon …`: Vietnamese for people, `--json` for programs. Exit codes: 0 done, 1 found wanting, 2 refused."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from typer import Abort
from typer.exceptions import TyperException

from db.errors import Refusal, reason_of
from mangnon.cli import frame
from mangnon.cli.output import errors
from mangnon.cli.usage import sentence
from mangnon.cli.wording import command_tree
from mangnon.logs import configure_logs

__all__ = ["main"]


def main() -> None:
    """Run the command line; what cannot be done is said in one sentence, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    configure_logs()
    try:
        code = command_tree(frame.app).main(standalone_mode=False, prog_name="mangnon")
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has enough; what is still buffered must not be written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except (Exception, KeyboardInterrupt) as error:
        said = _said(error)
        if said is None:
            raise
        errors.print(f"✗ {said}", style="red", markup=False, soft_wrap=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


def _said(error: BaseException) -> str | None:
    """What a person is told; None for an error of the program."""
    match error:
        case Refusal():
            return str(error)
        case TyperException():
            return sentence(error)
        case OSError():
            return f"{error.filename or 'Tệp'}: {reason_of(error)}. Việc đang làm dở không được ghi."
        case Abort() | KeyboardInterrupt():
            return "Đã dừng theo yêu cầu; việc đang làm dở không được ghi."
        case _:
            return _conflict(error)


def _conflict(error: BaseException) -> str | None:
    # Imported only where something went wrong: most commands get by without it.
    from sqlalchemy.exc import IntegrityError  # noqa: PLC0415

    if isinstance(error, IntegrityError):
        return "Người khác vừa ghi cùng dữ liệu này nên chưa lưu gì. Hãy xem lại rồi làm lại."
    return None
