"""The fake in a process of its own, for tests and for whoever shows it.

with ZaloFake() as fake:
    ... fake.url is every base URL ...
    fake.fate("bot", "reset_after")
    assert len(fake.received("bot")) == 1
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from zalo_fake.controls import Controls

_TESTS = Path(__file__).parents[1]
PATIENCE = 5.0


class ZaloFake(Controls):
    """Starts when entered and ends when left; it also ends with the process that started it, however that ends.

    `clock`: where its clock begins, aware or in Vietnam. `port` 0: any free one. Raises RuntimeError if it does not start.
    """

    def __init__(self, *, clock: datetime | None = None, port: int = 0) -> None:
        self._command = [sys.executable, "-m", "zalo_fake", "--with-parent", "--port", str(port)]
        if clock is not None:
            self._command += ["--clock", clock.isoformat()]
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    def __enter__(self) -> Self:
        """Start it and wait until it is ready."""
        self._process = process = subprocess.Popen(
            self._command, env=os.environ | {"PYTHONPATH": str(_TESTS)}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            self._end()
            raise RuntimeError("the fake of Zalo did not start")
        self.port = json.loads(line)["port"]
        super().__init__(f"http://127.0.0.1:{self.port}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self._end()

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def _end(self) -> None:
        process = self._process
        assert process is not None
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=PATIENCE)
        if process.poll() is None:
            process.kill()
            process.communicate()
