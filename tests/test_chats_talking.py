"""What people ask for in a chat is done as on their own pages, and answered; what is not understood is kept for a person."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import structlog
from chat_world import ChatWorld
from hoang_dong import OFFICER
from sqlalchemy import select, update
from sqlmodel import col
from web_world import BASE, WebWorld, path_of

from db.store import Store
from db.tables import AccessLink, ContactPoint, ExtensionRequest, Substitution, Task
from mangnon.logs import configure_logs
from notifications.chat_words import HELP, LONGEST
from notifications.event_rows import keep_event
from notifications.inbox import count_open, newest_incoming, settle
from tasks import extending, reporting
from tasks.actor import Actor
from tasks.clock import ManualClock

TASK = "bc.thon-07"
UNIT = Actor("Trưởng thôn số 7 (ví dụ)", "unit")


@pytest.fixture
def chats(store: Store, clock: ManualClock) -> ChatWorld:
    made = ChatWorld(WebWorld.build(store, clock))
    made.link()
    return made


def requests(chats: ChatWorld) -> list[ExtensionRequest]:
    return [row[0] for row in chats.rows(select(ExtensionRequest))]


# ------------------------------------------------------------------- NHAN


def test_nhan_acknowledges_the_tasks_of_the_last_message_as_the_unit_would(chats: ChatWorld) -> None:
    chats.told("thon-07", TASK)
    [answer] = chats.say("Đã nhận ạ")
    assert "nhận 1 việc" in answer
    assert "hạn 09/11/2024" in answer
    assert chats.web.world.task(TASK).state == "acknowledged"
    assert chats.deeds()[-1] == (UNIT.name, "task.acknowledged", f"task:{chats.web.task(TASK)}")


def test_nhan_again_changes_nothing_and_says_so(chats: ChatWorld) -> None:
    chats.told("thon-07", TASK)
    chats.say("nhan")
    deeds = len(chats.deeds())
    assert "từ trước" in chats.say("nhan")[0]
    assert len(chats.deeds()) == deeds


def test_nhan_before_any_message_takes_all_that_is_owed(chats: ChatWorld) -> None:
    chats.link("tram-y-te", "c5")
    [answer] = chats.say("nhan", "c5")
    count = int(re.findall(r"nhận (\d+) việc", answer)[0])
    assert count > 1
    unit = chats.web.world.task("bc.tram-y-te").unit_id
    units = chats.rows(select(col(Task.state)).where(col(Task.unit_id) == unit))
    assert {row[0] for row in units} == {"acknowledged"}
    assert len(units) == count


def test_nhan_touches_no_other_units_task_even_if_the_message_spoke_of_it(chats: ChatWorld) -> None:
    chats.told("thon-07", TASK, "bc.thon-08")
    chats.say("nhan")
    assert chats.web.world.task("bc.thon-08").state == "assigned"


def test_nhan_answers_for_the_last_message_only(chats: ChatWorld) -> None:
    chats.link("tram-y-te", "c5")
    keys = [row[0] for row in chats.rows(select(col(Task.key)).where(col(Task.key).like("%.tram-y-te")))]
    chats.told("tram-y-te", keys[0])
    chats.told("tram-y-te", keys[1], state="delivered")
    chats.told("tram-y-te", keys[2], state="pending")
    chats.say("nhan", "c5")
    states = {key: chats.web.world.task(key).state for key in keys[:3]}
    assert states == {keys[0]: "assigned", keys[1]: "acknowledged", keys[2]: "assigned"}


def test_who_stands_in_acknowledges_for_the_absent(chats: ChatWorld) -> None:
    commune, today = chats.web.world.commune_id, chats.now.date()
    away = Substitution(
        commune_id=commune, person_id=chats.web.person("thon-08"), substitute_id=chats.web.person("thon-07"),
        from_on=today, until_on=today + timedelta(days=3), reason="",
    )  # fmt: skip
    chats.web.world.do(lambda s: s.add(away))
    chats.told("thon-07", "bc.thon-08")
    assert "nhận 1 việc" in chats.say("nhan")[0]
    assert chats.web.world.task("bc.thon-08").state == "acknowledged"


def test_when_nothing_is_owed_any_command_is_answered_with_thanks(chats: ChatWorld) -> None:
    chats.web.world.do(
        lambda s: reporting.submit_report(
            s, chats.web.task(TASK), figures=[], note="Xong.", by=UNIT, now=chats.now
        )
    )
    chats.web.world.do(
        lambda s: s.execute(update(Task).where(col(Task.key).like("%.thon-07")).values(state="accepted"))
    )
    for text in ("nhan", "xong", "gia hạn 15/11"):
        assert chats.say(text) == ["Hiện không còn việc nào phải nộp. Cảm ơn đồng chí!"]


# ------------------------------------------------------------------- XONG


def test_xong_answers_with_a_personal_link_that_opens_the_report_and_no_row_keeps_it(
    chats: ChatWorld,
) -> None:
    [answer] = chats.say("Xong rồi")
    [path] = [path_of(url) for url in re.findall(rf"{BASE}/l/\S+", answer)][:1]
    page = chats.web.stranger().get(path)
    assert (page.status_code, "Báo cáo" in page.text) == (200, True)
    assert path.rpartition("/")[2] not in str(chats.web.dump())
    assert f"{BASE}/viec/{chats.web.task(TASK)}" in chats.incoming()[-1].answer


def test_xong_lists_five_and_then_leads_to_all(chats: ChatWorld) -> None:
    unit = chats.web.world.task("bc.tram-y-te").unit_id
    chats.web.world.do(
        lambda s: s.execute(
            update(Task).where(col(Task.key).in_([f"bc.thon-0{n}" for n in range(1, 8)])).values(unit_id=unit)
        )
    )
    chats.link("tram-y-te", "c5")
    [answer] = chats.say("xong", "c5")
    assert answer.count("•") == answer.count(f"{BASE}/l/") == 5
    assert re.search(rf"Còn \d+ việc nữa ở {BASE}/viec-cua-toi", answer)
    assert len(answer) <= LONGEST


def test_in_a_group_xong_gives_no_personal_link(chats: ChatWorld) -> None:
    chats.link(chat="g1", group=True)
    [answer] = chats.say("@Bot Măng Non xong", "g1", group=True)
    assert f"{BASE}/viec/{chats.web.task(TASK)}" in answer
    assert "/l/" not in answer
    assert chats.rows(select(AccessLink)) == []


# ------------------------------------------------------------------- GIAHAN


def test_giahan_asks_for_the_tasks_of_the_last_message_with_the_reason_that_was_given(
    chats: ChatWorld,
) -> None:
    chats.told("thon-07", TASK)
    [answer] = chats.say("Gia hạn đến 15/11/2024 vì mưa lũ")
    assert "đến 15/11/2024 cho 1 việc" in answer
    [row] = requests(chats)
    assert (row.wanted_on, row.reason, row.by_name, row.state) == (
        date(2024, 11, 15),
        "vì mưa lũ",
        UNIT.name,
        "pending",
    )


def test_giahan_without_a_reason_says_where_it_came_from(chats: ChatWorld) -> None:
    chats.told("thon-07", TASK)
    chats.say("GIAHAN 15/11/2024")
    assert requests(chats)[0].reason == "Xin gia hạn qua Zalo."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("GIAHAN 09/11/2024", "phải sau hạn hiện nay 09/11/2024"),
        ("GIAHAN 1/5/2024", "phải sau hạn hiện nay"),
        ("GIAHAN", "Tin chưa ghi ngày. Xin ghi ngày/tháng, ví dụ: GIAHAN 15/11"),
        ("GIAHAN 31/11", "tháng 11 chỉ có 30 ngày. Xin ghi"),
    ],
)
def test_what_cannot_be_asked_for_is_told_in_the_services_own_words(
    chats: ChatWorld, text: str, said: str
) -> None:
    chats.told("thon-07", TASK)
    [answer] = chats.say(text)
    assert said in answer
    assert requests(chats) == []


def test_a_second_request_is_refused_while_the_first_waits(chats: ChatWorld) -> None:
    chats.told("thon-07", TASK)
    chats.say("GIAHAN 15/11/2024")
    assert "đang có một yêu cầu gia hạn" in chats.say("GIAHAN 16/11/2024")[0]
    assert len(requests(chats)) == 1


def test_one_task_that_is_refused_leaves_the_others_asked_for(chats: ChatWorld) -> None:
    chats.link("tram-y-te", "c5")
    query = select(col(Task.key)).where(
        col(Task.key).like("%.tram-y-te"), col(Task.last_valid_on).is_not(None)
    )
    keys = [row[0] for row in chats.rows(query)]
    now, first = chats.now, chats.web.task(keys[0])
    chats.web.world.do(
        lambda s: extending.request(
            s, first, wanted_on=date(2024, 11, 20), reason="Chờ.", by=OFFICER, now=now
        )
    )
    chats.told("tram-y-te", *keys)
    [answer] = chats.say("giahan 25/11/2024", "c5")
    assert f"cho {len(keys) - 1} việc" in answer
    assert answer.count("đang có một yêu cầu gia hạn") == 1
    assert len(requests(chats)) == len(keys)


def test_giahan_with_several_tasks_and_no_message_asks_which(chats: ChatWorld) -> None:
    chats.link("tram-y-te", "c5")
    assert f"{BASE}/viec-cua-toi" in chats.say("giahan 25/11/2024", "c5")[0]
    assert requests(chats) == []


def test_a_year_that_is_left_out_is_the_next_one(chats: ChatWorld, clock: ManualClock) -> None:
    clock.set(clock.now().replace(month=12, day=20))
    chats.told("thon-07", TASK)
    chats.say("gia hạn 10/1")
    assert requests(chats)[0].wanted_on == date(2025, 1, 10)


# ------------------------------------------------------------------- what is not understood


def test_unknown_text_gets_one_answer_in_twelve_hours_and_every_one_is_shown(
    chats: ChatWorld, clock: ManualClock
) -> None:
    texts = ["Mai họp mấy giờ?", "Alo", "Có ai không"]
    assert [chats.say(one) for one in texts] == [[HELP], [], []]
    clock.set(clock.now() + timedelta(hours=12, minutes=1))
    assert chats.say("Alo lần nữa") == [HELP]
    shown = {row.text: row.understood for row in chats.incoming()}
    assert {one: shown[one] for one in texts} == dict.fromkeys(texts, "unknown")
    commune = chats.web.world.commune_id
    assert chats.web.world.do(lambda s: count_open(s, commune)) == 4


@pytest.mark.parametrize("kind", ["image", "voice", "unsupported", "link"])
def test_what_is_no_text_is_answered_and_shown_as_what_it_is(chats: ChatWorld, kind: str) -> None:
    chats.keep("zalo_bot", chats.bot_event(None, kind=kind))
    chats.round()
    assert [answer for _, answer in chats.bot.said] == [HELP]
    assert chats.incoming()[-1].text.startswith("(")


def test_a_sticker_is_answered_and_bothers_nobody(chats: ChatWorld) -> None:
    chats.keep("zalo_bot", chats.bot_event(None, kind="sticker"))
    chats.round()
    assert [answer for _, answer in chats.bot.said] == [HELP]
    commune = chats.web.world.commune_id
    assert chats.web.world.do(lambda s: count_open(s, commune)) == 0


def test_a_pictures_caption_is_read_like_any_text(chats: ChatWorld) -> None:
    event = chats.bot_event(None, kind="image")
    event["message"]["caption"] = "nhận rồi ạ"
    chats.told("thon-07", TASK)
    chats.keep("zalo_bot", event)
    chats.round()
    assert chats.web.world.task(TASK).state == "acknowledged"


def test_another_machine_is_never_answered(chats: ChatWorld) -> None:
    chats.keep("zalo_bot", chats.bot_event("Xin chào, tôi là máy", bot=True))
    chats.keep(
        "zalo_oa",
        chats.oa_event("oa_send_text", sender={"id": "oa"}, message={"text": "Chào", "msg_id": "x"}),
    )
    chats.round()
    assert (chats.bot.said, chats.oa.said, len(chats.incoming())) == ([], [], 1)


def test_a_chat_that_never_ends_is_answered_twenty_times_an_hour(
    chats: ChatWorld, clock: ManualClock
) -> None:
    answers = [len(chats.say("nhan")) for _ in range(25)]
    assert (sum(answers), answers[-1]) == (19, 0)
    clock.set(clock.now() + timedelta(hours=1, minutes=1))
    assert len(chats.say("nhan")) == 1


def test_an_unlinked_chat_is_told_how_to_link_once_and_shown_to_the_coordinator(chats: ChatWorld) -> None:
    assert [len(chats.say(one, "c99", name="Ông Ba")) for one in ("Xin chào", "NHAN", "alo")] == [1, 0, 0]
    with chats.web.site.store.read() as session:
        lines = newest_incoming(session, chats.web.world.commune_id, 3)
    assert [(one.person, one.sender, one.text) for one in lines] == [
        ("", "Ông Ba", "alo"), ("", "Ông Ba", "NHAN"), ("", "Ông Ba", "Xin chào"),
    ]  # fmt: skip


def test_what_was_seen_to_is_seen_to_once(chats: ChatWorld) -> None:
    chats.say("Alo")
    number, commune = chats.incoming()[-1].id or 0, chats.web.world.commune_id
    chats.web.world.do(lambda s: settle(s, commune, number, by=OFFICER, now=chats.now))
    with pytest.raises(Exception, match="đã có người xem"):
        chats.web.world.do(lambda s: settle(s, commune, number, by=OFFICER, now=chats.now))
    with pytest.raises(Exception, match="đã có người xem"):
        chats.web.world.do(lambda s: settle(s, commune + 1, number, by=OFFICER, now=chats.now))


def test_a_long_and_odd_text_is_kept_clean_and_cut(chats: ChatWorld) -> None:
    chats.say("dài\u202e\x07 " * 2_000)
    chats.say("nửa chữ \ud800 và \x00 hết", name="\u202eHoa\n")
    kept = chats.incoming()[-2:]
    assert len(kept[0].text) <= 2_000
    assert not re.search("[\u202e\x07\x00\ud800]", kept[0].text + kept[1].text + kept[1].sender_name)


def test_whoever_writes_can_be_written_to_again(chats: ChatWorld) -> None:
    point = update(ContactPoint).where(col(ContactPoint.address) == "user:c1")
    chats.web.world.do(lambda s: s.execute(point.values(refused_at=chats.now, refused_reason="Chặn.")))
    chats.say("nhan")
    query = select(col(ContactPoint.refused_at)).where(col(ContactPoint.address) == "user:c1")
    assert chats.rows(query) == [(None,)]


# ------------------------------------------------------------------- each event once


def test_a_second_copy_is_not_kept_and_a_third_look_finds_nothing(chats: ChatWorld) -> None:
    chats.told("thon-07", TASK)
    event = chats.bot_event("nhan", number="n1")
    assert [chats.keep("zalo_bot", event), chats.keep("zalo_bot", {"ok": True, "result": event})] == [
        True,
        False,
    ]
    chats.round()
    assert chats.keep("zalo_bot", event) is False
    chats.round()
    assert len(chats.bot.said) == 1
    assert {row.body for row in chats.events()} == {""}


def test_an_event_that_trips_the_program_is_shown_to_a_person_and_holds_up_no_other(
    chats: ChatWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_args: object) -> str:
        raise ValueError("hỏng")

    chats.keep("zalo_bot", chats.bot_event("nhan", name="Bà Kín Đáo"))
    chats.keep("zalo_bot", chats.bot_event("Xin chào Hoa", "c2"))
    monkeypatch.setattr("notifications.talking.obey", broken)
    configure_logs()
    try:
        chats.round()
    finally:
        structlog.reset_defaults()
    assert [answer[:13] for _, answer in chats.bot.said] == ["Máy gặp trục ", "Xin chào! Đây"]
    assert [(row.text, row.understood) for row in chats.incoming()][-2:] == [
        ("nhan", "unknown"),
        ("Xin chào Hoa", "unknown"),
    ]
    assert chats.events()[-2].trouble == "broke: ValueError"
    said = capsys.readouterr().err
    assert "ValueError" in said, (
        "what happened and where, but not the words of the error: they may quote people"
    )
    assert "hỏng" not in said
    assert not re.search('Kín Đáo|Xin chào Hoa|nhan"|c2', said)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        '{"event_name": 3}',
        '{"event_name":"message.text.received"}',
        "[" * 5000,
        '{"result": 1}',
    ],
)
def test_an_event_that_says_nothing_is_settled(chats: ChatWorld, body: str) -> None:
    for channel in ("zalo_bot", "zalo_oa", "sms"):
        keep_event(chats.web.site.store, channel, f"k{channel}", body, now=chats.now)
    chats.round()
    assert all(row.handled_at and row.body == "" for row in chats.events())
    assert len(chats.incoming()) == 1
