"""The council's pages: everything is done in the browser, nothing typed is lost, nobody overwrites anybody unseen."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from council_world import convened, newer_plan, seat
from lxml import html
from sqlalchemy import select, update
from starlette.testclient import TestClient
from web_world import WebWorld, csrf

from db.store import Store
from db.tables import CouncilMeeting, CouncilMember, CouncilScore, Dossier, Person
from tasks.clock import ManualClock


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def carried(page: str) -> dict[str, str]:
    """What a page's form carries unseen."""
    found = (re.search(rf'name="{name}" value="(\w+)"', page) for name in ("ke_hoach", "phien_ban"))
    return {"csrf": csrf(page)} | {one[0].split('"')[1]: one[1] for one in found if one}


def send(client: TestClient, path: str, status: int = 303, form: str = "", **fields: object) -> str:
    """Send a page's form with the plan and the version it shows; the answering page, or where it leads."""
    page = client.get(form or path).text
    sent = {"phien_ban": "0"} | carried(page) | fields
    answer = client.post(path, data=sent, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.headers["location"] if status == 303 else unescape(answer.text)


def rows(web: WebWorld, table: type) -> list[object]:
    return list(web.world.do(lambda s: s.execute(select(table)).scalars().all()))


def test_a_council_comes_to_its_verdict_in_the_browser(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    for name, part in (("Người Chủ tịch", "chair"), ("Ủy viên A", "member")):
        send(
            client, "/hoi-dong/thanh-vien/moi", ho_ten=name, chuc_vu="Chức vụ (ví dụ)", vai_tro=part, nguoi=""
        )
    send(
        client, "/hoi-dong/dieu-kien", loai_xa="mien-nui-hai-dao", van_ban="Quyết định số 00 (ví dụ)", so_toi_thieu="2",
        can_cu="Quy chế (ví dụ)",
    )  # fmt: skip
    page = client.get("/hoi-dong/hop/moi").text
    assert "Thông qua biên bản." in page
    send(
        client, "/hoi-dong/hop/moi", ngay="22/11/2024", gio="14:00", dia_diem="Phòng họp", noi_dung="Chấm điểm\n\nThông qua",
        ket_thuc="16h30", co_mat=["1", "2"],
    )  # fmt: skip
    for no in range(1, 14):
        points = {1: 50, 6: 125, 7: 50}.get(no, 60)
        send(
            client, f"/hoi-dong/tieu-chi/{no}", diem=str(points), ly_do="Theo hồ sơ (ví dụ)", ket_luan="dat",
            **{"phieu.1": str(points), "nhan_xet.1": "nhất trí", "phieu.2": "", "nhan_xet.2": ""},
        )  # fmt: skip
    page = unescape(client.get("/hoi-dong").text)
    assert "14 giờ 00 ngày 22/11/2024" in page and "Kết thúc 16 giờ 30 cùng ngày" in page
    assert "Đủ số lượng" in page and "Có mặt 02/02 thành viên" in page
    assert "Điều kiện đề nghị công nhận: " in page and "✓</span> Đạt" in page
    assert "825 điểm (13/13 tiêu chí)" in page
    minutes = client.get("/hoi-dong/hop/1/bien-ban.docx")
    assert minutes.headers["content-disposition"].endswith("bien-ban-hop-2024.docx")
    with zipfile.ZipFile(io.BytesIO(minutes.content)) as archive:
        words = re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())
    for said in (
        "14 giờ 00 ngày 22/11/2024",
        "Người Chủ tịch",
        "Theo hồ sơ (ví dụ)",
        "16 giờ 30 cùng ngày",
        "825 điểm",
    ):
        assert said in words, said


def test_what_was_typed_stays_with_each_problem_beside_its_field(web: WebWorld) -> None:
    convened(web.world)
    client = web.signed_in("coordinator")
    page = send(
        client, "/hoi-dong/tieu-chi/6", 422, diem="90", ly_do="", ket_luan="dat",
        **{"phieu.1": "chín mươi", "nhan_xet.1": "nhận xét còn nguyên", "phieu.2": "", "nhan_xet.2": "", "phieu.3": "", "nhan_xet.3": ""},
    )  # fmt: skip
    assert 'value="chín mươi"' in page and 'value="nhận xét còn nguyên"' in page
    assert re.search(r'id="phieu.1-sai">Xin ghi số điểm bằng chữ số', page)
    assert re.search(r'id="ly_do-sai">Tiêu chí 6: Hội đồng chấm 90 điểm', page), "all at once"
    page = send(client, "/hoi-dong/tieu-chi/6", 422, **{"diem": "1x", "phieu.1": "x", "phieu.2": "126"})
    assert re.search(r'id="diem-sai">Xin ghi số điểm bằng chữ số', page)
    assert re.search(r'id="phieu.2-sai">126 điểm không thể có', page)
    page = send(client, "/hoi-dong/tieu-chi/6", 422, diem="90", ly_do="", ket_luan="dat")
    assert re.search(r'id="ly_do-sai">Tiêu chí 6: Hội đồng chấm 90 điểm khác điểm tự chấm', page)
    page = send(
        client,
        "/hoi-dong/hop/1",
        422,
        ngay="31/11/2024",
        gio="14:00",
        dia_diem="Nơi mới",
        noi_dung="x",
        ket_thuc="",
    )
    assert 'value="31/11/2024"' in page and "không có trong lịch" in page and 'value="Nơi mới"' in page
    page = send(
        client, "/hoi-dong/thanh-vien/moi", 422, ho_ten="Ủy viên A", chuc_vu="x", vai_tro="chair", nguoi=""
    )
    assert "Hội đồng đã có Ủy viên A" in page and "đang là Người Chủ tịch" in page
    page = send(
        client,
        "/hoi-dong/dieu-kien",
        422,
        loai_xa="mien-nui-hai-dao",
        van_ban="",
        so_toi_thieu="năm",
        can_cu="",
    )
    assert 'value="năm"' in page and "Xin ghi một số nguyên" in page
    page = send(
        client,
        "/hoi-dong/dieu-kien",
        422,
        loai_xa="",
        van_ban="mẹ cháu Nguyễn Văn A",
        so_toi_thieu="3",
        can_cu="",
    )
    assert "một em cụ thể" in page and "Xin ghi văn bản quy định" in page


@pytest.mark.parametrize(
    ("path", "fields", "theirs", "mine"),
    [
        (
            "/hoi-dong/tieu-chi/6",
            {"diem": "110", "ly_do": "lời tôi ghi", "ket_luan": "dat"},
            "100 điểm",
            "lời tôi ghi",
        ),
        (
            "/hoi-dong/thanh-vien/1",
            {"ho_ten": "Tên tôi sửa", "vai_tro": "chair"},
            "Người Chủ tịch",
            "Tên tôi sửa",
        ),
        ("/hoi-dong/hop/1", {"dia_diem": "Nơi tôi ghi", "noi_dung": "x"}, "Phòng họp UBND xã", "Nơi tôi ghi"),
        (
            "/hoi-dong/dieu-kien",
            {"van_ban": "Văn bản tôi ghi", "loai_xa": ""},
            "Quyết định số 00/QĐ-TTg",
            "Văn bản tôi ghi",
        ),
    ],
)
def test_the_second_of_two_is_told_sees_both_texts_and_may_save_again(
    web: WebWorld, path: str, fields: dict[str, str], theirs: str, mine: str
) -> None:
    convened(web.world)
    for table in (CouncilMember, CouncilMeeting, CouncilScore, Dossier):
        web.world.do(lambda s, table=table: s.execute(update(table).values(version=5, by_name="Người kia")))
    client = web.signed_in("coordinator")
    page = send(client, path, 409, phien_ban="4", **fields)
    assert "Chưa lưu: Người kia vừa lưu nội dung này" in page
    assert theirs in page and mine in page
    assert 'name="phien_ban" value="5"' in page
    assert send(client, path, 303, **fields).startswith("/hoi-dong")


def test_what_if_is_answered_for_several_criteria_and_nothing_is_written(web: WebWorld) -> None:
    convened(web.world)
    client = web.signed_in("leadership")
    before = web.dump()
    page = unescape(client.get("/hoi-dong/cham-diem?tc8=60&tc9=30").text)
    assert "Nếu tiêu chí 8 đạt 60 điểm, tiêu chí 9 đạt 30 điểm thì tổng" in page
    assert "Chưa biết có đạt mức 800 điểm của loại xã đã chọn hay không" in page
    assert "tiêu chí chưa xác nhận điểm" in page and 'name="tc8"' in page and 'value="60"' in page
    for question, words in (
        ("tc6=126", "từ 0 đến 125"),
        ("tc8=bốn", "chữ số"),
        ("tc14=1", "Không có tiêu chí 14"),
    ):
        answer = client.get(f"/hoi-dong/cham-diem?{question}")
        assert (answer.status_code, words in unescape(answer.text)) == (422, True), question
    assert client.get("/hoi-dong/cham-diem?tc8=&tcx=3&tc9999999999=1").status_code in {200, 422}
    assert web.dump() == before


def test_leadership_reads_and_the_coordinator_writes(web: WebWorld) -> None:
    convened(web.world)
    leader = web.signed_in("leadership")
    for path in ("/hoi-dong", "/hoi-dong/cham-diem", "/hoi-dong/tieu-chi/6", "/hoi-dong/hop/1"):
        page = leader.get(path).text
        assert 'method="post"' not in page and "/moi" not in page, path
    assert "số liệu quý IV chưa đủ" in leader.get("/hoi-dong/tieu-chi/6").text
    assert leader.get("/hoi-dong/hop/1/bien-ban.docx").status_code == 200
    assert leader.get("/hoi-dong/thanh-vien/1").status_code == 403
    for role in ("unit", "superior", "operator"):
        assert web.signed_in(role).get("/hoi-dong").status_code == 403
    for path in ("/bang", "/giai-doan"):
        assert 'href="/hoi-dong">Hội đồng xét duyệt' in leader.get(path).text
        assert 'href="/hoi-dong"' not in web.signed_in("superior").get(path).text


def test_evidence_of_a_restricted_criterion_is_only_counted(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    page = client.get("/hoi-dong/tieu-chi/3").text
    assert "chỉ ghi số lượng" in page


def test_a_member_leaves_and_comes_back_and_an_open_meeting_is_taken_back(web: WebWorld) -> None:
    seat(web.world)
    client = web.signed_in("coordinator")
    send(client, "/hoi-dong/thanh-vien/3/thoi", form="/hoi-dong/thanh-vien/3")
    assert "1 người đã thôi tham gia" in client.get("/hoi-dong").text
    send(client, "/hoi-dong/thanh-vien/3/tro-lai", form="/hoi-dong/thanh-vien/3")
    assert "đã thôi tham gia" not in client.get("/hoi-dong").text
    send(client, "/hoi-dong/hop/moi", ngay="", gio="", dia_diem="", noi_dung="x", ket_thuc="")
    send(client, "/hoi-dong/hop/1/bo", form="/hoi-dong/hop/1")
    assert rows(web, CouncilMeeting) == []
    for path in (
        "/hoi-dong/hop/1",
        "/hoi-dong/thanh-vien/99",
        "/hoi-dong/tieu-chi/14",
        "/hoi-dong/hop/1/bien-ban.docx",
    ):
        assert client.get(path).status_code == 404, path


def test_a_stored_score_that_the_rules_no_longer_allow_is_told_not_a_crash(web: WebWorld) -> None:
    convened(web.world)
    web.world.do(
        lambda s: s.execute(update(CouncilScore).where(CouncilScore.criterion_no == 6).values(points=900))
    )  # type: ignore[arg-type]
    web.world.do(lambda s: s.execute(update(Dossier).values(class_bar="da-bo")))
    client = web.signed_in("coordinator")
    for path in ("/hoi-dong", "/hoi-dong/cham-diem"):
        page = unescape(client.get(path).text)
        assert "Chưa tính được kết luận" in page, path
    assert client.get("/hoi-dong/cham-diem?tc8=4").status_code == 422
    answer = client.get("/hoi-dong/hop/1/bien-ban.docx")
    assert (answer.status_code, "không có mức công nhận" in unescape(answer.text)) == (422, True)


def test_typed_markup_stays_text(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    send(
        client,
        "/hoi-dong/thanh-vien/moi",
        ho_ten="<b>Ủy viên</b>",
        chuc_vu='"><script>',
        vai_tro="member",
        nguoi="",
    )
    page = client.get("/hoi-dong").text
    assert "<script>" not in page and "&lt;b&gt;Ủy viên" in page


def test_a_vote_of_somebody_who_left_while_the_form_was_open_is_not_dropped_unseen(web: WebWorld) -> None:
    _, _, member = seat(web.world)
    client = web.signed_in("coordinator")
    path = "/hoi-dong/tieu-chi/8"
    form = client.get(path).text
    send(client, f"/hoi-dong/thanh-vien/{member}/thoi", form=f"/hoi-dong/thanh-vien/{member}")
    sent = carried(form) | {
        "diem": "40",
        "ly_do": "Theo sổ (ví dụ)",
        f"phieu.{member}": "35",
    }
    answer = client.post(path, data=sent, follow_redirects=False)
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert "không phải thành viên Hội đồng" in page
    assert re.search(rf'name="phieu.{member}"[^>]*value="35"', page)
    assert rows(web, CouncilScore) == []


def test_an_endless_number_in_the_question_is_no_number(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    assert client.get(f"/hoi-dong/cham-diem?tc{'9' * 5000}=1").status_code < 500


def test_the_link_to_a_person_who_left_the_directory_survives_a_save(web: WebWorld) -> None:
    chair = seat(web.world)[0]
    person = web.world.do(lambda s: s.execute(select(Person.id).where(Person.active)).scalars().first())
    web.world.do(
        lambda s: s.execute(update(CouncilMember).where(CouncilMember.id == chair).values(person_id=person))
    )
    web.world.do(lambda s: s.execute(update(Person).where(Person.id == person).values(active=False)))
    client = web.signed_in("coordinator")
    path = f"/hoi-dong/thanh-vien/{chair}"
    form = next(one for one in html.fromstring(client.get(path).text).forms if one.action == path)
    client.post(path, data=dict(form.form_values()) | {"chuc_vu": "Chủ tịch UBND xã (ví dụ)"})
    [row] = web.world.do(
        lambda s: s.execute(select(CouncilMember).where(CouncilMember.id == chair)).scalars().all()
    )
    assert (row.position, row.person_id) == ("Chủ tịch UBND xã (ví dụ)", person)


def test_a_member_who_joined_later_leaves_the_count_of_an_earlier_meeting_as_it_was(web: WebWorld) -> None:
    convened(web.world)
    client = web.signed_in("coordinator")
    there = re.search(r"Có mặt \d+/\d+ thành viên", unescape(client.get("/hoi-dong").text))
    assert there
    path, typed = "/hoi-dong/thanh-vien/moi", {"ho_ten": "Ủy viên B", "chuc_vu": "x", "vai_tro": "member"}
    page = send(client, path, 422, **typed)
    assert re.search(r'id="tu_ngay-sai">Đã có cuộc họp kết thúc\. Xin ghi ngày tham gia', page)
    page = send(client, path, 422, tu_ngay="31/11/2024", **typed)
    assert 'value="31/11/2024"' in page and re.search(
        r'id="tu_ngay-sai">Ngày 31/11/2024 không có trong lịch', page
    )
    send(client, path, tu_ngay="20/11/2024", **typed)
    page = unescape(client.get("/hoi-dong").text)
    assert there[0] in page and "Tham gia từ 20/11/2024" in page
    assert (
        'name="tu_ngay" inputmode="numeric" autocomplete="off" value="20/11/2024"'
        in client.get("/hoi-dong/thanh-vien/4").text
    )
    assert "Ủy viên B, x, tham gia từ 20/11/2024" in unescape(client.get("/hoi-dong/hop/1").text)
    page = send(
        client,
        "/hoi-dong/hop/1",
        422,
        ngay="18/11/2024",
        gio="14:00",
        dia_diem="x",
        noi_dung="x",
        co_mat=["4"],
    )
    assert "Lúc họp chưa là thành viên Hội đồng: Ủy viên B." in page


@pytest.mark.parametrize(
    ("path", "fields", "saved"),
    [
        (
            "/hoi-dong/tieu-chi/6",
            {
                "diem": "110",
                "ly_do": "lời tôi ghi",
                "ket_luan": "dat",
                "phieu.1": "105",
                "nhan_xet.3": "lời của A",
            },
            "/hoi-dong/tieu-chi/6",
        ),
        ("/hoi-dong/tieu-chi/6", {"diem": "mười", "ly_do": "lời tôi ghi"}, ""),
        (
            "/hoi-dong/thanh-vien/1",
            {"ho_ten": "Tên tôi sửa", "vai_tro": "chair", "tu_ngay": "20/11/2024"},
            "/hoi-dong/thanh-vien/moi",
        ),
        ("/hoi-dong/thanh-vien/moi", {"ho_ten": "Ủy viên B", "tu_ngay": "ngày mai"}, ""),
        (
            "/hoi-dong/hop/1",
            {"dia_diem": "Nơi tôi ghi", "noi_dung": "Việc tôi ghi", "co_mat": ["1", "3"]},
            "/hoi-dong/hop/moi",
        ),
        ("/hoi-dong/dieu-kien", {"van_ban": "Văn bản tôi ghi", "so_toi_thieu": "năm"}, ""),
        ("/ho-so/thong-tin", {"nguoi_ky": "Người tôi ghi", "uu_diem": "Ưu điểm tôi ghi"}, "/ho-so/thong-tin"),
    ],
)
def test_a_form_from_before_a_newer_plan_is_not_saved_into_it_and_shows_what_was_typed(
    web: WebWorld, tmp_path: Path, path: str, fields: dict[str, Any], saved: str
) -> None:
    convened(web.world)
    client = web.signed_in("coordinator")
    sent = carried(client.get(path).text)
    newer_plan(web.world, tmp_path)
    before = web.dump()
    answer = client.post(path, data=sent | fields, follow_redirects=False)
    page = unescape(answer.text)
    assert answer.status_code == 409, page
    assert "Chưa ghi gì: từ lúc mở trang này, xã đã có kế hoạch mới hơn, là kế hoạch năm 2025." in page
    for typed in fields.values():
        if typed not in (["1", "3"], "105", "lời của A", "dat", "chair"):
            assert typed in page, typed
    if "co_mat" in fields:
        assert "Đã nhập cho thành viên của kế hoạch cũ: Có mặt: Người Chủ tịch, Ủy viên A." in page
    if "phieu.1" in fields:
        assert "kế hoạch cũ: Người Chủ tịch: 105; Ủy viên A: lời của A" in page
        assert re.search(r'value="dat" checked', page)
    assert {table for table, rows in web.dump().items() if rows != before[table]} <= {"web_session"}
    if saved:
        again = {name: value for name, value in fields.items() if "." not in name and name != "co_mat"}
        form = next(one for one in html.fromstring(answer.text).forms if one.action == saved)
        typed = {name: (value or "").strip() for name, value in form.form_values()}
        assert all(typed[name] == value for name, value in again.items())
        assert client.post(saved, data=typed, follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ("/hoi-dong/thanh-vien/3", "/hoi-dong/thanh-vien/3/thoi"),
        ("/hoi-dong/hop/1", "/hoi-dong/hop/1/bo"),
        ("/ho-so", "/ho-so/lap"),
    ],
)
def test_a_button_from_before_a_newer_plan_does_nothing_and_says_why(
    web: WebWorld, tmp_path: Path, page: str, path: str
) -> None:
    convened(web.world)
    client = web.signed_in("coordinator")
    sent = carried(client.get(page).text)
    newer_plan(web.world, tmp_path)
    answer = client.post(path, data=sent, follow_redirects=False)
    assert (answer.status_code, "xã đã có kế hoạch mới hơn" in unescape(answer.text)) == (409, True)
