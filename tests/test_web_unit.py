"""A unit reports from the phone: what is asked, what was typed wrong, what others did meanwhile."""

from __future__ import annotations

import gzip
import unicodedata

import pytest
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient
from web_world import WebWorld, csrf

from db.store import Store
from db.tables import ExtensionRequest, IndicatorValue, Member, Person, Report, Task
from tasks.clock import ManualClock
from tasks.current import rules_of
from web.rendering import STATIC


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


@pytest.fixture
def criterion_task(web: WebWorld) -> Task:
    """A task with a share to report."""
    query = select(Task).where(col(Task.kind) == "criterion").order_by(col(Task.criterion_no))
    return web.world.do(lambda s: s.execute(query).scalars().first())


def reporter(web: WebWorld, task: Task) -> TestClient:
    """The contact of the task's unit, come by the task's link and confirmed."""
    key = web.world.do(
        lambda s: s.execute(
            select(col(Person.key)).join(Member, col(Member.person_id) == col(Person.id)).where(
                col(Member.unit_id) == task.unit_id, col(Member.role) == "contact"
            )
        ).scalars().first()
    )  # fmt: skip
    client = web.stranger()
    page = client.get(web.link(key, task.key))
    assert page.status_code == 200
    client.headers["x-person"] = key
    assert (
        client.post(f"/viec/{task.id}/da-nhan", data={"csrf": csrf(page.text), "xac_nhan": "1"}).status_code
        == 200
    )
    return client


def form(client: TestClient, task: Task, **fields: str) -> dict[str, str]:
    """The fields of the report form with some filled in."""
    page = client.get(f"/viec/{task.id}").text
    version = page.partition('name="phien_ban" value="')[2].partition('"')[0]
    return {
        "csrf": csrf(page),
        "phien_ban": version,
        **{name.replace("__", "."): value for name, value in fields.items()},
    }


def filled(web: WebWorld, task: Task, value: str = "45", whole: str = "50") -> dict[str, str]:
    """Good answers to every indicator of a task's criterion."""
    rules = web.world.do(lambda s: rules_of(s, task.plan_id))
    typed = {}
    for one in rules.criterion(task.criterion_no or 0).indicators:
        if one.kind == "share":
            typed |= {f"tu.{one.key}": value, f"mau.{one.key}": whole}
        else:
            typed |= {f"so.{one.key}": "có" if one.kind == "yes_no" else "3"}
    return typed


def test_the_page_says_what_is_asked_by_when_and_how_many_working_days_are_left(web: WebWorld) -> None:
    text = web.signed_in("unit").get(f"/viec/{web.task('bc.thon-07')}").text
    for said in (
        "thứ Sáu, 08/11/2024",
        "trước ngày 10/11/2024",
        "ngày làm việc",
        "Kế hoạch số 75/KH-UBND",
        "Nộp báo cáo",
    ):
        assert said.casefold() in text.casefold(), said


def test_a_report_with_figures_is_handed_in_and_shown(web: WebWorld, criterion_task: Task) -> None:
    client = reporter(web, criterion_task)
    sent = form(client, criterion_task) | filled(web, criterion_task) | {"ghi_chu": "Đã rà soát."}
    answer = client.post(f"/viec/{criterion_task.id}/bao-cao", data=sent)
    if "Số liệu đúng, nộp báo cáo" in answer.text:
        answer = client.post(f"/viec/{criterion_task.id}/bao-cao", data=sent | {"da_xem": "1"})
    assert "Đã nộp báo cáo" in answer.text
    values = web.world.do(lambda s: s.execute(select(IndicatorValue)).scalars().all())
    assert (45, 50) in {(one.numerator, one.denominator) for one in values} or all(
        one.value for one in values
    )
    assert client.get("/viec-cua-toi").text.count("Chờ duyệt") == 1


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        ("5", "0", "mẫu số 0"),
        ("60", "50", "lớn hơn mẫu số 50"),
        ("nhiều", "50", "phải có dạng|không phải số"),
        ("1", str(10**20), "quá mức"),
        ("-1", "50", "số âm"),
        ("1.000", "2.000", "hiểu hai cách|không phải số"),
        ("5", "", "cả tử số và mẫu số"),
    ],
)
def test_a_wrong_number_is_told_beside_its_field_and_stays_typed(
    web: WebWorld, part: str, whole: str, said: str
) -> None:
    task = share_task(web)
    client = reporter(web, task)
    typed = filled(web, task)
    key = next(name for name in typed if name.startswith("tu."))[3:]
    typed |= {f"tu.{key}": part, f"mau.{key}": whole}
    answer = client.post(f"/viec/{task.id}/bao-cao", data=form(client, task) | typed)
    assert answer.status_code == 422
    beside = answer.text.partition(f'id="{key}-sai"')[2].partition("</p>")[0]
    assert any(one in beside.casefold() for one in said.split("|")), beside
    assert f'aria-describedby="{key}-sai"' in answer.text
    assert f'value="{part}"' in answer.text
    assert web.world.task(task.key).state == "acknowledged"


def share_task(web: WebWorld) -> Task:
    """A criterion task that asks for a share."""
    tasks = web.world.do(
        lambda s: s.execute(select(Task).where(col(Task.kind) == "criterion")).scalars().all()
    )
    rules = web.world.do(lambda s: rules_of(s, tasks[0].plan_id))
    return next(
        one for one in tasks if any(i.kind == "share" for i in rules.criterion(one.criterion_no).indicators)
    )


@pytest.mark.parametrize(
    "note",
    [
        "<script>alert(1)</script>\"'",
        "\u202eđảo ngược\u202c و شكرا",
        "🎋 măng non 🎋",
        unicodedata.normalize("NFD", "Đã rà soát đủ"),
    ],
)
def test_whatever_letters_a_note_has_it_is_kept_and_cannot_act(web: WebWorld, note: str) -> None:
    client = web.signed_in("unit")
    task = web.world.task("bc.thon-07")
    answer = client.post(f"/viec/{task.id}/bao-cao", data=form(client, task) | {"ghi_chu": note})
    assert "Đã nộp báo cáo" in answer.text
    assert "<script>alert" not in answer.text
    stored = web.world.do(lambda s: s.execute(select(col(Report.note))).scalar_one())
    assert stored == unicodedata.normalize("NFC", note)


def test_a_note_that_is_too_long_is_told_and_kept(web: WebWorld) -> None:
    client = web.signed_in("unit")
    task = web.world.task("bc.thon-07")
    answer = client.post(f"/viec/{task.id}/bao-cao", data=form(client, task) | {"ghi_chu": "a" * 10_001})
    assert (answer.status_code, "10001 ký tự, tối đa 10000" in answer.text, "a" * 10_001 in answer.text) == (
        422,
        True,
        True,
    )


def test_more_than_a_form_may_hold_is_refused_in_one_sentence(web: WebWorld) -> None:
    client = web.signed_in("unit")
    task = web.world.task("bc.thon-07")
    answer = client.post(f"/viec/{task.id}/bao-cao", data=form(client, task) | {"ghi_chu": "a" * 5_000_000})
    assert (answer.status_code, "lớn quá mức" in answer.text) == (413, True)


def test_an_empty_report_is_told_what_is_missing(web: WebWorld) -> None:
    client = web.signed_in("unit")
    task = web.world.task("bc.thon-07")
    answer = client.post(f"/viec/{task.id}/bao-cao", data=form(client, task))
    assert (answer.status_code, "ít nhất một câu" in answer.text) == (422, True)


def test_of_two_people_with_one_form_the_second_is_told_and_loses_nothing(web: WebWorld) -> None:
    one, other = web.signed_in("unit"), web.signed_in("unit")
    task = web.world.task("bc.thon-07")
    late = form(other, task) | {"ghi_chu": "Bản của người thứ hai."}
    assert (
        "Đã nộp"
        in one.post(f"/viec/{task.id}/bao-cao", data=form(one, task) | {"ghi_chu": "Bản thứ nhất."}).text
    )
    answer = other.post(f"/viec/{task.id}/bao-cao", data=late)
    assert answer.status_code == 409
    assert "vừa được người khác thay đổi" in answer.text
    assert "Bản của người thứ hai." in answer.text
    assert "Bản thứ nhất." in answer.text
    assert web.world.do(lambda s: s.execute(select(col(Report.note))).scalars().all()) == ["Bản thứ nhất."]


def test_more_time_is_asked_for_and_a_wrong_day_is_told_beside_the_field(web: WebWorld) -> None:
    client = web.signed_in("unit")
    task = web.world.task("bc.thon-07")
    wrong = client.post(
        f"/viec/{task.id}/gia-han", data=form(client, task) | {"den_ngay": "31/02/2024", "ly_do": "Bận."}
    )
    assert (wrong.status_code, "31/02/2024" in wrong.text, "ngày/tháng/năm, ví dụ" in wrong.text) == (
        422,
        True,
        True,
    )
    early = client.post(
        f"/viec/{task.id}/gia-han", data=form(client, task) | {"den_ngay": "01/11/2024", "ly_do": "Bận."}
    )
    assert (early.status_code, "phải sau hạn hiện nay" in early.text) == (422, True)
    done = client.post(
        f"/viec/{task.id}/gia-han", data=form(client, task) | {"den_ngay": "15/11/2024", "ly_do": "Bận."}
    )
    assert "Đã xin gia hạn đến 15/11/2024" in done.text
    assert len(web.world.do(lambda s: s.execute(select(ExtensionRequest)).scalars().all())) == 1


def test_a_task_number_that_is_none_is_not_found(web: WebWorld) -> None:
    client = web.signed_in("unit")
    for path in ("/viec/999999", "/viec/abc", "/viec/99999999999999999999", "/viec/-1"):
        assert client.get(path).status_code == 404, path


def test_the_pages_of_a_unit_need_few_queries_and_little_weight(web: WebWorld) -> None:
    client = web.signed_in("unit")
    for path in ("/viec-cua-toi", f"/viec/{web.task('bc.thon-07')}"):
        with web.counted() as statements:
            text = client.get(path).text
        assert len(statements) <= 12, statements
        weight = sum(
            len(gzip.compress(part)) for part in (text.encode(), (STATIC / "mangnon.css").read_bytes())
        )
        assert weight <= 60_000
