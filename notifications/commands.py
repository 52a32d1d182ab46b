"""What somebody wrote in a chat, understood: NHAN, XONG, GIAHAN <ngày>, VAO, LK <mã>. Pure.

Capitals, accents, emoji, full stops and courtesies around a command do not matter. Anything that says more than the command itself
("chưa nhận", "nhận rồi nhưng …") is not understood: a person reads it.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from db.errors import Refusal
from notifications.clean_text import one_line
from tasks.deadline import parse_date

Kind = Literal["acknowledge", "done", "more_time", "link", "sign_in", "unknown"]
LONGEST_READ = 500
LONGEST_REASON = 300
_MOST_WORDS_OF_A_NAME = 8
_BEFORE = r"(?:(?:da|vang|ok|oke|okay|em|toi|minh|chau|chung toi|chung em|xin|bao cao|(?:thon|ban|xom|khu|to)(?: so)? [0-9]{1,3})\s+)*"
_AFTER = (
    r"(?:\s+(?:a|roi|nhe|nha|ok|het|du|ca|duoc|viec|cac viec|giao viec|nhiem vu|ke hoach|tin|tin nhan|thu|thong tin|thong bao"
    r"|cam on|xin cam on))*"
)
_ACKNOWLEDGE = re.compile(rf"{_BEFORE}(?P<word>nhan){_AFTER}")
_DONE = re.compile(rf"{_BEFORE}(?:lam\s+)?(?P<word>xong){_AFTER}")
_MORE_TIME = re.compile(rf"{_BEFORE}(?P<word>gia\s?han)(?![a-z])(?P<rest>.*)")
_SIGN_IN = re.compile(
    r"(?:(?:em|toi|minh|chau|cho|xin)\s+)*(?P<word>vao|dang nhap)(?:\s+(?:mang non|trang))?(?:\s+(?:a|nhe|nha|voi|duoc khong))*"
)
_BARE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("acknowledge", _ACKNOWLEDGE), ("done", _DONE), ("sign_in", _SIGN_IN),
)  # fmt: skip
"""Commands that are words and nothing else."""
_LINK = re.compile(r"(?:(?:lk|lien\s?ket|ma|ma lien ket)[\s:.#-]*)?(?P<code>[0-9](?:[\s.-]?[0-9]){5})")
_WANTS_LINK = re.compile(r"lk(?:[\s:.#-]*[0-9 .-]*)?")
_DATE = re.compile(
    r"(?<![0-9])(?P<iso>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?![0-9])"
    r"|(?<![0-9])(?P<day>[0-9]{1,2})(?:\s?[/.-]\s?|\s+thang\s+)(?P<month>[0-9]{1,2})"
    r"(?:(?:\s?[/.-]\s?|\s+nam\s+)(?P<year>[0-9]{4}|[0-9]{2}))?(?![0-9])"
)
_SPELLINGS = {
    "nhan": {"nhan", "nhận"},
    "xong": {"xong"},
    "giahan": {"giahan", "giahạn"},
    "vao": {"vao", "vào"},
    "dangnhap": {"dangnhap", "đăngnhập"},
}
"""What is typed without accents may mean anything; what is typed with them must be the word itself ("nhắn" is not "nhận")."""


@dataclass(frozen=True)
class Command:
    """`on`: the last local date asked for; None with a sentence in `wrong` when it could not be read.

    `reason`: the words that follow the date. `code`: six digits, "" when what follows LK is no code.
    """

    kind: Kind
    on: date | None = None
    wrong: str = ""
    reason: str = ""
    code: str = ""


UNKNOWN = Command("unknown")


def understand(text: str, today: date) -> Command:
    """Read a message. `today`: the local date after which a date without a year is looked for."""
    line = _bare(one_line(text, LONGEST_READ))
    return next((found for one in _readings(line) if (found := _read(one, today)).kind != "unknown"), UNKNOWN)


def folded(text: str) -> str:
    """Small letters without accents, đ as d; each character of NFC text stays one character."""
    return "".join(map(_folded, text))


def _folded(one: str) -> str:
    base = unicodedata.normalize("NFD", one.lower().replace("đ", "d"))[:1]
    return base if base.isprintable() else " "


def _bare(line: str) -> str:
    """Without what stands around the words: emoji, marks, #; an @ stays, for a name follows it."""
    start = next((place for place, one in enumerate(line) if one.isalnum() or one == "@"), len(line))
    end = next((place for place in range(len(line), start, -1) if line[place - 1].isalnum()), start)
    return line[start:end]


def _readings(line: str) -> Iterator[str]:
    """The line; and where it begins with somebody's name, what may follow it: nobody knows how long a name is."""
    yield line
    if line.startswith("@"):
        words = [match.start() for match in re.finditer(r"(?<=\s)\S", line)]
        yield from (_bare(line[place:]) for place in words[:_MOST_WORDS_OF_A_NAME])


def _read(line: str, today: date) -> Command:
    plain = re.sub(r"\s", " ", folded(line))
    if match := _LINK.fullmatch(plain):
        return Command("link", code=re.sub(r"[^0-9]", "", match["code"]))
    if _WANTS_LINK.fullmatch(plain):
        return Command("link")
    words = _without_marks(plain)
    for kind, pattern in _BARE:
        if (match := pattern.fullmatch(words)) and _spelt(line, match):
            return Command(kind)
    if (match := _MORE_TIME.fullmatch(plain)) and _spelt(line, match):
        return _more_time(line, match.start("rest"), today)
    return UNKNOWN


def _without_marks(plain: str) -> str:
    """Commas, full stops and the like read as blanks, one blank for each so that places stay the same."""
    return re.sub(r"[^a-z0-9 ]", " ", plain)


def _spelt(line: str, match: re.Match[str]) -> bool:
    word = re.sub(r"\s", "", line[match.start("word") : match.end("word")]).lower()
    return word in _SPELLINGS[folded(word)]


def _more_time(line: str, start: int, today: date) -> Command:
    rest = line[start:]
    match = _DATE.search(folded(rest))
    if match is None:
        return Command("more_time", wrong="Tin chưa ghi ngày.")
    try:
        on = _day(match, today)
    except Refusal as refusal:
        sentence = str(refusal)
        return Command("more_time", wrong=f"{sentence[:1].upper()}{sentence[1:]}.")
    reason = re.sub(r"^[\s,;:.()–-]+", "", rest[match.end() :])
    return Command("more_time", on=on, reason=one_line(reason, LONGEST_REASON))


def _day(match: re.Match[str], today: date) -> date:
    if match["iso"]:
        year, month, day = match["iso"].split("-")
        return parse_date(f"{day}/{month}/{year}")
    day, month, year = match["day"], match["month"], match["year"]
    if year:
        return parse_date(f"{day}/{month}/{year if len(year) == 4 else f'20{year}'}")
    years = range(today.year, today.year + 9)
    if (int(day), int(month)) == (29, 2):
        years_with_it = [one for one in years if calendar.isleap(one)]
    else:
        years_with_it = list(years)[:2]
    return next(on for one in years_with_it if (on := parse_date(f"{day}/{month}/{one}")) > today)
