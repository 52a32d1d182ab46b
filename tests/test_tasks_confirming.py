"""Points from the official appendix: only what was typed, only what is possible, kept through imports, taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hoang_dong import FILE, OFFICER, OPERATOR, STATION, World, changed_file, found

from db import journal
from db.errors import Outdated, Refusal, WrongFields
from db.store import Store
from db.tables import Plan
from plans.toml_source import shipped
from tasks import confirming
from tasks.appendix import BarEntry, CriterionEntry, IndicatorEntry, entry_of, fingerprint
from tasks.clock import ManualClock
from tasks.importing import Imported, compare, import_plan
from tasks.planfile import load_plan
from tasks.ruleset import Criterion, RuleSet

# Invented for the tests: what the appendix really says is for a commune to enter.
ENTRY = CriterionEntry(
    "60", "Phụ lục (ví dụ), trang 3",
    {"khai-sinh": IndicatorEntry("60", (("98,5", "60"), ("", ""), ("90", "30")))},
)  # fmt: skip


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    return found(store, clock)


def rules(world: World) -> RuleSet:
    with world.store.read() as session:
        return confirming.rules_of_plan(session.get_one(Plan, world.plan_id))


def confirm(world: World, entry: CriterionEntry = ENTRY, no: int = 2, expected: str = "") -> Criterion:
    shown = expected or fingerprint(rules(world).criterion(no))
    done: Criterion = world.do(
        lambda s: confirming.confirm_criterion(
            s, world.plan_id, no, entry, expected=shown, by=OFFICER, now=world.clock.now()
        )
    )
    return done


def entries(world: World) -> list[tuple[str, dict[str, Any]]]:
    with world.store.read() as session:
        assert journal.verify(session, world.commune_id) is None
        return [(one.action, json.loads(one.payload)) for one in journal.entries(session, world.commune_id)]


def test_confirmed_points_are_verified_with_source_name_and_day_and_the_journal_has_before_and_after(
    world: World,
) -> None:
    before = rules(world)
    confirm(world)
    after = rules(world).criterion(2)
    assert (after.max_points, after.verified, after.source) == (60, True, "Phụ lục (ví dụ), trang 3")
    assert after.confirmed is not None
    assert (after.confirmed.by, str(after.confirmed.on)) == (OFFICER.name, "2024-04-16")
    one = after.indicators[0]
    assert [(band.at_least, band.points) for band in one.bands] == [(98.5, 60), (90, 30)]
    assert (one.verified, one.source) == (True, after.source)
    assert [one for one in rules(world).criteria if one.no != 2] == [
        one for one in before.criteria if one.no != 2
    ]
    action, payload = entries(world)[-1]
    assert (action, payload["criterion"]) == ("rules.confirmed", 2)
    assert payload["before"]["max_points"] is None
    assert payload["after"]["indicators"]["khai-sinh"]["bands"] == [[98.5, 60], [90.0, 30]]


def test_what_was_not_typed_stays_unknown(world: World) -> None:
    after = confirm(world, CriterionEntry("60", "Phụ lục (ví dụ)"))
    assert (after.indicators[0].max_points, after.indicators[0].verified) == (None, False)
    assert after.indicators[0].source == rules(world).criterion(2).indicators[0].source != after.source


def test_a_form_filled_from_a_confirmed_criterion_confirms_the_same(world: World) -> None:
    first = confirm(world)
    assert entry_of(first) == replace(
        ENTRY, indicators={"khai-sinh": IndicatorEntry("60", (("98,5", "60"), ("90", "30")))}
    )
    again = confirm(world, entry_of(first))
    assert again == first, "confirming twice keeps what the rule set said before"


@pytest.mark.parametrize(
    ("entry", "field", "words"),
    [
        (replace(ENTRY, max_points=""), "max_points", "Hãy ghi điểm tối đa"),
        (replace(ENTRY, max_points="sáu mươi"), "max_points", "Phải là số nguyên"),
        (replace(ENTRY, max_points="60,5"), "max_points", "Phải là số nguyên"),
        (replace(ENTRY, max_points="0"), "max_points", "từ 1 trở lên"),
        (replace(ENTRY, max_points="1" + "0" * 20), "max_points", "từ 10000 trở xuống"),
        (replace(ENTRY, max_points="-5"), "max_points", "từ 1 trở lên"),
        (replace(ENTRY, source=""), "source", "Hãy ghi nguồn"),
        (replace(ENTRY, source="x" * 501), "source", "nhiều nhất 500 ký tự"),
        (replace(ENTRY, max_points="50"), "max_points", "cộng lại 60 điểm, quá 50 điểm"),
    ],
)
def test_an_impossible_criterion_is_refused_beside_its_field(
    world: World, entry: CriterionEntry, field: str, words: str
) -> None:
    with pytest.raises(WrongFields) as caught:
        confirm(world, entry)
    assert words in caught.value.fields[field]
    assert not rules(world).criterion(2).verified


@pytest.mark.parametrize(
    ("indicator", "field", "words"),
    [
        (IndicatorEntry("60", (("90", "30"), ("98", "60"))), "khai-sinh.band.1.at_least", "thấp hơn mức ngay trên"),
        (IndicatorEntry("60", (("98", "60"), ("", ""), ("90", "60"))), "khai-sinh.band.2.points", "thấp hơn"),
        (IndicatorEntry("60", (("98", "61"),)), "khai-sinh.band.0.points", "Quá điểm tối đa 60"),
        (IndicatorEntry("60", (("101", "60"),)), "khai-sinh.band.0.at_least", "từ 100 trở xuống"),
        (IndicatorEntry("60", (("98", ""),)), "khai-sinh.band.0.points", "Phải là số"),
        (IndicatorEntry("", (("98", "60"),)), "khai-sinh.max_points", "phải có điểm tối đa"),
        (IndicatorEntry("sáu"), "khai-sinh.max_points", "Phải là số nguyên"),
    ],
)  # fmt: skip
def test_impossible_bands_are_refused_beside_the_place_where_they_were_typed(
    world: World, indicator: IndicatorEntry, field: str, words: str
) -> None:
    with pytest.raises(WrongFields) as caught:
        confirm(world, replace(ENTRY, indicators={"khai-sinh": indicator}))
    assert words.casefold() in caught.value.fields[field].casefold()


def test_everything_wrong_is_told_at_once(world: World) -> None:
    bands = (("90", "30"), ("95", "70"))
    with pytest.raises(WrongFields) as caught:
        confirm(world, CriterionEntry("", "", {"khai-sinh": IndicatorEntry("60", bands)}))
    assert set(caught.value.fields) == {
        "max_points", "source", "khai-sinh.band.1.at_least", "khai-sinh.band.1.points"
    }  # fmt: skip


def test_the_second_of_two_people_who_confirm_is_told(world: World) -> None:
    shown = fingerprint(rules(world).criterion(2))
    confirm(world)
    with pytest.raises(Outdated, match="nay là 60 điểm"):
        confirm(world, replace(ENTRY, max_points="70"), expected=shown)
    assert rules(world).criterion(2).max_points == 60


def test_a_withdrawn_confirmation_leaves_the_rule_set_as_it_was(world: World) -> None:
    before = rules(world)
    for points in ("60", "80"):
        confirm(world, replace(ENTRY, max_points=points))
    shown, now = fingerprint(rules(world).criterion(2)), world.clock.now()

    def withdraw() -> None:
        world.do(
            lambda s: confirming.withdraw_criterion(s, world.plan_id, 2, expected=shown, by=OFFICER, now=now)
        )

    withdraw()
    assert rules(world) == before
    assert entries(world)[-1][0] == "rules.withdrawn"
    with pytest.raises(Refusal, match="không có gì để rút lại"):
        withdraw()


def test_a_bar_is_confirmed_and_withdrawn_in_the_same_way(world: World) -> None:
    before = confirming.bar_of(rules(world), "con-lai")
    now = world.clock.now()

    def confirm_bar(points: str) -> None:
        world.do(
            lambda s: confirming.confirm_bar(
                s, world.plan_id, "con-lai", BarEntry(points, "Điều 5 (ví dụ)"),
                expected=fingerprint(before), by=OFFICER, now=now,
            )
        )  # fmt: skip

    with pytest.raises(WrongFields) as caught:
        confirm_bar("nhiều")
    assert set(caught.value.fields) == {"points"}
    confirm_bar("840")
    after = confirming.bar_of(rules(world), "con-lai")
    assert (after.points, after.source) == (840, "Điều 5 (ví dụ)")
    world.do(
        lambda s: confirming.withdraw_bar(
            s, world.plan_id, "con-lai", expected=fingerprint(after), by=OFFICER, now=now
        )
    )
    assert confirming.bar_of(rules(world), "con-lai") == before


def test_a_units_person_confirms_nothing(world: World) -> None:
    with pytest.raises(Refusal, match="Chỉ cán bộ điều phối"):
        world.do(
            lambda s: confirming.confirm_criterion(
                s, world.plan_id, 2, ENTRY, expected=fingerprint(rules(world).criterion(2)), by=STATION,
                now=world.clock.now(),
            )
        )  # fmt: skip


def beside(tmp_path: Path, *replacements: tuple[str, str]) -> Path:
    """The plan file with a changed rule set beside it."""
    text = shipped("decision-06.toml").read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    (tmp_path / "decision-06.toml").write_text(text, encoding="utf-8")
    return changed_file(tmp_path)


def bring(world: World, path: Path) -> Imported:
    plan, new = load_plan(path)
    done: Imported = world.do(
        lambda s: import_plan(s, plan, new, first_stage="draft", by=OPERATOR, now=world.clock.now())
    )
    return done


def test_importing_the_same_plan_again_keeps_confirmations_and_changes_nothing(world: World) -> None:
    confirm(world)
    before = rules(world)
    assert bring(world, FILE).is_empty
    assert rules(world) == before


def test_a_changed_plan_or_rule_set_renews_the_snapshot_and_keeps_what_still_asks_the_same(
    world: World, tmp_path: Path
) -> None:
    confirm(world)
    confirm(world, CriterionEntry("40", "Phụ lục (ví dụ)"), no=7)
    path = beside(
        tmp_path,
        ('source = "Đặt theo tên tiêu chí; chờ xã xác nhận theo Phụ lục"', 'source = "Nguồn mới"'),
        ('name = "Trẻ dưới 1 tuổi tiêm chủng đầy đủ (mở rộng)"', 'name = "Tiêm chủng (tên mới)"'),
    )
    plan, new = load_plan(path)
    with world.store.read() as session:
        foreseen = compare(session, plan, new)
    told = {change.what: (change.before, change.after) for change in foreseen.header}
    assert told["quy tắc tiêu chí 7"] == ("40 điểm, xã đã xác nhận", "50 điểm, đã xác minh")
    bring(world, path)
    after = rules(world)
    assert (after.criterion(2).max_points, after.criterion(2).verified) == (60, True)
    assert (after.criterion(7).name, after.criterion(7).confirmed) == ("Tiêm chủng (tên mới)", None)
    assert bring(world, path).is_empty
    shown = fingerprint(after.criterion(2))
    world.do(
        lambda s: confirming.withdraw_criterion(
            s, world.plan_id, 2, expected=shown, by=OFFICER, now=world.clock.now()
        )
    )
    assert rules(world).criterion(2) == new.criterion(2), "withdrawing goes back to the renewed file"


def test_a_rule_set_that_lacks_the_present_stage_is_refused(world: World) -> None:
    plan, new = load_plan(FILE)
    stages = [one for one in new.procedure["stage"] if one["key"] != "issued"]
    other = new.model_copy(update={"procedure": {**new.procedure, "stage": stages}})
    with pytest.raises(Refusal, match="không có giai đoạn"):
        world.do(
            lambda s: import_plan(s, plan, other, first_stage="draft", by=OPERATOR, now=world.clock.now())
        )


@pytest.mark.parametrize("name", ["decision-06.toml"])
def test_the_shipped_rule_set_confirms_nothing_itself(name: str) -> None:
    assert "confirmed" not in shipped(name).read_text(encoding="utf-8")
