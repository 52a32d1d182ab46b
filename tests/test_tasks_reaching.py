"""Somebody's addresses in the database: never lost, never twice at one place, refused ones known, all told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hoang_dong import OFFICER, STATION, World, found
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlmodel import Session, col

from db import journal
from db.errors import Missing, Outdated, Refusal, WrongFields
from db.store import Store
from db.tables import ContactPoint, JournalEntry, Person
from tasks import contact_preview, directory, people, reaching
from tasks.address_rows import load_points, point_of, put_points
from tasks.clock import ManualClock
from tasks.contacts import read_contacts
from tasks.directory_list import everybody, linked_people, present_rows, unit_names
from tasks.person_facts import PersonFacts
from tasks.ways import EVERY_WAY, Point, kept_order

PHONE = "84900001234"
BOT = Point("zalo_bot", "user:5550123")
HEAD = PersonFacts(
    "Lò Văn Ví Dụ", "anh Dụ", (("contact", "thon-03"),), "du@xa.example", "", phone=PHONE
)  # fmt: skip
OLD = "đơn vị,vai trò,mã người,họ tên,xưng hô,thư điện tử"
NEW = f"{OLD},thư dự phòng,điện thoại,kênh"


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    return found(store, clock, contacts=False, issued=False)


def add(world: World, facts: PersonFacts = HEAD) -> int:
    now = world.clock.now()
    return int(world.do(lambda s: directory.add_person(s, world.commune_id, facts, by=OFFICER, now=now)))


def edit(world: World, number: int, facts: PersonFacts, expected: PersonFacts | None = None) -> bool:
    def deed(session: Session) -> bool:
        shown = expected or directory.facts_of(
            session, directory.load_person(session, world.commune_id, number)
        )
        return directory.edit_person(
            session, world.commune_id, number, facts, expected=shown, by=OFFICER, now=world.clock.now()
        )

    return bool(world.do(deed))


def facts(world: World, number: int) -> PersonFacts:
    with world.store.read() as session:
        return directory.facts_of(session, directory.load_person(session, world.commune_id, number))


def points(world: World, number: int) -> list[Point]:
    with world.store.read() as session:
        return [point_of(row) for row in load_points(session, number)]


def numbers(world: World, number: int) -> list[int]:
    with world.store.read() as session:
        return [row.id or 0 for row in load_points(session, number)]


def link(world: World, number: int, point: Point = BOT) -> None:
    present = points(world, number)
    wanted = kept_order(present, [*present, point])
    world.do(lambda s: put_points(s, world.commune_id, number, wanted))


def refuse(world: World, number: int, channel: str) -> None:
    now = world.clock.now()
    mark = update(ContactPoint).where(
        col(ContactPoint.person_id) == number, col(ContactPoint.channel) == channel
    )
    world.do(lambda s: s.execute(mark.values(refused_at=now, refused_reason="Tài khoản không tồn tại.")))


def bring(world: World, *rows: str, header: str = NEW) -> None:
    def deed(session: Session) -> None:
        units, linked = unit_names(session, world.commune_id), linked_people(session, world.commune_id)
        read = read_contacts("\n".join([header, *rows]), "x.csv", units, linked)
        people.bring_contacts(session, world.commune_id, read, by=OFFICER, now=world.clock.now())

    world.do(deed)


def person(world: World, key: str) -> int:
    with world.store.read() as session:
        return int(session.execute(select(col(Person.id)).where(col(Person.key) == key)).scalar_one())


def move(world: World, number: int, address: int, seen: Sequence[int], *, up: bool) -> bool:
    now = world.clock.now()
    return bool(
        world.do(
            lambda s: reaching.move_address(
                s, world.commune_id, number, address, up=up, seen=seen, by=OFFICER, now=now
            )
        )
    )


def channels(world: World, number: int) -> list[str]:
    return [one.way for one in points(world, number)]


def last_entry(world: World) -> tuple[str, dict[str, Any]]:
    with world.store.read() as session:
        assert journal.verify(session, world.commune_id) is None
        entry = next(iter(journal.entries(session, world.commune_id, newest=1)))
        return entry.action, json.loads(entry.payload)


def test_a_number_typed_in_any_way_becomes_two_addresses_after_the_mail(world: World) -> None:
    number = add(world, replace(HEAD, phone=" 0900.001 234 "))
    assert points(world, number) == [
        Point("email", "du@xa.example"), Point("zalo_oa", f"phone:{PHONE}"), Point("sms", PHONE)
    ]  # fmt: skip
    assert facts(world, number) == HEAD


def test_a_number_alone_is_enough_and_nothing_at_all_is_refused_in_one_sentence(world: World) -> None:
    assert channels(world, add(world, replace(HEAD, email=""))) == ["oa_phone", "sms"]
    with pytest.raises(WrongFields) as caught:
        add(world, replace(HEAD, email="", phone=""))
    assert caught.value.fields == {
        "email": "Còn trống; cần ít nhất một cách liên lạc: thư điện tử, điện thoại, hoặc Zalo đã liên kết."
    }
    with pytest.raises(WrongFields) as caught:
        add(world, replace(HEAD, phone="024 3825 1234", ways="bồ câu"))
    assert set(caught.value.fields) == {"phone", "ways"}


def test_a_linked_chat_goes_first_survives_the_form_and_is_enough_by_itself(world: World) -> None:
    number = add(world)
    link(world, number)
    assert channels(world, number) == ["bot_user", "email", "oa_phone", "sms"]
    assert edit(world, number, replace(HEAD, email="", phone=""))
    assert points(world, number) == [BOT]
    assert edit(world, number, replace(HEAD, email="moi@xa.example"))
    assert channels(world, number) == ["bot_user", "email", "oa_phone", "sms"]


def test_an_order_is_kept_as_far_as_there_are_addresses_and_saving_it_again_changes_nothing(
    world: World,
) -> None:
    number = add(world, replace(HEAD, ways="Tin nhan, zalo"))
    assert channels(world, number) == ["sms", "oa_phone", "email"]
    shown = facts(world, number)
    assert shown.ways == "tin nhắn, zalo số điện thoại, thư"
    assert not edit(world, number, shown)
    assert not edit(world, number, replace(shown, ways="sms, zns"))
    assert edit(world, number, replace(shown, ways=""))
    assert last_entry(world)[1]["changed"] == ["kênh"]
    assert channels(world, number) == ["email", "oa_phone", "sms"]


def test_an_address_that_stays_keeps_its_row_and_that_it_was_refused(world: World) -> None:
    number = add(world)
    refuse(world, number, "sms")
    before = dict(zip(channels(world, number), numbers(world, number), strict=True))
    edit(world, number, replace(HEAD, email="moi@xa.example", ways="tin nhắn, thư"))
    after = dict(zip(channels(world, number), numbers(world, number), strict=True))
    assert list(after) == ["sms", "email", "oa_phone"]
    assert (after["sms"], after["oa_phone"]) == (before["sms"], before["oa_phone"])
    with world.store.read() as session:
        entry = everybody(session, world.commune_id, number)[0]
    assert [one.point.way for one in entry.refused] == ["sms"]
    assert (entry.reached({"sms"}), entry.reached({"email"})) == (False, True)


def test_an_old_file_takes_no_number_no_order_and_no_chat_away(world: World) -> None:
    row = "thon-03,đầu mối,lo-van-vi-du,Lò Văn Ví Dụ,anh Dụ,du@xa.example"
    number = add(world, replace(HEAD, ways="tin nhắn, thư"))
    link(world, number)
    order = channels(world, number)
    assert order == ["bot_user", "sms", "email", "oa_phone"]
    bring(world, row.replace("du@xa", "moi@xa"), header=OLD)
    assert channels(world, number) == order
    assert facts(world, number).email == "moi@xa.example"


def test_a_file_with_empty_cells_takes_the_number_away_and_the_order_back_to_the_usual_but_no_chat(
    world: World,
) -> None:
    number = add(world, replace(HEAD, ways="tin nhắn, thư"))
    link(world, number)
    bring(world, "thon-03,đầu mối,lo-van-vi-du,Lò Văn Ví Dụ,anh Dụ,du@xa.example,,,")
    assert channels(world, number) == ["bot_user", "email"]
    bring(world, "thon-03,đầu mối,lo-van-vi-du,Lò Văn Ví Dụ,anh Dụ,,,,")
    assert channels(world, number) == ["bot_user"]


def test_what_was_given_out_as_a_file_brings_nothing_new(world: World) -> None:
    number = add(world, replace(HEAD, ways="tin nhắn, thư"))
    link(world, number)
    add(world, replace(HEAD, name="Người Khác", email="", phone="84900005678"))
    with world.store.read() as session:
        rows = [list(row) for row in present_rows(session, world.commune_id)]
        units = unit_names(session, world.commune_id)
        text = "\n".join([NEW.replace(",", "\t"), *("\t".join(row) for row in rows)])
        read = read_contacts(text, "x.csv", units, linked_people(session, world.commune_id))
        assert rows[0][-2:] == ["0900001234", "zalo bot, tin nhắn, thư, zalo số điện thoại"]
        assert contact_preview.preview(session, world.commune_id, read).is_empty


def test_a_preview_tells_the_number_and_the_order_and_holds_only_while_they_stay(world: World) -> None:
    number = add(world)
    row = "thon-03,đầu mối,lo-van-vi-du,Lò Văn Ví Dụ,anh Dụ,du@xa.example,,0900 005 678,tin nhắn"
    with world.store.read() as session:
        read = read_contacts(f"{NEW}\n{row}", "x.csv", unit_names(session, world.commune_id))
        seen = contact_preview.preview(session, world.commune_id, read)
    assert seen.lines[0].changes == (
        "điện thoại: «0900 001 234» → «0900 005 678»", "kênh: trống → «tin nhắn, thư, zalo số điện thoại»"
    )  # fmt: skip
    edit(world, number, replace(HEAD, phone="84900009999"))
    with pytest.raises(Outdated):
        world.do(
            lambda s: contact_preview.apply_contacts(
                s, world.commune_id, read, seal=seen.seal, by=OFFICER, now=world.clock.now()
            )
        )


def test_an_address_moves_by_one_place_unless_the_order_was_changed_meanwhile(world: World) -> None:
    number = add(world)
    mail, oa, sms = shown = numbers(world, number)
    assert move(world, number, sms, shown, up=True)
    assert numbers(world, number) == [mail, sms, oa]
    assert last_entry(world) == (
        "address.moved", {"person": "lo-van-vi-du", "way": "Tin nhắn SMS", "role": "coordinator"},
    )  # fmt: skip
    with pytest.raises(Outdated, match="vừa được người khác thay đổi"):
        move(world, number, sms, shown, up=True)
    assert move(world, number, mail, [mail, sms, oa], up=False)
    assert numbers(world, number) == [sms, mail, oa]
    assert not move(world, number, sms, [sms, mail, oa], up=True)
    assert not move(world, number, oa, [sms, mail, oa], up=False)
    assert facts(world, number).ways == "tin nhắn, thư, zalo số điện thoại"


def test_who_saves_a_form_filled_before_the_order_changed_is_told(world: World) -> None:
    number = add(world)
    shown = facts(world, number)
    order = numbers(world, number)
    move(world, number, order[-1], order, up=True)
    with pytest.raises(Outdated, match="kênh: trống → «thư, tin nhắn, zalo số điện thoại»"):
        edit(world, number, replace(shown, name="Tên khác"), shown)


def test_a_refused_address_is_taken_back_into_use_once(world: World) -> None:
    number = add(world)
    refuse(world, number, "zalo_oa")
    address, now = numbers(world, number)[1], world.clock.now()

    def reuse() -> bool:
        return bool(
            world.do(
                lambda s: reaching.reuse_address(s, world.commune_id, number, address, by=OFFICER, now=now)
            )
        )

    assert (reuse(), reuse()) == (True, False)
    assert last_entry(world)[0] == "address.reused"
    with world.store.read() as session:
        assert everybody(session, world.commune_id, number)[0].refused == ()


def test_a_chat_is_unlinked_but_nothing_else_and_never_the_last_way(world: World) -> None:
    number = add(world)
    link(world, number)

    def unlink(address: int) -> None:
        world.do(
            lambda s: reaching.unlink_chat(
                s, world.commune_id, number, address, by=OFFICER, now=world.clock.now()
            )
        )

    chat, mail, *_ = numbers(world, number)
    with pytest.raises(Refusal, match="Chỉ Zalo đã liên kết"):
        unlink(mail)
    unlink(chat)
    assert channels(world, number) == ["email", "oa_phone", "sms"]
    assert last_entry(world)[1]["way"] == "Zalo (đã liên kết)"
    with pytest.raises(Missing):
        unlink(chat)
    link(world, number)
    edit(world, number, replace(HEAD, email="", phone=""))
    with pytest.raises(Refusal, match="cách liên lạc duy nhất với Lò Văn Ví Dụ"):
        unlink(numbers(world, number)[0])


def test_only_the_office_touches_addresses_and_only_those_of_the_person(world: World) -> None:
    number, now = add(world), world.clock.now()
    other = add(world, replace(HEAD, name="Người Khác"))
    address = numbers(world, number)[0]
    with pytest.raises(Refusal, match="Chỉ cán bộ điều phối"):
        world.do(lambda s: reaching.reuse_address(s, world.commune_id, number, address, by=STATION, now=now))
    with pytest.raises(Missing):
        world.do(lambda s: reaching.reuse_address(s, world.commune_id, other, address, by=OFFICER, now=now))


def test_the_journal_keeps_no_number_no_chat_and_no_mail_address(world: World) -> None:
    number = add(world)
    link(world, number)
    edit(world, number, replace(HEAD, phone="84900009999", ways="tin nhắn"))
    order = numbers(world, number)
    move(world, number, order[0], order, up=False)
    bring(world, "thon-03,đầu mối,lo-van-vi-du,Lò Văn Ví Dụ,anh Dụ,x@xa.example,,0900 005 678,zalo")
    with world.store.read() as session:
        kept = " ".join(session.execute(select(col(JournalEntry.payload))).scalars())
    for secret in ("8490000", "0900", "5550123", "xa.example"):
        assert secret not in kept


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "a@xa.example", "b@xa.example"]),
            st.sampled_from(["", PHONE, "84900005678"]),
            st.sampled_from(["", "zalo", "tin nhắn, thư", "thư dự phòng, zalo oa"]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_is_saved_one_after_the_other_every_address_stands_at_a_place_of_its_own(
    world: World, forms: list[tuple[str, str, str]]
) -> None:
    number = add(world, replace(HEAD, name="Người Bất Kỳ", phone=""))
    link(world, number)
    link(world, number, Point("zalo_oa", "group:g-1"))
    for mail, phone, ways in forms:
        edit(world, number, replace(facts(world, number), email=mail, phone=phone, ways=ways))
        with world.store.read() as session:
            rows = load_points(session, number)
        assert {BOT, Point("zalo_oa", "group:g-1")} <= {point_of(row) for row in rows}
        assert sorted(row.position for row in rows) == [row.position for row in rows]
        assert len({row.position for row in rows}) == len(rows) == 2 + bool(mail) + 2 * bool(phone)
        assert EVERY_WAY >= {point_of(row).way for row in rows}
