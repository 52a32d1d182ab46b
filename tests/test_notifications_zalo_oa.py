"""The OA writes into groups and fills templates for people, and tells each outcome apart. Against the fake of Zalo."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from channel_world import (
    AT_NIGHT,
    FACTS,
    FIELDS,
    GROUP,
    MESSAGE,
    MORNING,
    PHONE,
    USER,
    Mark,
    enter_first_pair,
    fresh,
    keeper,
    kind,
    oa_channel,
    outcome,
    patience,
    send,
    through,
    to,
)  # fmt: skip
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

from db.store import Store
from notifications.channels.base import ChannelError, Receipt
from notifications.channels.zalo_oa import ZaloOaChannel
from notifications.channels.zalo_oa_line import MessageStatus, ZaloOaLine
from tasks.clock import ManualClock

ADDRESSES = {"oa_group": f"group:{GROUP}", "oa_user": f"user:{USER}", "template_phone": f"phone:{PHONE}"}
FILLED = {
    "ho_ten": FACTS["name"], "so_viec": "3", "viec": FACTS["what"], "han": "20/11/2024", "ma": "v/abc123",
    "nhan": "Sắp đến hạn",
}  # fmt: skip


@pytest.fixture
def fake(process: ZaloFake, store: Store) -> ZaloFake:
    fresh(process)
    enter_first_pair(store)
    return process


@pytest.fixture
def oa(fake: ZaloFake, store: Store) -> ZaloOaChannel:
    return oa_channel(fake.url, keeper(fake.url, store))


@pytest.fixture
def mark() -> Mark:
    return Mark()


def failed(result: Receipt | ChannelError) -> ChannelError:
    assert isinstance(result, ChannelError)
    assert result.detail.endswith(".")
    return result


def test_a_group_gets_the_text_free_of_templates(fake: ZaloFake, oa: ZaloOaChannel, mark: Mark) -> None:
    result = send(oa, to(ADDRESSES["oa_group"]), mark)
    (sent,) = fake.received()
    assert (sent["channel"], sent["to"], sent["text"]) == ("oa_group", GROUP, MESSAGE.chat)
    assert (result, mark.calls) == (Receipt("Zalo OA đã nhận tin.", sent["msg_id"]), 1)


def test_a_person_known_to_the_oa_gets_the_filled_template(
    fake: ZaloFake, oa: ZaloOaChannel, mark: Mark
) -> None:
    result = send(oa, to(ADDRESSES["oa_user"]), mark)
    (sent,) = fake.received("oa_user", USER)
    assert (sent["template_id"], sent["template_data"]) == (defaults.TEMPLATE_USER, FILLED)
    assert (result, mark.calls) == (Receipt("Zalo OA đã nhận tin.", sent["msg_id"], 19_999), 1)


@pytest.mark.parametrize("written", [PHONE, "0912345678", "+84912345678", "0912.345.678", "84 912 345 678"])
def test_a_telephone_number_gets_the_filled_template_however_it_was_written(
    fake: ZaloFake, oa: ZaloOaChannel, mark: Mark, written: str
) -> None:
    result = send(oa, to(f"phone:{written}"), mark)
    (sent,) = fake.received("template_phone")
    assert (sent["to"], sent["template_id"], sent["template_data"]) == (
        PHONE,
        defaults.TEMPLATE_PHONE,
        FILLED,
    )
    assert sent["tracking_id"] == MESSAGE.tracking_id
    assert (result, mark.calls) == (Receipt("Zalo OA đã nhận tin.", sent["msg_id"], 19_999), 1)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "u1",
        "user:",
        "mail:a@b.example",
        "phone:",
        "phone:02163888888",
        "phone:1234",
        "phone:84212345678",
        "phone:849123456789",
    ],
)
def test_what_is_no_address_never_leaves(fake: ZaloFake, oa: ZaloOaChannel, mark: Mark, address: str) -> None:
    assert kind(send(oa, to(address), mark)) == "permanent"
    assert (mark.calls, fake.sends()) == (0, [])


def test_many_messages_go_over_one_line_and_the_templates_are_read_once(
    fake: ZaloFake, oa: ZaloOaChannel, mark: Mark
) -> None:
    fake.fate("info", "ok", "ok", always="status:500")

    async def many(line: ZaloOaLine) -> list[str]:
        addresses = list(ADDRESSES.values()) * 5
        return [
            kind(await outcome(line, to(one, f"mn-{number}"), mark)) for number, one in enumerate(addresses)
        ]

    assert through(oa, many) == ["sent"] * 15
    assert (len(fake.received()), mark.calls) == (15, 15)
    assert kind(send(oa, to(ADDRESSES["oa_user"]))) == "sent"


def test_after_a_day_the_templates_are_read_anew(fake: ZaloFake, store: Store) -> None:
    clock = ManualClock(MORNING)
    oa = oa_channel(fake.url, keeper(fake.url, store), clock=clock)
    assert kind(send(oa, to(ADDRESSES["oa_user"]))) == "sent"
    fake.fate("info", always="status:500")
    clock.set(MORNING + timedelta(hours=23))
    assert kind(send(oa, to(ADDRESSES["oa_user"]))) == "sent"
    clock.set(MORNING + timedelta(hours=25))
    assert kind(send(oa, to(ADDRESSES["oa_user"]))) == "retry"


@pytest.mark.parametrize(
    "fate", ["hang", "reset_before", "html", "truncated", "status:429", "status:503", "error:-32", "empty"]
)
def test_a_template_that_cannot_be_read_is_read_later_and_nothing_leaves(
    fake: ZaloFake, store: Store, mark: Mark, fate: str
) -> None:
    fake.fate("info", fate)
    oa = oa_channel(fake.url, keeper(fake.url, store), timeout=patience(fate))
    assert kind(send(oa, to(ADDRESSES["template_phone"]), mark)) == "retry"
    assert (mark.calls, fake.sends()) == (0, [])
    assert kind(send(oa, to(ADDRESSES["template_phone"]), mark)) == "sent"


@pytest.mark.parametrize(("setting", "address"), [("user", f"user:{USER}"), ("phone", f"phone:{PHONE}")])
def test_an_address_whose_template_is_not_set_names_the_setting(
    fake: ZaloFake, store: Store, mark: Mark, setting: str, address: str
) -> None:
    oa = oa_channel(fake.url, keeper(fake.url, store), **{setting: ""})
    error = failed(send(oa, to(address), mark))
    assert (error.kind, mark.calls, fake.sends()) == ("config", 0, [])
    assert f"template_{setting} ở mục [zalo_oa]" in error.detail


@pytest.mark.parametrize(
    ("template", "address", "code"),
    [
        ("999999", "template_phone", -109),
        (defaults.TEMPLATE_PENDING, "template_phone", -131),
        (defaults.TEMPLATE_REJECTED, "oa_user", -131),
        (defaults.TEMPLATE_OLD, "oa_user", -249),
    ],
)
def test_a_template_that_zalo_does_not_let_out_is_a_matter_of_set_up(
    fake: ZaloFake, store: Store, template: str, address: str, code: int
) -> None:
    oa = oa_channel(fake.url, keeper(fake.url, store), user=template, phone=template)
    error = failed(send(oa, to(ADDRESSES[address])))
    assert error.kind == "config"
    assert f"mã {code}" in error.detail
    assert fake.received() == []


def test_long_words_are_cut_between_words_and_sent_composed(fake: ZaloFake, oa: ZaloOaChannel) -> None:
    decomposed = "Phó Chủ tịch Uỷ ban nhân dân phụ trách văn xã".replace("ị", "i\u0323").replace(
        "ỷ", "y\u0309"
    )
    facts = FACTS | {"name": decomposed, "what": "việc " * 60}
    assert kind(send(oa, to(ADDRESSES["template_phone"], facts=facts))) == "sent"
    (sent,) = fake.received()
    assert sent["template_data"]["ho_ten"] == "Phó Chủ tịch Uỷ ban nhân dân…"
    assert len(sent["template_data"]["viec"]) <= 200


@pytest.mark.parametrize(
    ("facts", "parameter"),
    [
        ({"due": "20-11-2024"}, "han"),
        ({"due": "31/13/2024"}, "han"),
        ({"due": ""}, "han"),
        ({"name": " "}, "ho_ten"),
        ({"link_path": "v/" + "a" * 40}, "ma"),
    ],
)
def test_what_cannot_be_mended_is_this_messages_trouble_and_never_leaves(
    fake: ZaloFake, oa: ZaloOaChannel, mark: Mark, facts: dict[str, str], parameter: str
) -> None:
    error = failed(send(oa, to(ADDRESSES["oa_user"], facts=FACTS | facts), mark))
    assert error.kind == "payload"
    assert f"«{parameter}»" in error.detail
    assert (mark.calls, fake.sends()) == (0, [])


def test_a_required_parameter_without_a_fact_never_leaves_and_an_optional_one_is_left_out(
    fake: ZaloFake, store: Store
) -> None:
    tokens = keeper(fake.url, store)
    required = {one: fact for one, fact in FIELDS.items() if one not in {"ma", "nhan"}}
    assert kind(send(oa_channel(fake.url, tokens, fields=required), to(ADDRESSES["oa_user"]))) == "sent"
    lacking = {one: fact for one, fact in FIELDS.items() if one != "han"}
    error = failed(send(oa_channel(fake.url, tokens, fields=lacking), to(ADDRESSES["oa_user"])))
    assert error.kind == "payload"
    assert "«han»" in error.detail
    assert len(fake.sends()) == 1


@pytest.mark.parametrize("channel", ["oa_group", "oa_user"])
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (-32, "retry"),
        (-213, "permanent"),
        (-216, ""),
        (-218, "permanent"),
        (-230, "permanent"),
        (-204, "config"),
        (-98765, "unknown"),
    ],
)
def test_codes_of_the_oa_have_their_class_wherever_a_message_travels_by_its_host(
    fake: ZaloFake, oa: ZaloOaChannel, channel: str, code: int, expected: str
) -> None:
    fake.fate(channel, always=f"error:{code}")
    expected = expected or ("permanent" if channel == "oa_user" else "config")
    assert failed(send(oa, to(ADDRESSES[channel]))).kind == expected


@pytest.mark.parametrize("channel", ["oa_user", "template_phone"])
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (-118, "permanent"), (-108, "permanent"), (-139, "permanent"), (-135, "config"), (-131, "config"), (-1241, "config"),
        (-144, "defer"), (-147, "defer"), (-115, "defer"), (-1121, "payload"), (-132, "payload"), (-100, "retry"), (-32, "retry"),
    ],
)  # fmt: skip
def test_codes_of_templates_have_their_class_by_user_id_and_by_number(
    fake: ZaloFake, oa: ZaloOaChannel, channel: str, code: int, expected: str
) -> None:
    fake.fate(channel, f"error:{code}")
    error = failed(send(oa, to(ADDRESSES[channel])))
    assert (error.kind, error.most) == (expected, 1 if code == -100 else 0)
    assert (error.until is not None) == (expected == "defer")


def test_a_person_the_oa_never_met_is_about_the_person(fake: ZaloFake, oa: ZaloOaChannel) -> None:
    fake.person("u404", known=False)
    assert failed(send(oa, to("user:u404"))).kind == "permanent"
    assert failed(send(oa, to("group:khong-co"))).kind == "config"


@pytest.mark.parametrize("channel", ADDRESSES)
def test_a_stale_token_is_renewed_once_under_the_same_hand_over_and_one_message_arrives(
    fake: ZaloFake, oa: ZaloOaChannel, mark: Mark, channel: str
) -> None:
    fake.set_tokens(expire_access=True)
    assert kind(send(oa, to(ADDRESSES[channel]), mark)) == "sent"
    assert (len(fake.received()), mark.calls) == (1, 1)
    assert (fake.tokens()["refreshes"], fake.tokens()["consumed_reuse"]) == (1, 0)


@pytest.mark.parametrize(
    ("channel", "fate"),
    [(channel, fate) for channel in ADDRESSES for fate in ("status:401", "error:-220")]
    + [("oa_group", "error:-216"), ("oa_user", "error:-124"), ("template_phone", "error:-124")],
)
def test_a_token_that_is_turned_down_again_closes_the_channel(
    fake: ZaloFake, oa: ZaloOaChannel, mark: Mark, channel: str, fate: str
) -> None:
    fake.fate(channel, always=fate)
    assert failed(send(oa, to(ADDRESSES[channel]), mark)).kind == "config"
    assert (fake.tokens()["refreshes"], mark.calls, fake.received()) == (1, 1, [])


@pytest.mark.parametrize(("number", "channel"), [("u9", "oa_user"), ("84912345679", "template_phone")])
def test_a_person_who_blocked_the_oa_is_told_from_a_stale_token_without_spending_one(
    fake: ZaloFake, oa: ZaloOaChannel, number: str, channel: str
) -> None:
    address = f"{'user' if channel == 'oa_user' else 'phone'}:{number}"
    fake.person(number, -216)
    assert failed(send(oa, to(address))).kind == "permanent"
    assert fake.tokens()["refreshes"] == 0
    fake.set_tokens(expire_access=True)
    assert failed(send(oa, to(address))).kind == "permanent"
    assert fake.tokens()["refreshes"] == 1
    assert kind(send(oa, to(ADDRESSES[channel]))) == "sent"


@pytest.mark.parametrize("channel", ADDRESSES)
def test_without_a_pair_nothing_leaves_and_a_person_is_called(
    fake: ZaloFake, store: Store, mark: Mark, channel: str
) -> None:
    oa = oa_channel(fake.url, keeper(fake.url, store, app_id="999"))
    error = failed(send(oa, to(ADDRESSES[channel]), mark))
    assert (error.kind, mark.calls, fake.sends()) == ("config", 0, [])


def test_a_token_that_cannot_be_renewed_leaves_the_message_waiting(
    fake: ZaloFake, oa: ZaloOaChannel, mark: Mark
) -> None:
    fake.set_tokens(expire_access=True)
    fake.fate("oauth", "status:503")
    assert failed(send(oa, to(ADDRESSES["oa_group"]), mark)).kind == "retry"
    assert kind(send(oa, to(ADDRESSES["oa_group"]), mark)) == "sent"
    assert len(fake.received()) == 1


@pytest.mark.parametrize("channel", ADDRESSES)
def test_an_app_that_must_prove_its_secret_does(fake: ZaloFake, store: Store, channel: str) -> None:
    fake.set_tokens(proof=True)
    tokens = keeper(fake.url, store)
    assert failed(send(oa_channel(fake.url, tokens), to(ADDRESSES[channel]))).kind == "config"
    proving = oa_channel(fake.url, tokens, proof_key=defaults.APP_SECRET)
    assert kind(send(proving, to(ADDRESSES[channel]))) == "sent"
    fake.set_tokens(expire_access=True)
    assert kind(send(proving, to(ADDRESSES[channel], "mn-2"))) == "sent"


def test_in_development_only_administrators_are_reached(fake: ZaloFake, store: Store) -> None:
    oa = oa_channel(fake.url, keeper(fake.url, store), development=True)
    assert kind(send(oa, to(f"phone:{defaults.ADMIN_PHONES[0]}"))) == "sent"
    assert kind(send(oa, to(f"user:{defaults.ADMIN_USERS[0]}"))) == "sent"
    assert kind(send(oa, to(ADDRESSES["template_phone"]))) == "config"
    assert kind(send(oa, to(ADDRESSES["oa_user"]))) == "config"
    assert kind(send(oa, to(ADDRESSES["oa_group"]))) == "payload"
    assert len(fake.received()) == 2


@pytest.mark.parametrize(
    ("text", "expected"), [("", "payload"), ("ă" * 2_000, "sent"), ("ă" * 2_001, "payload")]
)
def test_a_text_beyond_the_limits_never_leaves(
    fake: ZaloFake, oa: ZaloOaChannel, mark: Mark, text: str, expected: str
) -> None:
    assert kind(send(oa, to(ADDRESSES["oa_group"], chat=text), mark)) == expected
    assert (mark.calls, len(fake.sends())) == ((1, 1) if expected == "sent" else (0, 0))


def test_what_people_typed_calls_nobody_in_a_group(fake: ZaloFake, oa: ZaloOaChannel) -> None:
    assert kind(send(oa, to(ADDRESSES["oa_group"], chat="Xem [@all] và [@123] tại [1]"))) == "sent"
    assert [one["text"] for one in fake.received()] == ["Xem (@all] và (@123] tại [1]"]


@pytest.mark.parametrize("channel", ADDRESSES)
def test_in_the_quiet_hours_a_message_waits_for_the_morning(
    fake: ZaloFake, store: Store, mark: Mark, channel: str
) -> None:
    night = ManualClock(MORNING.replace(hour=2))
    oa = oa_channel(fake.url, keeper(fake.url, store), clock=night, quiet_hours=AT_NIGHT)
    error = failed(send(oa, to(ADDRESSES[channel]), mark))
    assert (error.kind, error.until) == ("defer", datetime(2024, 11, 4, 23, tzinfo=UTC))
    assert (mark.calls, fake.sends()) == (0, [])


def test_somebody_who_just_wrote_is_answered_at_any_hour(fake: ZaloFake, store: Store, mark: Mark) -> None:
    night = ManualClock(MORNING.replace(hour=2))
    oa = oa_channel(fake.url, keeper(fake.url, store), clock=night, quiet_hours=AT_NIGHT)
    fake.person(USER, days_silent=0)
    receipt = through(oa, lambda line: line.customer_service(USER, "Đã ghi nhận.", mark))
    (sent,) = fake.received("oa_cs", USER)
    assert (sent["text"], receipt, mark.calls) == (
        "Đã ghi nhận.",
        Receipt("Zalo OA đã nhận tin.", sent["msg_id"]),
        1,
    )


@pytest.mark.parametrize(
    ("fate", "expected"),
    [
        ("error:-230", "permanent"),
        ("reset_after", "unknown"),
        ("error:-320", "defer"),
        ("reset_before", "unknown"),
    ],
)
def test_an_answer_that_fails_has_its_class(
    fake: ZaloFake, oa: ZaloOaChannel, fate: str, expected: str
) -> None:
    fake.fate("oa_cs", fate)
    with pytest.raises(ChannelError) as error:
        through(oa, lambda line: line.customer_service(USER, "Đã ghi nhận."))
    assert error.value.kind == expected


def test_the_status_of_a_message_is_told_with_its_time(fake: ZaloFake, oa: ZaloOaChannel) -> None:
    sent = send(oa, to(ADDRESSES["template_phone"]))
    assert isinstance(sent, Receipt)
    fake.fate("template_phone", "lost")
    lost = send(oa, to(ADDRESSES["template_phone"], "mn-2"))
    assert isinstance(lost, Receipt)

    async def all_three(line: ZaloOaLine) -> list[MessageStatus]:
        return [
            await line.message_status(number) for number in (sent.provider_id, lost.provider_id, "khong-co")
        ]

    delivered, accepted, missing = through(oa, all_three)
    assert (delivered.state, accepted, missing) == (
        "delivered",
        MessageStatus("accepted"),
        MessageStatus("missing"),
    )
    assert abs(delivered.at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "fate", ["hang", "reset_before", "truncated", "status:503", "error:-32", "error:-98765"]
)
def test_a_status_that_cannot_be_had_is_asked_for_again(fake: ZaloFake, store: Store, fate: str) -> None:
    fake.fate("status", fate)
    oa = oa_channel(fake.url, keeper(fake.url, store), timeout=patience(fate))
    with pytest.raises(ChannelError) as error:
        through(oa, lambda line: line.message_status("m1"))
    assert error.value.kind == "retry"


def test_the_quota_is_read_and_comes_with_every_receipt(fake: ZaloFake, oa: ZaloOaChannel) -> None:
    fake.quota(daily=5)

    async def count(line: ZaloOaLine) -> list[int | None]:
        receipt = await line.send(to(ADDRESSES["template_phone"]), Mark())
        return [receipt.quota_left, await line.quota()]

    assert through(oa, count) == [4, 4]


@pytest.mark.parametrize(("channel", "code"), [("template_phone", -144), ("oa_user", -211)])
def test_over_the_quota_messages_wait_for_the_next_morning(
    fake: ZaloFake, oa: ZaloOaChannel, channel: str, code: int
) -> None:
    fake.quota(daily=1)
    assert kind(send(oa, to(ADDRESSES[channel]))) == "sent"
    error = failed(send(oa, to(ADDRESSES[channel], "mn-2")))
    assert (error.kind, error.until) == ("defer", datetime(2024, 11, 5, 23, 5, tzinfo=UTC))
    assert f"mã {code}" in error.detail
    assert len(fake.received()) == 1


def test_the_check_asks_the_oa_and_reads_the_templates_and_sends_nothing(
    fake: ZaloFake, store: Store
) -> None:
    tokens = keeper(fake.url, store)
    through(oa_channel(fake.url, tokens), lambda line: line.check())
    for settings in ({"phone": "999999"}, {"proof_key": ""}):
        fake.set_tokens(proof="proof_key" in settings)
        with pytest.raises(ChannelError) as error:
            through(oa_channel(fake.url, tokens, **settings), lambda line: line.check())
        assert error.value.kind == "config"
    assert fake.sends() == []


def test_zalo_tells_by_its_own_number_only(oa: ZaloOaChannel) -> None:
    assert oa.already_sent(MESSAGE.tracking_id) is None


def test_neither_logs_nor_outcomes_hold_tokens_numbers_or_ids(
    fake: ZaloFake, oa: ZaloOaChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    user = "2468458835296117922"
    fake.person(user, known=True)
    said: list[Any] = []
    for address, channel in ((f"user:{user}", "oa_user"), (f"phone:{PHONE}", "template_phone")):
        for fate in (
            "ok",
            "error:-118",
            "error:-98765",
            "status:500",
            "truncated",
            "reset_after",
            "error:-216",
        ):
            fake.fate(channel, fate)
            said.append(repr(send(oa, to(address))))
    whole = caplog.text + "".join(said)
    for secret in (*fake.tokens()["issued"], defaults.APP_SECRET, PHONE, PHONE[2:], user):
        assert secret not in whole
