"""The directory: people are added, changed, removed and brought back; nobody's change is lost, all is told."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import pytest
from hoang_dong import OFFICER, STATION, World, found
from sqlalchemy import select
from sqlmodel import col

from db import journal
from db.errors import Outdated, Refusal, WrongFields
from db.store import Store
from db.tables import ContactPoint, Person
from tasks import directory, people
from tasks.clock import ManualClock
from tasks.membership import remove_person
from tasks.person_facts import PersonFacts, facts_from, fresh_key

NEW = PersonFacts(
    "Nguyễn Thị Đào",
    "chị Đào",
    (("contact", "thon-03"), ("council", "vhxh")),
    "dao@xa.example",
    "",
    quiet=True,
)


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    return found(store, clock)


def add(world: World, facts: PersonFacts = NEW) -> int:
    number = world.do(
        lambda s: directory.add_person(s, world.commune_id, facts, by=OFFICER, now=world.clock.now())
    )
    return int(number)


def edit(world: World, number: int, facts: PersonFacts, expected: PersonFacts) -> bool:
    return bool(
        world.do(
            lambda s: directory.edit_person(
                s, world.commune_id, number, facts, expected=expected, by=OFFICER, now=world.clock.now()
            )
        )
    )


def facts(world: World, number: int) -> PersonFacts:
    with world.store.read() as session:
        return directory.facts_of(session, directory.load_person(session, world.commune_id, number))


def number_of(world: World, key: str) -> int:
    with world.store.read() as session:
        return int(session.execute(select(col(Person.id)).where(col(Person.key) == key)).scalar_one())


def last_entry(world: World) -> tuple[str, dict[str, object]]:
    with world.store.read() as session:
        assert journal.verify(session, world.commune_id) is None
        entry = next(iter(journal.entries(session, world.commune_id, newest=1)))
        return entry.action, json.loads(entry.payload)


def test_a_new_person_is_found_again_as_entered_and_the_journal_keeps_no_address(world: World) -> None:
    number = add(world)
    assert facts(world, number) == replace(NEW, parts=(("council", "vhxh"), ("contact", "thon-03")))
    assert last_entry(world) == ("person.added", {"person": "nguyen-thi-dao", "role": "coordinator"})


def test_decomposed_letters_and_stray_spaces_are_tidied(world: World) -> None:
    number = add(world, replace(NEW, name=unicodedata.normalize("NFD", "  Nguyễn   Thị Đào ")))
    assert facts(world, number).name == "Nguyễn Thị Đào"


def test_two_people_of_one_name_get_different_keys(world: World) -> None:
    add(world)
    add(world, replace(NEW, email="khac@xa.example"))
    assert last_entry(world)[1]["person"] == "nguyen-thi-dao-2"


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": ""}, "name", "Còn trống"),
        ({"name": "a" * 201}, "name", "dài quá"),
        ({"greeting": "anh\u202eA"}, "greeting", "ký tự lạ"),
        ({"email": "dao tại xã"}, "email", "không phải địa chỉ thư"),
        ({"second_email": "DAO@xa.example".replace("DAO", "dao")}, "second_email", "Trùng"),
        ({"parts": ()}, "parts", "ít nhất một vai trò"),
        ({"parts": (("contact", "khong-co"),)}, "parts", "Không có đơn vị"),
        ({"parts": (("king", "vhxh"),)}, "parts", "Không có vai trò"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    world: World, wrong: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(WrongFields) as caught:
        add(world, replace(NEW, **wrong))  # type: ignore[arg-type]
    assert words.casefold() in caught.value.fields[field].casefold()
    assert set(caught.value.fields) == {field}


def test_a_change_is_written_once_and_saving_without_a_change_writes_nothing(world: World) -> None:
    number = add(world)
    before = facts(world, number)
    after = replace(before, email="moi@xa.example", second_email="cu@xa.example", quiet=False)
    assert edit(world, number, after, before)
    assert facts(world, number) == after
    assert last_entry(world)[1]["changed"] == ["thư điện tử", "thư dự phòng", "thôi nhắc sớm"]
    with world.store.read() as session:
        head = journal.head_of(session, world.commune_id)
    assert not edit(world, number, after, after)
    with world.store.read() as session:
        assert journal.head_of(session, world.commune_id) == head


def test_the_second_of_two_people_who_edit_is_told_what_the_first_changed(world: World) -> None:
    number = add(world)
    shown = facts(world, number)
    edit(world, number, replace(shown, email="mot@xa.example"), shown)
    with pytest.raises(Outdated, match=r"thư điện tử: «dao@xa\.example» → «mot@xa\.example»"):
        edit(world, number, replace(shown, name="Tên khác"), shown)
    assert facts(world, number) == replace(shown, email="mot@xa.example")


def test_what_was_shown_survives_the_way_through_a_page() -> None:
    assert facts_from(json.loads(json.dumps(NEW.as_json()))) == NEW


def test_an_address_that_was_refused_stays_refused_when_only_the_name_changes(world: World) -> None:
    number = add(world)
    now = world.clock.now()

    def refuse(session: object) -> None:
        point = session.execute(  # type: ignore[attr-defined]
            select(ContactPoint).where(col(ContactPoint.person_id) == number)
        ).scalar_one()
        point.refused_at, point.refused_reason = now, "550"

    world.do(refuse)
    shown = facts(world, number)
    edit(world, number, replace(shown, name="Nguyễn Đào"), shown)
    with world.store.read() as session:
        point = session.execute(
            select(ContactPoint).where(col(ContactPoint.person_id) == number)
        ).scalar_one()
    assert point.refused_reason == "550"


def test_the_last_coordinator_keeps_that_part(world: World) -> None:
    number = number_of(world, "vhxh")
    shown = facts(world, number)
    with pytest.raises(Refusal, match="không còn cán bộ điều phối"):
        edit(world, number, replace(shown, parts=(("contact", "vhxh"),)), shown)
    add(world, replace(NEW, parts=(("coordinator", "vhxh"),)))
    assert edit(world, number, replace(shown, parts=(("contact", "vhxh"),)), shown)


def test_somebody_removed_can_come_back_but_cannot_be_edited_meanwhile(world: World) -> None:
    number = add(world)
    shown, now = facts(world, number), world.clock.now()
    world.do(lambda s: remove_person(s, world.commune_id, "nguyen-thi-dao", by=OFFICER, now=now))
    with pytest.raises(Outdated, match="đã thôi việc"):
        edit(world, number, replace(shown, name="Đào"), shown)
    world.do(lambda s: directory.reactivate_person(s, world.commune_id, number, by=OFFICER, now=now))
    assert last_entry(world)[0] == "person.returned"
    assert facts(world, number) == shown
    with pytest.raises(Refusal, match="đang có trong danh bạ"):
        world.do(lambda s: directory.reactivate_person(s, world.commune_id, number, by=OFFICER, now=now))


def test_a_unit_gets_a_name_only_when_nobody_renamed_it_meanwhile_and_no_other_has_it(world: World) -> None:
    def rename(name: str, expected: str) -> None:
        world.do(
            lambda s: people.rename_unit(
                s, world.commune_id, "thon-07", name, by=OFFICER, now=world.clock.now(), expected=expected
            )
        )

    rename("Thôn Bản Mới", "Thôn số 7")
    with pytest.raises(Outdated, match="đổi tên thành «Thôn Bản Mới»"):
        rename("Thôn Khác", "Thôn số 7")
    with pytest.raises(WrongFields, match="Đã có đơn vị khác"):
        rename("TRẠM Y TẾ", "Thôn Bản Mới")


def test_a_units_person_does_not_touch_the_directory(world: World) -> None:
    with pytest.raises(Refusal, match="Chỉ cán bộ điều phối"):
        world.do(lambda s: directory.add_person(s, world.commune_id, NEW, by=STATION, now=world.clock.now()))


def test_people_of_another_commune_are_not_found(world: World) -> None:
    with world.store.read() as session, pytest.raises(Refusal, match="không có người số"):
        directory.load_person(session, world.commune_id + 1, number_of(world, "vhxh"))


@pytest.mark.parametrize(
    ("name", "key"), [("Đặng Văn Ổn", "dang-van-on"), ("李", "nguoi"), ("--", "nguoi"), ("x" * 90, "x" * 40)]
)
def test_a_key_is_made_of_a_name(name: str, key: str) -> None:
    assert fresh_key(name, set()) == key
