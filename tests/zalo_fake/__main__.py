"""python -m zalo_fake [--port 0] [--clock ISO] [--with-parent]"""

from __future__ import annotations

import argparse
import asyncio
from datetime import datetime

from zalo_fake.server import serve


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="zalo_fake", description="A faithful fake of Zalo and of eSMS.")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0: any free one")
    parser.add_argument(
        "--clock", type=datetime.fromisoformat, help="where its clock begins; in Vietnam if no zone is given"
    )
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    asked = parser.parse_args()
    try:
        asyncio.run(serve(asked.port, asked.clock, with_parent=asked.with_parent))
    except OSError as error:
        parser.exit(1, f"zalo_fake: port {asked.port} cannot be served: {error.strerror}\n")


if __name__ == "__main__":
    main()
