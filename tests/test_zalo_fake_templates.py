"""The fake's template messages, by telephone number and by user id: every check, quotas, night, and what can be asked."""

from __future__ import annotations

import hashlib

import pytest
from zalo_caller import DATA, PHONE, Caller, same_status
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

pytestmark = pytest.mark.slow


def test_an_accepted_template_by_number_says_so_in_texts(fake: ZaloFake, caller: Caller) -> None:
    answer = caller.phone()
    data = answer["data"]
    assert (answer["error"], answer["message"], data["sending_mode"]) == (0, "Success", "1")
    assert data["quota"] == {"dailyQuota": "20000", "remainingQuota": "19999"}
    assert data["sent_time"].isdecimal()
    (sent,) = fake.received("template_phone")
    assert (sent["msg_id"], sent["to"], sent["template_id"]) == (
        data["msg_id"], PHONE, defaults.TEMPLATE_PHONE,
    )  # fmt: skip
    assert (sent["template_data"], sent["tracking_id"]) == (DATA, "nhac-1")


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (-108, {"phone": "0912345678"}), (-108, {"phone": "84212345678"}), (-108, {"phone": None}),
        (-108, {"phone": "8491234567"}), (0, {"phone": "+84912345678"}),
        (-109, {"template_id": "999999"}), (-109, {"template_id": None}),
        (-131, {"template_id": defaults.TEMPLATE_PENDING}), (-131, {"template_id": defaults.TEMPLATE_REJECTED}),
        (-111, {"template_data": {}}), (-111, {"template_data": None}), (-112, {"template_data": "han=1"}),
        (-1122, {"template_data": DATA | {"han": ""}}),
        (-1122, {"template_data": {name: DATA[name] for name in DATA if name != "ho_ten"}}),
        (-112, {"template_data": DATA | {"so_viec": 3}}),
        (-1121, {"template_data": DATA | {"ho_ten": "ễ" * 31}}), (0, {"template_data": DATA | {"ho_ten": "ễ" * 30}}),
        (-1121, {"template_data": DATA | {"ma": "x" * 31}}), (-1121, {"template_data": DATA | {"viec": "x" * 201}}),
        (-1124, {"template_data": DATA | {"han": "2026-11-20"}}), (0, {"template_data": DATA | {"han": "17:00 20/11/2026"}}),
        (0, {"template_data": DATA | {"ma": "abc", "thua": "bỏ qua"}}),
        (-132, {"tracking_id": None}), (-132, {"tracking_id": "x" * 49}), (-132, {"tracking_id": "nhắc 1"}),
        (0, {"tracking_id": "x" * 48}), (0, {"tracking_id": "nhac-1_a"}),
        (-161, {"sending_mode": "2"}), (-162, {"sending_mode": "3"}), (0, {"sending_mode": "1"}),
        (-127, {"mode": "development"}), (-132, {"mode": "test"}),
        (0, {"mode": "development", "phone": defaults.ADMIN_PHONES[0]}),
    ],
)  # fmt: skip
def test_each_check_by_number_has_its_code_and_nobody_gets_what_was_refused(
    fake: ZaloFake, caller: Caller, code: int, changes: dict[str, object]
) -> None:
    answer = caller.phone(**changes)
    assert (answer["error"], "data" in answer) == (code, code == 0)
    assert len(fake.received()) == (code == 0)


def test_letters_composed_of_two_signs_count_twice(caller: Caller) -> None:
    assert caller.phone(template_data=DATA | {"ho_ten": "e\u0323" * 15})["error"] == 0
    assert caller.phone(template_data=DATA | {"ho_ten": "e\u0323" * 16})["error"] == -1121


@pytest.mark.parametrize(("body", "code"), [(b"", -121), (b"{", -122), (b"[]", -122), (b"[" * 100_000, -122)])
def test_a_body_that_is_no_object_is_refused(caller: Caller, body: bytes, code: int) -> None:
    assert same_status(caller.post("/message/template", body))["error"] == code


def test_the_hash_of_a_number_does_as_well(fake: ZaloFake, caller: Caller) -> None:
    hashed = hashlib.sha256(PHONE.encode()).hexdigest()
    body = {
        "hash_phone": hashed,
        "template_id": defaults.TEMPLATE_PHONE,
        "template_data": DATA,
        "tracking_id": "t",
    }
    assert same_status(caller.post("/message/template/hashphone", body))["error"] == 0
    assert (
        same_status(caller.post("/message/template/hashphone", body | {"hash_phone": PHONE}))["error"] == -108
    )
    assert [one["to"] for one in fake.received()] == [hashed]


@pytest.mark.parametrize("code", [-108, -118, -139])
def test_a_code_is_forced_upon_a_number_until_it_is_lifted(fake: ZaloFake, caller: Caller, code: int) -> None:
    fake.person(PHONE, code)
    assert [caller.phone()["error"], caller.phone("+84912345678")["error"]] == [code, code]
    assert caller.phone("84900000002")["error"] == 0
    fake.person(PHONE, None)
    assert caller.phone()["error"] == 0


def test_a_person_without_zalo_still_has_a_telephone(fake: ZaloFake, caller: Caller) -> None:
    fake.person(PHONE, -118)
    assert (caller.phone()["error"], caller.sms()["CodeResult"]) == (-118, "100")
    fake.person(PHONE, 108)
    assert (caller.phone()["error"], caller.sms(RequestId="r-2")["CodeResult"]) == (-118, "108")


def test_an_accepted_template_by_user_says_so_in_texts(fake: ZaloFake, caller: Caller) -> None:
    data = caller.user()["data"]
    assert (data["user_id"], data["quota"]) == ("u1", {"quota_type": "daily", "remain": "19999"})
    (sent,) = fake.received("oa_user")
    assert (sent["msg_id"], sent["tracking_id"]) == (data["message_id"], None)


def test_each_check_by_user_has_its_code(fake: ZaloFake, caller: Caller) -> None:
    unknown = caller.user("7")
    assert (unknown["error"], "user_id" in unknown["message"]) == (-201, True)
    fake.person("7", known=True)
    assert caller.user("7")["error"] == 0
    assert caller.user(template_id=defaults.TEMPLATE_OLD)["error"] == -249
    assert caller.user(template_id=defaults.TEMPLATE_PENDING)["error"] == -131
    assert caller.user(template_data={"ho_ten": "A"})["error"] == -1122
    assert caller.user(mode="development")["error"] == -127
    assert caller.user(defaults.ADMIN_USERS[0], mode="development")["error"] == 0
    fake.person("u1", -213)
    assert caller.user()["error"] == -213
    fake.person("u2", known=False)
    assert caller.user("u2")["error"] == -201


def test_what_became_of_a_message_can_be_asked(fake: ZaloFake, caller: Caller) -> None:
    def status(number: str) -> str:
        data: dict[str, str] = same_status(caller.get("/message/status", message_id=number, phone=PHONE))[
            "data"
        ]
        return data["status"]

    came = caller.phone()["data"]["msg_id"]
    fake.fate("template_phone", "lost")
    lost = caller.phone()["data"]["msg_id"]
    assert (status(came), status(lost), status("never-sent")) == ("1", "0", "-1")
    assert same_status(caller.get("/message/status"))["error"] == -107


def test_templates_can_be_listed_by_number_of_status_and_looked_into(fake: ZaloFake, caller: Caller) -> None:
    everything = same_status(caller.get("/template/all", offset=0, limit=100))
    assert everything["metadata"]["total"] == "7"
    pending = same_status(caller.get("/template/all", offset=0, limit=100, status=2))["data"]
    assert [(one["templateId"], one["status"]) for one in pending] == [
        (defaults.TEMPLATE_PENDING, "PENDING_REVIEW")
    ]
    assert len(same_status(caller.get("/template/all", offset=4, limit=100))["data"]) == 3
    for wrong in ({"status": "ENABLE"}, {"limit": 101}, {"status": 6}):
        assert same_status(caller.get("/template/all", **wrong))["error"] == -132
    told = same_status(caller.get("/template/info/v2", template_id=defaults.TEMPLATE_PHONE))["data"]
    lengths = {one["name"]: (one["maxLength"], one["require"], one["type"]) for one in told["listParams"]}
    assert lengths == {
        "ho_ten": ("30", True, "STRING"), "so_viec": ("20", True, "STRING"), "viec": ("200", True, "STRING"),
        "han": ("20", True, "DATE"), "ma": ("30", False, "STRING"), "nhan": ("30", False, "STRING"),
    }  # fmt: skip
    assert same_status(caller.get("/template/info/v2", template_id="1"))["error"] == -109
    samples = same_status(caller.get("/template/sample-data", template_id=defaults.TEMPLATE_PHONE))["data"]
    assert set(samples) == set(lengths)
    assert same_status(caller.get("/quality"))["data"]["oaCurrentQuality"] == "HIGH"
    assert "CUSTOMER_CARE" in same_status(caller.get("/message/template-tag"))["data"]


def test_a_template_may_lose_its_approval(fake: ZaloFake, caller: Caller) -> None:
    fake.template(defaults.TEMPLATE_PHONE, "DISABLE")
    assert caller.phone()["error"] == -131
    told = same_status(caller.get("/template/info/v2", template_id=defaults.TEMPLATE_PHONE))["data"]
    assert told["status"] == "DISABLE"
