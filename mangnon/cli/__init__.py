"""`mangnon …`: Vietnamese for people, `--json` for programs. Exit codes: 0 done, 1 found wanting, 2 refused."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from sqlalchemy.exc import IntegrityError
from typer import Abort
from typer.exceptions import TyperException

from db.errors import Refusal, reason_of
from mangnon.cli import (
    access,
    backup,
    demo,
    doctor,
    dossier,
    dossier_score,
    export,
    journal,
    messages,
    people,
    plan,
    plan_reading,
    remind,
    serve,
    setup,
    status,
    step,
    task_deeds,
    task_figures,
    tasks,
    zalo,
    zalo_account,
    zalo_webhook,
)
from mangnon.cli.app import app
from mangnon.cli.output import errors
from mangnon.cli.usage import sentence
from mangnon.cli.wording import command_tree
from mangnon.logs import configure_logs

__all__ = [
    "access", "app", "backup", "demo", "doctor", "dossier", "dossier_score", "export", "journal", "main", "messages", "people", "plan",
    "plan_reading", "remind", "serve", "setup", "status", "step", "task_deeds", "task_figures", "tasks", "zalo", "zalo_account",
    "zalo_webhook",
]  # fmt: skip


def main() -> None:
    """Run the command line; what cannot be done is said in one sentence, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    configure_logs()
    try:
        code = command_tree(app).main(standalone_mode=False, prog_name="mangnon")
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has enough; what is still buffered must not be written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except _SAID as error:
        errors.print(f"✗ {_said(error)}", style="red", markup=False, soft_wrap=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


_SAID = (Refusal, TyperException, Abort, KeyboardInterrupt, IntegrityError, OSError)


def _said(error: BaseException) -> str:
    match error:
        case Refusal():
            return str(error)
        case TyperException():
            return sentence(error)
        case IntegrityError():
            return "Người khác vừa ghi cùng dữ liệu này nên chưa lưu gì. Hãy xem lại rồi làm lại."
        case OSError():
            return f"{error.filename or 'Tệp'}: {reason_of(error)}. Việc đang làm dở không được ghi."
        case _:
            return "Đã dừng theo yêu cầu; việc đang làm dở không được ghi."
