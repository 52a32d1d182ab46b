"""Names of units in folded text: offices, stations, schools, unions, villages; and which names mean the same unit."""

from __future__ import annotations

import re
from functools import lru_cache

from documents.grammar.letters import UPPER, bare, fold, tidy
from tasks.planparts import UnitKind

VILLAGE_WORDS = "tổ dân phố|khu dân cư|khối phố|khu phố|tiểu khu|thôn|bản|ấp|buôn|làng|xóm|khóm|khối|khu|tổ"
_FIELDS = (
    r"(?:vh\s*-?\s*xh|vhxh|văn hóa|xã hội|thông tin|thể thao|tư pháp|hộ tịch|tp\s*-\s*ht|tài chính|kế toán|tc\s*-\s*kt|kế hoạch|địa chính|xây dựng|đô thị|môi trường|nông nghiệp|kinh tế|hạ tầng|văn phòng|thống kê|vp\s*-\s*tk"
    r"|lao động|thương binh|lđ\s*-?\s*tb\s*&?\s*xh|lđ\s*-?\s*tb|tb\s*&\s*xh|lđtbxh|y tế|giáo dục|khoa học|chính sách|trẻ em|dân số|gia đình|bảo vệ|chăm sóc|quân sự|một cửa|tiếp nhận|trả kết quả|chuyên môn|tuyên giáo|dân vận|nội vụ|tôn giáo|dân tộc"
    r"|công tác|đoàn thể|khuyến nông|truyền thanh|phục vụ|cung ứng dịch vụ|dịch vụ công|hành chính công|hành chính|công ích|hđnd|ubnd|đảng ủy|chỉ huy|an ninh|thủy lợi|thú y)"
)
_LIST = rf"{_FIELDS}(?:\s*(?:-|,|&|/|và|\s)\s*{_FIELDS})*"
_AREA = r"(?:\s+(?:của\s+)?(?:xã|phường|thị trấn|đặc khu))?"
_TITLE = r"(?:(?:các\s+)?(?:đồng chí|đ/c|ông|bà)\s*:?\s*)?(?:các\s+)?(?:trạm trưởng|trưởng trạm(?=\s+trạm)|phó trưởng|trưởng(?!\s+(?:mầm|tiểu))|hiệu trưởng|ban giám hiệu|bí thư|chủ tịch|chỉ huy trưởng|chánh|lãnh đạo|thủ trưởng|giám đốc)\s+"
_COUNT = r"(?:(?:tất cả\s+)?(?:các|toàn bộ|\d{1,2}(?:/\d{1,2})?|hai|ba|bốn|năm|sáu)\s+)"
_LEVEL = r"(?:mầm non|mẫu giáo|mn|tiểu học|th\s*(?:&|và)\s*thcs|thcs|thpt|th|trung học cơ sở|trung học phổ thông|phổ thông|ptdt\w*|liên cấp|học)"
_KINDS: tuple[tuple[UnitKind, str], ...] = (
    ("village", rf"(?:(?:tổ trưởng|trưởng ban công tác mặt trận|cấp ủy|chi ủy|chi bộ|bí thư|trưởng|ban quản lý|ban điều hành|ban nhân dân|ban công tác mặt trận|cán bộ)(?:\s*(?:,|và|-)?\s*(?:chi bộ|bí thư|tổ trưởng|trưởng ban công tác mặt trận|trưởng))*\s+)*{_COUNT}?(?:{VILLAGE_WORDS})(?:\s*(?:,|và|-|/)\s*(?:các\s+|\d{{1,2}}\s+)?(?:{VILLAGE_WORDS})\b)*(?!\s+(?:chức|trưởng|lập|hợp|kết|cộng|sắc|vực|công tác|tiêu|đăng|lượng|chất))"),
    ("village", r"(?:các\s+)?(?:thôn|bản|ấp|buôn|làng|xóm|khóm|khối)\s+trưởng(?:\s*(?:,|và|-)\s*(?:thôn|bản|ấp|buôn|làng|xóm|khóm|khối)\s+trưởng)*"),
    ("station", rf"{_COUNT}?(?:trạm(?: trưởng)?\s+y\s*tế|trung tâm y\s*tế(?:\s+quân\s*-?\s*dân y)?|trạm y tế quân\s*-?\s*dân y|tyt|(?:ban )?công an|ca(?=\s+(?:xã|phường))|ban (?:chỉ huy )?quân sự|ban chqs|bch\s*qs|bch quân sự|đài truyền thanh|đồn biên phòng|đồn công an|phòng khám[\w ]{{0,20}}|y tế(?=\s+(?:xã|phường)))"),
    ("school", rf"{_COUNT}?(?:(?:trường|điểm trường|cơ sở giáo dục|nhóm trẻ|lớp)\s+(?:{_LEVEL})(?:\s*(?:,|và|-|/)\s*(?:trường\s+)?{_LEVEL}\b)*|nhà trường|trường học)"),
    ("union", rf"(?:thường trực\s+|ban thường trực\s+)*(?:ủy ban\s+|ub\s*)?(?:mttq|mặt trận tổ quốc|mặt trận)(?:\s*(?:việt nam|vn))?{_AREA}(?:\s*(?:và|,|&)\s*(?:các\s+)?(?:ban,? ngành,?\s*|hội,?\s*)?(?:tổ chức\s+(?:chính trị\s*-?,?\s*xã hội|đoàn thể|thành viên|hội)|đoàn thể(?:\s+(?:chính trị\s*-?\s*xã hội|nhân dân))?))?"),
    ("union", r"(?:xã|phường|thị) đoàn|(?:ban chấp hành |bch )?(?:đoàn\s+(?:thanh niên|tn)?\s*(?:cộng sản|cs|tncs)?\s*(?:hồ chí minh|hcm)?(?<!đoàn)(?<!đoàn )|đoàn(?=\s+(?:xã|phường|thị trấn)))"),
    ("union", r"(?:ban chấp hành |bch )?(?:hội\s+(?:liên hiệp phụ nữ|lhpn|phụ nữ|nông dân|nd|cựu chiến binh|ccb|chữ thập đỏ|ctđ|khuyến học|người cao tuổi|nct|cựu giáo chức|cựu thanh niên xung phong|đông y|làm vườn|bảo trợ[\w ]{0,40}?em|bảo vệ[\w ]{0,20}?em|người khuyết tật)(?:\s*(?:việt nam|vn))?)"),
    ("union", r"các\s+(?:ban,? ngành,?\s*|hội,?\s*)?(?:tổ chức\s+(?:chính trị\s*-?,?\s*xã hội|đoàn thể|hội)|đoàn thể(?:\s+(?:chính trị\s*-?\s*xã hội|nhân dân))?)|công đoàn|liên đội[\w ]{0,30}|tổng phụ trách đội"),
    ("office", rf"(?:công chức|cán bộ|cc|bộ phận|ngành|phòng|ban|văn phòng|trung tâm|vp|tổ)\s+(?:phụ trách\s+|làm công tác\s+|chuyên môn\s+)?{_LIST}(?!\w)|văn phòng(?=\s+(?:xã|phường))|hội đồng xét duyệt[\w ]{{0,40}}|ban chỉ đạo[\w ]{{0,30}}|ban bảo vệ[\w ,]{{0,30}}trẻ em|cộng tác viên[\w ,]{{0,40}}trẻ em|tổ công tác[\w ]{{0,30}}"),
    ("office", r"(?:văn hóa\s*-\s*xã hội|vh\s*-\s*xh|vhxh|tư pháp\s*-\s*hộ tịch|tài chính\s*-\s*kế toán|địa chính\s*-\s*(?:xây dựng|nông nghiệp)[\w ,-]{0,40}?|văn phòng\s*-\s*thống kê|lao động\s*-\s*thương binh\s*(?:và|-)\s*xã hội|lđ\s*-?\s*tb\s*&?\s*xh)"),
)  # fmt: skip
_ONE = re.compile(
    rf"(?<!\w)(?:(?:{_TITLE})?(?:"
    + "|".join(f"(?P<k{at}>{rule})" for at, (_, rule) in enumerate(_KINDS))
    + r"))(?!\w)"
)
_AREA_AFTER = re.compile(
    rf"\s+(?:của\s+)?(?:[Xx]ã(?! hội)|[Pp]hường|[Tt]hị trấn|[Đđ]ặc khu|XÃ(?! HỘI)|PHƯỜNG|THỊ TRẤN)(?!\w)(?:\s+(?!HCM)[{UPPER}][\w'’]*)*"
)
_PROPER_AFTER = re.compile(
    rf"\s*[\"“]?\s*(?:số\s+)?(?:[{UPPER}][\w'’]*|\d{{1,2}}/\d{{1,2}}(?![/\d])|\d{{1,2}})(?:[ -]+(?:[{UPPER}][\w'’]*|\d{{1,2}}(?!\d*[/.])))*[\"”]?"
)
_FIELD_AFTER = re.compile(r"\s*\((?:[Pp]hụ trách|[Mm]ảng|[Ll]ĩnh vực)\s[^()]{2,60}\)")
"""A commune has two culture and society officers; what stands in brackets tells which of them is meant."""
_NAMED = {"school", "village"}


_TITLES = re.compile(rf"^(?:{_TITLE})")


class Name:
    """A unit's name found in a text, from `start` to `end`."""

    def __init__(self, text: str, start: int, end: int, kind: UnitKind) -> None:
        self.start, self.end, self.kind = start, end, kind
        said = tidy(text[start:end])
        title = None if kind == "village" else _TITLES.match(fold(said))
        self.text = said[title.end() if title else 0 :].strip(' :"“”')


def name_at(text: str, at: int = 0, *, whole: bool = False) -> Name | None:
    """The unit named at a place of the text (original letters). `whole`: only when nothing but punctuation follows."""
    found = _ONE.match(fold(text), at)
    if not found:
        return None
    name = Name(text, at, _end(text, found), _kind(found))
    return None if whole and text[name.end :].strip(" .:;,") else name


def names_in(text: str, start: int = 0, end: int | None = None) -> list[Name]:
    """The units named in a stretch of running text."""
    low, found, at = fold(text), [], start
    stop = len(text) if end is None else end
    while one := _ONE.search(low, at, stop):
        name = Name(text, one.start(), min(_end(text, one), stop), _kind(one))
        if name.kind != "village" or _is_meant(low, one, name):
            found.append(name)
        at = max(name.end, one.end())
    return found


def _is_meant(low: str, found: re.Match[str], name: Name) -> bool:
    """Whether a village word stands for villages: «bản» alone is in «cơ bản» and «văn bản» too."""
    said = found.group()
    return (
        name.end > found.end()
        or re.match(r"\d|(?:các|trưởng|bí thư|ban \w+ \w+)\s", said) is not None
        or said.endswith(" trưởng")
    )


def _kind(found: re.Match[str]) -> UnitKind:
    at = next(at for at in range(len(_KINDS)) if found[f"k{at}"] is not None)
    return _KINDS[at][0]


def _end(text: str, found: re.Match[str]) -> int:
    """Where the name ends: with the commune's name after it, and a school's or village's own name."""
    end, kind = found.end(), _kind(found)
    if (kind in _NAMED and not text[: found.end()].isupper() and (own := _PROPER_AFTER.match(text, end))) or (
        kind in _NAMED and text[found.start() :].isupper() and (own := _PROPER_AFTER.match(text, end))
    ):
        end = own.end()
    if fold(found.group()).startswith("đồn ") and (own := _PROPER_AFTER.match(text, end)):
        end = own.end()
    if area := _AREA_AFTER.match(text, end):
        end = area.end()
    if kind == "office" and (field := _FIELD_AFTER.match(text, end)):
        end = field.end()
    return end


_LONG_FORMS = tuple(
    (re.compile(rf"\b{short}\b"), long)
    for short, long in (
        (r"vh\s*-?\s*xh|vhxh", "văn hóa xã hội"), (r"mttq", "mặt trận tổ quốc"), (r"ub(?=\s*mặt)", "ủy ban"), (r"lhpn", "liên hiệp phụ nữ"),
        (r"ccb", "cựu chiến binh"), (r"tncs", "thanh niên cộng sản"), (r"hcm", "hồ chí minh"), (r"mn", "mầm non"), (r"tyt", "trạm y tế"),
        (r"^(?:ban )?ca", "công an"), (r"cc", "công chức"), (r"vn", "việt nam"), (r"nd", "nông dân"), (r"nct", "người cao tuổi"), (r"ctđ", "chữ thập đỏ"), (r"th", "tiểu học"),
        (r"thcs", "trung học cơ sở"), (r"(?:ban )?chqs|bch quân sự|bch qs", "ban chỉ huy quân sự"), (r"lđ\s*-?\s*tb\s*&?\s*xh|lđtbxh", "lao động thương binh và xã hội"), (r"tp\s*-\s*ht", "tư pháp hộ tịch"), (r"tc\s*-\s*kt", "tài chính kế toán"), (r"vp", "văn phòng"), (r"bch", "ban chấp hành"),
    )
)  # fmt: skip
_TAIL = re.compile(r"\s+(?:của\s+)?(?:xã(?!\s+hội)|phường|thị trấn|đặc khu)(?:\s.*)?$")
_SAME = (
    (re.compile(r"^(?:(?:ban )?thường trực )*(?:ủy ban )?mặt trận tổ quốc(?: việt nam)?"), "mặt trận tổ quốc"),
    (re.compile(r"^(?:ban chấp hành )?đoàn (?:thanh niên(?: cộng sản)?(?: hồ chí minh)?)?$"), "đoàn thanh niên"),
    (re.compile(r"^(?:đoàn|xã đoàn|phường đoàn|thị đoàn)$"), "đoàn thanh niên"),
    (re.compile(r"^hội (?:liên hiệp )?phụ nữ(?: việt nam)?$"), "hội phụ nữ"),
    (re.compile(r"^y tế$"), "trạm y tế"), (re.compile(r"^trạm trạm"), "trạm"),
    (re.compile(r"^ban công an"), "công an"), (re.compile(r"^quân sự$|^ban quân sự$"), "ban chỉ huy quân sự"),
    (re.compile(r"^(?:công chức|cán bộ|bộ phận|ngành|cc)\s+(?:phụ trách |chuyên môn |làm công tác )?"), ""),
    (re.compile(r"^tư pháp$"), "tư pháp hộ tịch"), (re.compile(r"^tài chính$"), "tài chính kế toán"),
)  # fmt: skip


@lru_cache(maxsize=2_000)
def key_of(name: str) -> str:
    """What two names of one unit have in common: «Công chức VH-XH xã» and «Công chức Văn hóa – Xã hội»."""
    low = _TITLES.sub("", tidy(fold(name)).strip(' .:;,"'))
    low = re.sub(r"^(?:các|\d{1,2})\s+", "", low)
    low, bracket, field = low.partition("(")
    for short, long in _LONG_FORMS:
        low = short.sub(long, low)
    plain = tidy(re.sub(r"[^\w\s]", " ", _TAIL.sub("", f" {low}".rstrip()) if not _is_place(low) else low))
    for rule, one in _SAME:
        plain = tidy(rule.sub(one, plain))
    return f"{plain} {bracket}{field}".strip()


def _is_place(low: str) -> bool:
    return re.match(rf"(?:\d+\s+|các\s+)?(?:{VILLAGE_WORDS})\b", low) is not None


def rough_key(name: str) -> str:
    """The key without marks, for finding misspelt names."""
    return bare(key_of(name))
