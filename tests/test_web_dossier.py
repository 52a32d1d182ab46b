"""The dossier's pages: what is missing is said first, what is downloaded can be proved, what may not leave never does."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import re
import tracemalloc
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Folder
from council_world import convened, meet_again, note
from dossier_world import CHILD, PICTURE, SECRET, add_evidence, finish
from fastapi.responses import StreamingResponse
from httpx import Response
from sqlalchemy import update
from starlette.testclient import TestClient
from web_world import WebWorld, csrf, hidden

from db import journal
from db.errors import StorageRefusal
from db.store import Store
from db.tables import Dossier
from documents.dossier.checking import check
from documents.dossier.manifest import NAME, written
from tasks.clock import ManualClock
from web.council.papers import DOCX
from web.dossier import sending
from web.dossier.reading import plan_now
from web.visitor import person_visitor


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


@pytest.fixture
def done(web: WebWorld) -> WebWorld:
    """Every report accepted, with evidence that may leave and evidence that may not."""
    finish(web.world, web.site.evidence_folder)
    convened(web.world)
    return web


def shown(client: TestClient) -> dict[str, str]:
    """What the form of «Lập hồ sơ» carries."""
    form = client.get("/ho-so").text.partition('action="/ho-so/lap"')[2]
    return hidden(f"<form{form.partition('</form>')[0]}")


def make(client: TestClient, **fields: str) -> Response:
    """Press «Lập hồ sơ», and confirm what is missing when asked."""
    asked = client.post("/ho-so/lap", data=shown(client))
    if asked.headers["content-type"] == "application/zip":
        return asked
    return client.post("/ho-so/lap", data=hidden(asked.text) | {"da_biet": "1"} | fields)


def sent_up(client: TestClient, raw: bytes, seal: str = "", name: str = "ho-so.zip") -> tuple[int, str]:
    """Let the page check a file; the answer's status and text."""
    answer = client.post(
        "/ho-so/kiem-tra",
        data={"csrf": csrf(client.get("/ho-so/kiem-tra").text), "dau": seal},
        files={"tep": (name, io.BytesIO(raw))},
    )
    return answer.status_code, unescape(answer.text)


def entries(web: WebWorld, action: str = "dossier.made") -> list[Any]:
    with web.site.store.read() as session:
        return journal.newest_entries(session, web.world.commune_id, 50, action=action)


def inside(raw: bytes) -> list[bytes]:
    """All bytes of an archive, those of archives in it unpacked."""
    found = [raw]
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            found += [name.encode(), part, *(inside(part) if part.startswith(b"PK") else [])]
    return found


def left_over(web: WebWorld) -> list[Path]:
    return list(web.site.evidence_folder.glob(".*"))


def test_what_is_missing_is_listed_with_the_page_where_it_is_mended(web: WebWorld) -> None:
    page = unescape(web.signed_in("coordinator").get("/ho-so").text)
    links = dict(re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', page))
    task = web.task("tc01.vhxh")
    assert links[f"/viec/{task}"].startswith("Tiêu chí 1: chưa đủ báo cáo")
    assert links["/bang"] == "Chưa có minh chứng được duyệt: tiêu chí 1 đến 13."
    assert links["/quy-tac"].startswith("Điểm chưa được xác nhận theo Phụ lục")
    assert links["/hoi-dong/dieu-kien"] == "Chưa ghi loại xã kèm văn bản xác định."
    assert links["/hoi-dong/thanh-vien/moi"] == "Chưa ghi thành viên Hội đồng."
    assert links["/hoi-dong#hop"] == "Chưa ghi thời gian, địa điểm họp Hội đồng."
    assert links["/hoi-dong/cham-diem"].startswith("Hội đồng chưa kết luận")
    assert "/ho-so/thong-tin" in links
    for place in ("/bang?tieu_chi=13", "/quy-tac/9", "/hoi-dong/tieu-chi/4"):
        assert f'<a href="{place}"><span class="unseen">Tiêu chí </span>' in page, place
    assert "Chừa chỗ ghi tay" in page and "họ tên người ký" in page


def test_every_place_that_is_linked_opens_for_the_reader(web: WebWorld) -> None:
    for role in ("coordinator", "leadership"):
        client = web.signed_in(role)
        page = client.get("/ho-so").text
        found = re.findall(r'href="(/[^"#]*)', page.partition("<main")[2])
        # One of each sort: the thirteen criteria have the same pages.
        places = {re.sub(r"\d+", "", one): one for one in found if "." not in one}
        assert len(places) >= 7
        for place in places.values():
            assert client.get(place).status_code == 200, (role, place)


def test_points_nobody_confirmed_are_never_a_number(web: WebWorld) -> None:
    page = web.signed_in("leadership").get("/ho-so").text
    row = re.search(r'href="/hoi-dong/tieu-chi/2">2\. .*?</tr>', page, re.DOTALL)
    assert row
    assert 'data-column="Tự chấm">chưa xác nhận<' in row[0]
    assert 'data-column="Tối đa">chưa xác nhận<' in row[0]


def test_the_page_counts_what_goes_what_stays_and_says_why(done: WebWorld) -> None:
    page = unescape(done.signed_in("coordinator").get("/ho-so").text)
    assert "1 tệp gửi kèm. 1 văn bản ghi số hiệu." in page
    assert "1 văn bản giữ lại: có thể lộ đời sống riêng của trẻ." in page
    assert "1 văn bản giữ lại: tên có vẻ nói về một em cụ thể." in page
    assert SECRET not in page and CHILD not in page


def test_a_dossier_with_missing_parts_is_made_only_after_they_were_shown_and_known(done: WebWorld) -> None:
    client = done.signed_in("coordinator")
    asked = client.post("/ho-so/lap", data=shown(client))
    words = unescape(asked.text)
    assert asked.status_code == 200 and "Chưa ghi họ tên người ký" in words and "Chưa lập gì" in words
    unticked = client.post("/ho-so/lap", data=hidden(asked.text))
    assert (unticked.status_code, "Xin đánh dấu vào ô xác nhận" in unescape(unticked.text)) == (422, True)
    note(done.world, {"signer_name": "Người Ký"}, seen=1)
    late = client.post("/ho-so/lap", data=hidden(asked.text) | {"da_biet": "1"})
    assert (late.status_code, "vừa thay đổi" in unescape(late.text)) == (409, True)
    assert entries(done) == [] and left_over(done) == []
    made = client.post("/ho-so/lap", data=hidden(late.text) | {"da_biet": "1"})
    assert (made.status_code, made.headers["content-type"]) == (200, "application/zip")


def test_the_downloaded_dossier_passes_the_check_of_the_command_line(done: WebWorld, tmp_path: Path) -> None:
    client = done.signed_in("coordinator")
    made = make(client)
    path = tmp_path / "tai-ve.zip"
    path.write_bytes(made.content)
    (entry,) = entries(done)
    seal = re.search(r'"seal":"(\w{64})"', entry.payload)
    assert (
        seal and made.headers[sending.SEAL] == seal[1] and entry.actor == "Người giữ vai coordinator (ví dụ)"
    )
    assert made.headers["content-disposition"] == f'attachment; filename="ho-so-2024-{seal[1][:8]}.zip"'
    assert int(made.headers["content-length"]) == len(made.content)
    told = Folder(tmp_path).run("dossier", "check", str(path), "--seal", seal[1])
    assert (told.code, "Hồ sơ nguyên vẹn" in told.out) == (0, True), told
    page = unescape(client.get("/ho-so").text)
    assert seal[1] in page and "Người giữ vai coordinator (ví dụ)" in page
    assert left_over(done) == []


def test_restricted_evidence_is_in_no_byte_of_what_is_downloaded(done: WebWorld) -> None:
    client = done.signed_in("coordinator")
    add_evidence(
        done.world, done.site.evidence_folder, "tc03.cong-an", kind="file", file_name="so.pdf", content=b"%PDF-1.7 kin"
    )  # fmt: skip
    places = re.findall(r'href="(/ho-so/van-ban/[^"]+)"', client.get("/ho-so").text)
    raws = [make(client).content, *(client.get(place).content for place in places)]
    assert len(raws) == 10
    for raw in raws:
        for part in inside(raw):
            assert SECRET.encode() not in part
            assert b"%PDF-1.7 kin" not in part
            assert "cháu".encode() not in part
    assert any(PICTURE in part for part in inside(raws[0]))


def test_a_document_by_itself_is_the_one_in_the_dossier(done: WebWorld) -> None:
    client = done.signed_in("leadership")
    with zipfile.ZipFile(io.BytesIO(make(done.signed_in("coordinator")).content)) as archive:
        for name in archive.namelist():
            if name.startswith("van-ban/"):
                key = name.removesuffix(".docx").partition("-")[2].partition("-")[2]
                assert client.get(f"/ho-so/van-ban/{key}.docx").content == archive.read(name), name
    for place in ("/ho-so/van-ban/cong-van-don-doc.docx", "/ho-so/van-ban/khong-co.docx"):
        assert client.get(place).status_code == 404


def test_letters_go_to_the_late_units_alone_one_by_one_and_together(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    assert "Không đơn vị nào trễ hạn" in client.get("/ho-so").text
    assert client.get("/ho-so/don-doc.zip").status_code == 404
    web.world.clock.set(web.world.clock.now() + timedelta(days=220))
    client = web.signed_in("coordinator")
    page = client.get("/ho-so").text
    places = re.findall(r'href="(/ho-so/don-doc/[^"]+\.docx)"', page)
    assert places
    with zipfile.ZipFile(io.BytesIO(client.get("/ho-so/don-doc.zip").content)) as archive:
        assert len(archive.namelist()) == len(places)
        assert client.get(places[0]).content == archive.read(archive.namelist()[0])
    assert client.get("/ho-so/don-doc/khong-co.docx").status_code == 404


def test_leadership_reads_and_the_others_stay_outside(done: WebWorld) -> None:
    leader = done.signed_in("leadership")
    page = leader.get("/ho-so").text
    assert 'method="post"' not in page and "/ho-so/thong-tin" not in page
    assert leader.get("/ho-so/thong-tin").status_code == 403
    assert leader.post("/ho-so/lap", data={"csrf": "x"}).status_code == 403
    for role in ("unit", "council", "superior", "operator"):
        assert done.signed_in(role).get("/ho-so").status_code == 403
    for path in ("/bang", "/giai-doan"):
        assert 'href="/ho-so">Hồ sơ trình:' in leader.get(path).text
        assert 'href="/ho-so"' not in done.signed_in("superior").get(path).text


def test_two_people_at_once_each_get_a_dossier_of_their_own(done: WebWorld) -> None:
    clients = [done.signed_in("coordinator"), done.signed_in("coordinator")]
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(make, clients))
    for one in both:
        with zipfile.ZipFile(io.BytesIO(one.content)) as archive:
            assert archive.testzip() is None
    assert len(entries(done)) == 2 and left_over(done) == []


def test_nothing_is_left_of_a_dossier_that_cannot_be_made(
    done: WebWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, kept = (
        done.signed_in("coordinator"),
        done.site.evidence_folder / hashlib.sha256(PICTURE).hexdigest(),
    )
    kept.write_bytes(b"khac")
    broken = make(client)
    assert (broken.status_code, "đã bị thay đổi trong kho" in unescape(broken.text)) == (422, True)
    kept.write_bytes(PICTURE)

    def full(*_args: object, **_more: object) -> None:
        raise StorageRefusal("Ổ đĩa đã đầy.")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "append", full)
        assert make(client).status_code == 503
    assert entries(done) == [] and left_over(done) == []
    assert make(client).status_code == 200


def test_what_a_killed_process_left_behind_is_swept(done: WebWorld) -> None:
    left = done.site.evidence_folder / ".lap-ho-so-cu"
    left.mkdir()
    os.utime(left, (1, 1))
    make(done.signed_in("coordinator"))
    assert left_over(done) == []


@pytest.mark.slow
def test_a_large_dossier_is_never_held_in_memory(done: WebWorld) -> None:
    size = 200 << 20
    digest = hidden_weight(done.site.evidence_folder, size)
    add_evidence(
        done.world, done.site.evidence_folder, "tc10.mn-hoa-hong", kind="file", file_name="lon.pdf", sha256=digest, size=size,
        media_type="application/pdf",
    )  # fmt: skip
    with done.site.store.read() as session:
        visitor = person_visitor(session, done.site, done.world.commune_id, done.person("dieu-phoi"))
        assert visitor
        plan = plan_now(session, done.site, visitor)
    tracemalloc.start()
    answer = sending.sent(done.site, plan, visitor.actor())
    assert isinstance(answer, StreamingResponse)
    taken = asyncio.run(drained(answer))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (taken > size, peak < 30 << 20) == (True, True), (taken, peak)


def hidden_weight(folder: Path, size: int) -> str:
    """A file of so many bytes among the evidence; its name there."""
    block, digest, draft = os.urandom(1 << 20), hashlib.sha256(), folder / "draft"
    with draft.open("wb") as file:
        for _ in range(size >> 20):
            file.write(block)
            digest.update(block)
    draft.rename(folder / digest.hexdigest())
    return digest.hexdigest()


async def drained(answer: StreamingResponse) -> int:
    """Take an answer as a browser does; how many bytes came."""
    return sum([len(piece) async for piece in answer.body_iterator])


def test_a_sound_dossier_is_told_from_one_that_was_touched_and_from_a_strangers(done: WebWorld) -> None:
    client = done.signed_in("coordinator")
    made = make(client)
    seal = made.headers[sending.SEAL]
    status, page = sent_up(done.signed_in("leadership"), made.content, f" {seal.upper()} ")
    assert status == 200 and "Hồ sơ nguyên vẹn" in page
    assert "Có dấu này: Người giữ vai coordinator (ví dụ) lập lúc 08:00, 16/04/2024" in page
    assert "Dấu của hồ sơ khác dấu đã ghi" in sent_up(client, made.content, "0" * 64)[1]
    stream = io.BytesIO(made.content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("la.txt", b"x")
    status, page = sent_up(client, stream.getvalue())
    assert "Hồ sơ không nguyên vẹn: 1 chỗ" in page and "Tệp «la.txt» được thêm" in page
    strange = archive_of(("a.txt", b"mot"), (NAME, written({"a.txt": hashlib.sha256(b"mot").hexdigest()})))
    status, page = sent_up(client, strange)
    assert (
        "Hồ sơ nguyên vẹn" not in page and "Không có dấu này" in page and "Chưa đối chiếu với dấu nào" in page
    )


def archive_of(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members:
            archive.writestr(name, raw)
    return stream.getvalue()


def locked() -> bytes:
    raw = bytearray(archive_of(("a", b"1"), (NAME, b"")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + place] |= 1
    return bytes(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"khong phai zip", "không phải tệp hồ sơ .zip"),
        (archive_of(("../../x", b"1"), (NAME, b"")), "đường dẫn lạ"),
        (archive_of(("a", b"\0" * 20_000_000), (NAME, b"")), "bom nén"),
        (archive_of(("<script>", b"1")), "không phải hồ sơ do Măng Non lập"),
        (locked(), "đặt mật khẩu"),
    ],
)
def test_a_hostile_file_is_refused_in_one_sentence(web: WebWorld, raw: bytes, words: str) -> None:
    status, page = sent_up(web.signed_in("coordinator"), raw, name="<b>la.zip")
    alert = re.search(r'<p class="problem" role="alert">([^<]*<b>)?([^<]+)</p>', page)
    assert status == 422 and alert and words in alert[0]
    assert "Hồ sơ nguyên vẹn" not in page


def test_no_file_a_strange_seal_and_too_large_a_file_are_told(web: WebWorld) -> None:
    limits = replace(web.site.limits, largest_dossier=3 << 20)
    web.site = replace(web.site, limits=limits)
    client = web.signed_in("coordinator")
    nothing = client.post(
        "/ho-so/kiem-tra", data={"csrf": csrf(client.get("/ho-so/kiem-tra").text), "dau": ""}
    )
    assert (nothing.status_code, "Hãy chọn tệp" in unescape(nothing.text)) == (422, True)
    status, page = sent_up(client, b"x", "dấu tôi chép")
    assert status == 422 and "Dấu gồm 64" in page and 'value="dấutôichép"' in page
    status, page = sent_up(client, b"x" * (5 << 20))
    assert status == 413 and "Tệp lớn hơn 3 MB" in page


def test_only_the_address_of_the_check_takes_large_files(web: WebWorld) -> None:
    limits = web.site.limits
    assert limits.most_at("/ho-so/kiem-tra") > 300 << 20
    assert limits.most_at("/ho-so/lap") == limits.most_at("/viec/1") == limits.largest_upload


FORM = {
    "nguoi_ky": "Người Ký (ví dụ)", "phong": "VHXH", "noi_nhan": "Phòng Y tế\n\n Phòng Nội vụ ", "can_cu": "Luật Trẻ em",
    "uu_diem": "Các thôn tham gia tích cực.", "ton_tai": "",
}  # fmt: skip


def save(client: TestClient, version: str = "", **fields: str) -> Response:
    page = client.get("/ho-so/thong-tin").text
    given = hidden(page) | ({"phien_ban": version} if version else {})
    return client.post("/ho-so/thong-tin", data=given | FORM | fields)


def test_what_the_documents_need_is_typed_and_printed(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    page = unescape(save(client).text)
    assert "Đã lưu thông tin hồ sơ" in page and "Phòng Y tế; Phòng Nội vụ" in page
    assert "Không có gì thay đổi" in unescape(save(client).text)
    with zipfile.ZipFile(io.BytesIO(client.get("/ho-so/van-ban/to-trinh.docx").content)) as archive:
        words = archive.read("word/document.xml").decode()
    assert "Người Ký (ví dụ)" in words and "Căn cứ Luật Trẻ em" in words
    assert "Người Ký (ví dụ)" in client.get("/ho-so/thong-tin").text


def test_words_about_one_child_are_refused_and_all_that_was_typed_stays(web: WebWorld) -> None:
    answer = save(web.signed_in("coordinator"), ton_tai="cháu Nguyễn Văn A bỏ học")
    page = unescape(answer.text)
    assert answer.status_code == 422 and re.search(r'id="ton_tai-sai">[^<]*một em cụ thể', page)
    assert "cháu Nguyễn Văn A bỏ học</textarea>" in page and "Phòng Y tế\n\n Phòng Nội vụ" in page


def test_the_second_of_two_sees_both_texts_and_may_save_again(web: WebWorld) -> None:
    note(web.world, {"signer_name": "Tên kia ghi", "gaps": ["Ý của người kia."]})
    web.world.do(lambda s: s.execute(update(Dossier).values(version=5, by_name="Người kia")))
    client = web.signed_in("coordinator")
    answer = save(client, version="4")
    page = unescape(answer.text)
    assert answer.status_code == 409 and "Chưa lưu: Người kia vừa lưu nội dung này" in page
    assert "Tên kia ghi" in page and "Ý của người kia." in page and "Người Ký (ví dụ)" in page
    assert 'name="phien_ban" value="5"' in page
    assert "Đã lưu thông tin hồ sơ" in unescape(save(client).text)


def test_a_class_that_the_rules_lost_is_told_with_where_to_mend_it(web: WebWorld) -> None:
    convened(web.world)
    web.world.do(lambda s: s.execute(update(Dossier).values(class_bar="da-bo")))
    client = web.signed_in("coordinator")
    answer = client.get("/ho-so")
    assert answer.status_code == 200 and "không có mức công nhận" in unescape(answer.text)
    assert 'href="/hoi-dong#dieu-kien"' in answer.text
    given = hidden(client.get("/ho-so/thong-tin").text)
    assert client.post("/ho-so/lap", data=given).status_code == 422


def test_a_program_reads_what_is_missing_and_makes_the_same_dossier(done: WebWorld, tmp_path: Path) -> None:
    office = done.program("coordinator")
    seen = office.get("dossier").json()
    assert {"text": "Chưa ghi họ tên người ký; văn bản chừa chỗ để ghi tay.", "kind": "details", "criteria": []} in seen[
        "missing"
    ]  # fmt: skip
    assert len(seen["documents"]) == 9 and len(seen["criteria"]) == 13
    two, three = seen["criteria"][1:3]
    assert (two["files"], two["papers"], two["self_points"], two["max_points"]) == (1, 1, None, None)
    assert (three["withheld"], three["restricted"]) == (1, True)
    refused = office.post("dossier", json={})
    assert refused.status_code == 422 and len(refused.json()["errors"]) == len(seen["missing"])
    made = office.post("dossier", json={"accept_missing": True})
    path = tmp_path / "x.zip"
    path.write_bytes(made.content)
    assert check(path, made.headers[sending.SEAL]).problems == []
    assert office.get("dossier").json()["issued"][0]["seal"] == made.headers[sending.SEAL]
    assert office.get("dossier/documents/to-trinh").headers["content-type"] == DOCX
    assert office.get("dossier/documents/khong-co").status_code == 404
    assert office.get("dossier/letters").status_code == 404
    assert done.program("leadership").get("dossier").status_code == 200
    assert done.program("leadership").post("dossier", json={"accept_missing": True}).status_code == 403
    assert done.program("council").get("dossier").status_code == 403
    assert done.program("coordinator", "read").post("dossier", json={}).status_code == 403


def words_of(raw: bytes) -> str:
    """The words of a Word file."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())


def test_the_minutes_and_the_invitation_are_of_the_meeting_that_was_chosen(done: WebWorld) -> None:
    client = done.signed_in("coordinator")
    assert 'name="hop"><option' not in client.get("/ho-so").text.replace("\n", "")
    meet_again(done.world)
    page = unescape(client.get("/ho-so").text)
    assert re.search(r'<option value="2" selected>8 giờ 30 ngày 25/11/2024 \(mới nhất\)', page)
    assert 'href="/ho-so/van-ban/bien-ban-hop.docx"' in page
    page = unescape(client.get("/ho-so?hop=1").text)
    assert re.search(r'<option value="1" selected>14 giờ 00 ngày 18/11/2024<', page)
    for key in ("bien-ban-hop", "giay-moi-hop"):
        link = f"/ho-so/van-ban/{key}.docx?hop=1"
        assert f'href="{link}"' in page
        assert "14 giờ 00 ngày 18/11/2024" in words_of(client.get(link).content)
        newest = words_of(client.get(f"/ho-so/van-ban/{key}.docx").content)
        assert "8 giờ 30 ngày 25/11/2024" in newest and "Nơi họp lần hai" in newest
    council = client.get("/hoi-dong").text
    for number in (1, 2):
        for name in ("giay-moi", "bien-ban"):
            assert f'href="/hoi-dong/hop/{number}/{name}.docx"' in council
    assert client.get("/ho-so?hop=9").status_code == 404


@pytest.mark.parametrize(("chosen", "said"), [("?hop=1", "18/11/2024"), ("", "25/11/2024")])
def test_the_dossier_is_made_with_the_meeting_that_was_chosen(done: WebWorld, chosen: str, said: str) -> None:
    meet_again(done.world)
    client = done.signed_in("coordinator")
    form = client.get(f"/ho-so{chosen}").text.partition('action="/ho-so/lap"')[2].partition("</form>")[0]
    asked = client.post("/ho-so/lap", data=hidden(f"<form{form}"))
    assert f"ngày {said}." in unescape(asked.text)
    made = client.post("/ho-so/lap", data=hidden(asked.text) | {"da_biet": "1"})
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        (minutes,) = [one for one in archive.namelist() if "bien-ban" in one]
        assert f"ngày {said}" in words_of(archive.read(minutes))


def test_a_program_chooses_the_meeting(done: WebWorld) -> None:
    meet_again(done.world)
    office = done.program("coordinator")
    assert office.get("dossier").json()["meeting"] == 2
    assert office.get("dossier", params={"meeting": 1}).json()["meeting"] == 1
    assert office.get("dossier", params={"meeting": 9}).status_code == 404
    minutes = office.get("dossier/documents/bien-ban-hop", params={"meeting": 1})
    assert "14 giờ 00 ngày 18/11/2024" in words_of(minutes.content)
    invitation = office.get("council/meetings/2/invitation")
    assert (invitation.status_code, "Nơi họp lần hai" in words_of(invitation.content)) == (200, True)
    made = office.post("dossier", json={"accept_missing": True, "meeting": 1})
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        (name,) = [one for one in archive.namelist() if "bien-ban" in one]
        assert "ngày 18/11/2024" in words_of(archive.read(name))
