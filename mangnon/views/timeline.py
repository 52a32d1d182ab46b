"""The demo's story on the terminal: a line for each thing that happened, days with nothing but mail in one line."""

from __future__ import annotations

from itertools import groupby

from rich.text import Text

from mangnon.demo.season import Story
from tasks.deadline import weekday_date


def timeline(story: Story) -> Text:
    """Day by day: what people did, and how many messages left."""
    text = Text()
    for day, lines in groupby(story.lines, key=lambda line: line[0].date()):
        text.append(f"{weekday_date(day)}\n", "bold cyan")
        for at, sentence in lines:
            text.append(f"   {at:%H:%M}  {sentence}\n")
    return text
