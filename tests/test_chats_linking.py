"""A chat becomes somebody's address by a code: once, in time, first in their order, and for one person only."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from chat_world import ChatWorld
from sqlalchemy import delete, insert, select
from sqlmodel import col
from web_world import BASE, WebWorld

from db.errors import Missing, Refusal
from db.store import Store
from db.tables import ChatCode, Commune, ContactPoint, JournalEntry, Member, Person, Unit
from notifications.chats import chats_of, unlink
from notifications.linking import LASTING, make_code
from tasks.actor import Actor
from tasks.clock import ManualClock

WRONG = "Mã này không đúng hoặc đã hết hạn"


@pytest.fixture
def chats(store: Store, clock: ManualClock) -> ChatWorld:
    return ChatWorld(WebWorld.build(store, clock))


@pytest.mark.parametrize("text", ["{}", "LK {}", "lk{}.", "Mã {}", "liên kết {}"])
def test_the_code_makes_the_chat_the_first_address_and_says_what_it_can_do(
    chats: ChatWorld, text: str
) -> None:
    before = chats.addresses()
    [answer] = chats.say(text.format(chats.code()))
    assert chats.addresses() == [(1, "zalo_bot", "user:c1"), *((place + 1, *rest) for place, *rest in before)]
    for word in ("Đã liên kết", "Thôn số 7", "NHAN", "XONG", "GIAHAN"):
        assert word in answer
    assert [row.understood for row in chats.incoming()] == ["link"]


def test_the_journal_says_that_a_chat_was_linked_and_keeps_no_number_of_it(chats: ChatWorld) -> None:
    chats.say(chats.code(), "c-4711")
    [entry] = [
        row[0] for row in chats.rows(select(JournalEntry).where(col(JournalEntry.action) == "chat.linked"))
    ]
    assert json.loads(entry.payload) == {"way": "Zalo (đã liên kết)", "role": "unit"}
    assert entry.subject == f"person:{chats.web.person('thon-07')}"
    assert "4711" not in str([row[0].payload for row in chats.rows(select(JournalEntry))])


def test_a_code_works_once(chats: ChatWorld) -> None:
    code = chats.code()
    assert "Đã liên kết" in chats.say(code)[0]
    assert WRONG in chats.say(code, "c2")[0]
    assert chats.addresses()[0] == (1, "zalo_bot", "user:c1")
    assert ("zalo_bot", "user:c2") not in {one[1:] for one in chats.addresses()}


@pytest.mark.parametrize(("later", "good"), [(LASTING - timedelta(seconds=1), True), (LASTING, False)])
def test_a_code_ends_after_a_quarter_of_an_hour(
    chats: ChatWorld, clock: ManualClock, later: timedelta, good: bool
) -> None:
    code = chats.code()
    clock.set(clock.now() + later)
    assert ("Đã liên kết" in chats.say(code)[0]) == good


def test_asking_anew_ends_the_code_before_and_leaves_those_of_others(chats: ChatWorld) -> None:
    first, other, second = chats.code(), chats.code("thon-08"), chats.code()
    assert WRONG in chats.say(first)[0]
    assert "Đã liên kết" in chats.say(other, "c8")[0]
    assert "Đã liên kết" in chats.say(second)[0]


def test_a_code_is_for_one_channel(chats: ChatWorld) -> None:
    assert WRONG in chats.say(chats.code(channel="zalo_oa"))[0]
    chats.keep("zalo_oa", chats.oa_text(f"LK {chats.code(channel='zalo_oa')}"))
    chats.round()
    assert "Đã liên kết" in chats.oa.said[0][1]
    assert chats.addresses()[0] == (1, "zalo_oa", "user:z1")


def test_open_codes_are_never_the_same(chats: ChatWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([7, 7, 7, 9])
    monkeypatch.setattr("notifications.linking.secrets.randbelow", lambda _: next(drawn))
    assert (chats.code(), chats.code("thon-08")) == ("000007", "000009")


def test_old_codes_are_not_kept(chats: ChatWorld, clock: ManualClock) -> None:
    chats.code()
    clock.set(clock.now() + timedelta(days=2))
    chats.code("thon-08")
    assert len(chats.rows(select(ChatCode))) == 1


def test_after_five_wrong_codes_a_chat_gets_no_answer_and_no_chance_for_a_while(
    chats: ChatWorld, clock: ManualClock
) -> None:
    good = chats.code()
    wrong = [f"{number:06}" for number in range(8) if f"{number:06}" != good]
    answers = [chats.say(one) for one in wrong[:6]]
    assert [len(one) for one in answers] == [1, 1, 1, 1, 1, 0]
    assert chats.say(good) == []
    assert "Đã liên kết" in chats.say(good, "c2")[0]
    clock.set(clock.now() + timedelta(minutes=16))
    assert "Đã liên kết" in chats.say(chats.code())[0]


def test_a_second_code_moves_the_chat_to_the_other_person_and_says_so(chats: ChatWorld) -> None:
    chats.link("thon-07")
    [answer] = chats.say(chats.code("thon-08"))
    name = chats.rows(select(col(Person.name)).where(col(Person.key) == "thon-07"))[0][0]
    assert f"trước đây nhận tin của {name}" in answer
    assert [one[1] for one in chats.addresses("thon-07")] == ["email", "email"]
    assert chats.addresses("thon-08")[0][1:] == ("zalo_bot", "user:c1")
    moved = f"person:{chats.web.person('thon-07')}"
    assert ("Măng Non", "chat.unlinked", moved) in chats.deeds()


def test_linking_again_uses_a_refused_address_again_and_puts_it_first(chats: ChatWorld) -> None:
    chats.link(chat="c1")
    chats.link(chat="c2")
    assert [one[2] for one in chats.addresses()][:2] == ["user:c2", "user:c1"]
    refuse = lambda s: s.execute(  # noqa: E731
        select(ContactPoint).where(col(ContactPoint.address) == "user:c1")
    ).scalar_one()
    chats.web.world.do(lambda s: setattr(refuse(s), "refused_at", chats.now))
    chats.link(chat="c1")
    assert [one[2] for one in chats.addresses()][:2] == ["user:c1", "user:c2"]
    number = chats.web.person("thon-07")
    with chats.web.site.store.read() as session:
        assert [one.refused for one in chats_of(session, number)] == ["", ""]


def test_a_group_is_an_address_of_its_own_kind(chats: ChatWorld) -> None:
    [answer] = chats.say(f"@Bot Măng Non LK {chats.code()}", "g9", group=True)
    assert "Nhóm này" not in answer
    assert chats.addresses()[0] == (1, "zalo_bot", "group:g9")
    [moved] = chats.say(f"@Bot Măng Non LK {chats.code('thon-08')}", "g9", group=True)
    assert "Nhóm này trước đây" in moved


def test_a_group_of_the_oa_is_linked_and_otherwise_left_in_peace(chats: ChatWorld) -> None:
    for text in ("Mai họp lúc 8 giờ nhé", "123456", "nhận ạ", "LK 000000", "gia hạn à?"):
        chats.keep("zalo_oa", chats.oa_text(text, group="g1"))
    chats.round()
    assert [answer[:20] for _, answer in chats.oa.said] == [WRONG[:20]]
    assert [row.text for row in chats.incoming()] == ["LK 000000"]
    chats.keep("zalo_oa", chats.oa_text(f"LK {chats.code(channel='zalo_oa')}", group="g1"))
    chats.round()
    assert chats.addresses()[0] == (1, "zalo_oa", "group:g1")


def test_a_linked_chat_is_let_go_and_only_by_its_own_person(chats: ChatWorld) -> None:
    chats.link()
    number, commune = chats.web.person("thon-07"), chats.web.world.commune_id
    with chats.web.site.store.read() as session:
        [chat] = chats_of(session, number)
    by = Actor("Trưởng thôn", "unit")
    with pytest.raises(Missing, match="Không còn liên kết"):
        chats.web.world.do(
            lambda s: unlink(s, commune, chats.web.person("thon-08"), chat.contact_id, by=by, now=chats.now)
        )
    chats.web.world.do(lambda s: unlink(s, commune, number, chat.contact_id, by=by, now=chats.now))
    assert [one[1] for one in chats.addresses()] == ["email", "email"]
    assert "chưa gắn với ai" in chats.say("NHAN")[0]


def test_the_last_way_to_reach_somebody_is_not_let_go(chats: ChatWorld) -> None:
    chats.link()
    number, commune = chats.web.person("thon-07"), chats.web.world.commune_id
    mails = delete(ContactPoint).where(
        col(ContactPoint.person_id) == number, col(ContactPoint.channel) == "email"
    )
    chats.web.world.do(lambda s: s.execute(mails))
    with chats.web.site.store.read() as session:
        [chat] = chats_of(session, number)
    by = Actor("Trưởng thôn", "unit")
    with pytest.raises(Refusal, match="nơi nhận tin duy nhất"):
        chats.web.world.do(lambda s: unlink(s, commune, number, chat.contact_id, by=by, now=chats.now))


def test_somebody_who_left_cannot_link_a_chat_with_an_old_code(chats: ChatWorld) -> None:
    code = chats.code()
    chats.web.world.do(lambda s: setattr(s.get_one(Person, chats.web.person("thon-07")), "active", False))
    assert WRONG in chats.say(code)[0]


def test_in_an_installation_of_several_communes_a_chat_moves_between_them_and_strangers_belong_to_none(
    chats: ChatWorld,
) -> None:
    other = chats.web.world.do(another_commune)
    chats.link("thon-07")
    commune, person = other
    code = chats.web.world.do(lambda s: make_code(s, commune, person, "zalo_bot", chats.now).code)
    [answer] = chats.say(code)
    assert "UBND xã Khác" in answer
    assert [row.commune_id for row in chats.incoming()] == [chats.web.world.commune_id, commune]
    ours = select(JournalEntry).where(col(JournalEntry.commune_id) == chats.web.world.commune_id)
    assert "Khác" not in str([(row[0].actor, row[0].payload) for row in chats.rows(ours)])
    before = len(chats.incoming())
    assert [len(chats.say("Xin chào", "c77")) for _ in range(3)] == [1, 0, 0]
    assert [len(chats.say(f"{number:06}", "c77")) for number in range(7)] == [1, 1, 1, 1, 1, 0, 0]
    assert len(chats.incoming()) == before
    assert "c77" not in str([(row.body, row.trouble) for row in chats.events()])


def another_commune(session: object) -> tuple[int, int]:
    row = Commune(
        key="khac", name="UBND xã Khác", place="Khác", superior="UBND", time_zone="Asia/Ho_Chi_Minh"
    )
    session.add(row)  # type: ignore[attr-defined]
    session.flush()  # type: ignore[attr-defined]
    unit = session.execute(  # type: ignore[attr-defined]
        insert(Unit).values(
            commune_id=row.id, key="t1", name="Thôn Một", plan_name="Thôn Một", kind="village", source="V", position=1,
            active=True,
        ).returning(col(Unit.id))
    ).scalar_one()  # fmt: skip
    person = Person(commune_id=row.id or 0, key="t1", name="Bà Khác", greeting="")
    session.add(person)  # type: ignore[attr-defined]
    session.flush()  # type: ignore[attr-defined]
    session.execute(  # type: ignore[attr-defined]
        insert(Member).values(commune_id=row.id, unit_id=unit, person_id=person.id, role="contact")
    )
    return row.id or 0, person.id or 0


def test_the_answer_leads_to_the_page(chats: ChatWorld) -> None:
    assert f"{BASE}/zalo" in chats.say("Xin chào")[0]
