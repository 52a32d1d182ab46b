"""The page of a document and its draft, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from documents.correcting.alike import resembled
from documents.correcting.checking import Checked
from documents.correcting.draft import PlanDraft, texts
from documents.correcting.entries import names_of
from documents.correcting.overlaying import dropped, keys_of
from documents.correcting.own import Own
from documents.correcting.present import Values
from documents.findings import DateFound, PlanFindings
from tasks.deadline import short_date
from web.fromdoc.bench import ASKED
from web.fromdoc.carried import Document
from web.fromdoc.fields import undated
from web.fromdoc.paper import Paper, paper_of
from web.fromdoc.places import SINGLE, findings, other_dates
from web.fromdoc.sheet import rules_of

KINDS = {
    "office": "Công chức, bộ phận", "station": "Trạm, công an, quân sự", "school": "Trường học", "union": "Đoàn thể",
    "village": "Thôn, tổ dân phố", "leadership": "Lãnh đạo xã", "superior": "Cấp trên",
}  # fmt: skip
MEANINGS = {
    "periodic_report": "báo cáo định kỳ", "deadline": "thời hạn", "start": "bắt đầu", "period": "khoảng thời gian", "other": "ngày khác",
}  # fmt: skip
FIELDS = SINGLE | {
    "report_wording": "Lời văn của hạn báo cáo", "issuer": "Cơ quan ban hành", **ASKED, "subject": "Nội dung", "kind": "Loại đơn vị", "name": "Tên",
    "count": "Số đơn vị", "members": "Tên từng đơn vị", "lead": "Chủ trì tiêu chí", "coop": "Phối hợp tiêu chí", "text": "Nội dung việc",
    "due_on": "Hạn riêng", "due_kind": "Cách tính hạn", "bases": "Căn cứ", "units": "Đơn vị",
}  # fmt: skip


@dataclass(frozen=True)
class OtherDate:
    """A date that no field holds. `path`: where its mark leads to."""

    path: str
    days: str
    wording: str
    meaning: str


@dataclass(frozen=True)
class Correcting:
    """What the page shows. `told`: sentences about the draft as a whole; `known`: the plan of that year is there already."""

    document: Document
    carried: str
    found: PlanFindings
    draft: PlanDraft
    problems: Mapping[str, Sequence[str]]
    paper: Paper
    known: bool
    own: Own
    told: Sequence[str] = field(default=())

    @property
    def dates(self) -> list[OtherDate]:
        """The document's other dates."""
        return [
            OtherDate(f"dates.{at}", _days(day), day.wording, MEANINGS[day.meaning])
            for at, day in other_dates(self.found)
        ]

    @property
    def wanting(self) -> list[tuple[str, str, str]]:
        """(path, the field's name, the first sentence) of every field to mend, in the order of the form."""
        order = {
            path: at for at, path in enumerate(["bases", "units", *(path for path, _ in texts(self.draft))])
        }
        paths = sorted(self.problems, key=lambda path: order.get(path, -1))
        return [(path, self._name(path), self.problems[path][0]) for path in paths]

    def _name(self, path: str) -> str:
        parts = path.split(".")
        label = FIELDS.get(parts[-1], "Kế hoạch")
        if parts[0] == "bases" and len(parts) > 1:
            return f"Căn cứ {1 + [one.id for one in self.draft.bases].index(parts[1])}: {label}"
        if parts[0] == "units" and len(parts) > 1:
            row = next(one for one in self.draft.units if one.id == parts[1])
            return f"{row.name or 'Đơn vị mới'}: {label}"
        return label

    def undated(self, row_id: str) -> list[int]:
        """The criteria of a row that may be given a deadline of their own; those that there are."""
        row = next(one for one in self.draft.units if one.id == row_id)
        there = {one.no for one in rules_of(self.own).criteria}
        return [no for no in undated(row) if no in there]

    def given_out(self, row_id: str) -> dict[str, str]:
        """The duties that the unit of a row has in the plan that is there: key -> title."""
        return {key: one["title"] for key, one in self._duties(row_id).items()}

    def resembles(self, row_id: str, duty_id: str) -> str:
        """The title of the duty that a new one may be; "" for none."""
        row = next(one for one in self.draft.units if one.id == row_id)
        duty = next(one for one in row.duties if one.id == duty_id)
        known = self._duties(row_id)
        key = (
            None if duty.known else resembled(duty.text, {key: one["wording"] for key, one in known.items()})
        )
        return known[key]["title"] if key else ""

    def _duties(self, row_id: str) -> dict[str, Values]:
        row = next(one for one in self.draft.units if one.id == row_id)
        return self.own.present(self.draft.year).duties(next(keys_of(row, self.own), ""))

    @property
    def dropped(self) -> list[str]:
        """Sentences on what the plan that is there gives out, and the draft does not."""
        return list(dropped(self.draft, self.own))

    def numbered(self, row_id: str) -> str:
        """«Thôn số 1 … Thôn số 16» for a row that means numbered units, else ""."""
        row = next(one for one in self.draft.units if one.id == row_id)
        name, count = next(names_of(row))
        return f"{name.replace('{no}', '1')} … {name.replace('{no}', str(count))}" if count else ""


def correcting(
    document: Document, carried: str, found: PlanFindings, draft: PlanDraft, checked: Checked, *, known: bool,
    own: Own, told: Sequence[str] = (),
) -> Correcting:  # fmt: skip
    """The page's values."""
    paper = paper_of(document.blocks, findings(found, draft))
    return Correcting(document, carried, found, draft, checked.problems, paper, known, own, told)


def _days(day: DateFound) -> str:
    return (
        " – ".join(dict.fromkeys(short_date(one) for one in (day.first, day.last) if one)) or "chưa rõ ngày"
    )
