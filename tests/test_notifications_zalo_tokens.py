"""The OA's tokens survive: one refresh at a time over all processes, nothing lost, nothing spent twice. Against the fake."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from channel_world import MORNING, enter_first_pair, keeper, patience, through
from smtp_sink import wait_for
from token_worker import Worker
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

from db.errors import Refusal, StorageRefusal
from db.store import Store
from db.tables.channels import ZaloToken
from mangnon.channels import Channels
from mangnon.settings import Settings
from notifications.channels import zalo_pair
from notifications.channels.base import ChannelError
from notifications.channels.zalo_permission import challenge, new_verifier, permission_url
from notifications.channels.zalo_refresh import Access
from notifications.channels.zalo_tokens import TokenKeeper
from tasks.clock import ManualClock

FIRST = Access(defaults.FIRST_ACCESS, 1)
LATE = MORNING + timedelta(hours=25)
LOST = {"hang_after", "reset_after", "truncated", "html_after", "empty_after"}


@pytest.fixture
def fake(process: ZaloFake, store: Store) -> ZaloFake:
    process.reset()
    enter_first_pair(store)
    return process


def run(work: Awaitable[Any]) -> Any:
    async def once() -> Any:
        return await work

    return asyncio.run(once())


def kept(store: Store) -> ZaloToken:
    with store.read() as session:
        row = session.get(ZaloToken, defaults.APP_ID)
    assert row is not None
    return row


def raised(work: Awaitable[Any]) -> ChannelError:
    with pytest.raises(ChannelError) as error:
        run(work)
    return error.value


@pytest.mark.parametrize(("app_id", "app_secret"), [("", "x"), ("1", ""), ("1", "mật khẩu"), ("1", "x\ny")])
def test_what_is_no_app_is_refused_before_anything_else(store: Store, app_id: str, app_secret: str) -> None:
    with pytest.raises(ChannelError, match=r"\[zalo_oa\]") as refused:
        keeper("http://127.0.0.1:1", store, app_id=app_id, app_secret=app_secret)
    assert refused.value.kind == "config"


def test_a_living_token_is_given_out_without_asking_anybody(fake: ZaloFake, store: Store) -> None:
    assert run(keeper("http://127.0.0.1:1", store).current()) == FIRST
    assert fake.tokens()["refreshes"] == 0


def test_without_a_pair_a_person_is_needed(store: Store) -> None:
    tokens = keeper("http://127.0.0.1:1", store)
    error = raised(tokens.current())
    assert error.kind == "config"
    assert "chưa được cấp quyền" in error.detail
    assert run(tokens.refresh_if_due()) is False


def test_a_token_at_its_end_is_refreshed_and_the_new_pair_is_in_the_database(
    fake: ZaloFake, store: Store
) -> None:
    access = run(keeper(fake.url, store, clock=ManualClock(LATE)).current())
    row, there = kept(store), fake.tokens()
    assert (access.token, access.version) == (there["access"], 2)
    assert (row.access_token, row.refresh_token) == (there["access"], there["refresh"])
    assert (row.version, row.refreshing_by, row.asked_at, row.trouble) == (2, None, None, "")
    assert (row.expires_at, there["refreshes"]) == (LATE + timedelta(hours=25), 1)


@pytest.mark.parametrize(
    ("life", "left", "due"),
    [
        (90_000, 3.01, False),
        (90_000, 3.0, True),
        (90_000, -20.0, True),
        (7_200, 1.1, False),
        (7_200, 1.0, True),
    ],
)
def test_the_tick_refreshes_three_hours_ahead_or_half_way_through_a_short_life(
    fake: ZaloFake, store: Store, life: int, left: float, due: bool
) -> None:
    enter_first_pair(store, life=life)
    now = MORNING + timedelta(seconds=life) - timedelta(hours=left)
    assert run(keeper(fake.url, store, clock=ManualClock(now)).refresh_if_due()) is due
    assert fake.tokens()["refreshes"] == due


def test_a_token_that_a_host_turned_down_is_renewed_though_its_time_is_not_up(
    fake: ZaloFake, store: Store
) -> None:
    tokens = keeper(fake.url, store)
    assert run(tokens.renew(FIRST)).version == 2
    assert run(tokens.current()).token == fake.tokens()["access"]


def test_a_pair_that_somebody_else_renewed_is_used_and_not_renewed_again(
    fake: ZaloFake, store: Store
) -> None:
    one, other = keeper(fake.url, store), keeper(fake.url, store)
    old = run(one.current())
    new = run(other.renew(old))
    assert run(one.renew(old)) == new
    assert fake.tokens()["refreshes"] == 1


def test_many_workers_at_once_cause_one_refresh(fake: ZaloFake, store: Store) -> None:
    keepers = [keeper(fake.url, store) for _ in range(4)]
    fake.fate("oauth", "delay:0.2")

    async def all_at_once() -> set[Access]:
        return set(await asyncio.gather(*(keepers[number % 4].renew(FIRST) for number in range(20))))

    assert {access.version for access in run(all_at_once())} == {2}
    assert (fake.tokens()["refreshes"], fake.tokens()["consumed_reuse"]) == (1, 0)


def test_the_tick_leaves_a_refresh_to_whoever_is_at_it(fake: ZaloFake, store: Store) -> None:
    clock = ManualClock(LATE - timedelta(hours=2))
    one, other = keeper(fake.url, store, clock=clock), keeper(fake.url, store, clock=clock)
    fake.fate("oauth", "delay:0.2")

    async def both() -> list[bool]:
        asking = asyncio.create_task(one.refresh_if_due())
        await asyncio.sleep(0.1)
        return [await other.refresh_if_due(), await asking, await other.refresh_if_due()]

    assert run(both()) == [False, True, False]
    assert fake.tokens()["refreshes"] == 1


@pytest.mark.slow
def test_two_processes_that_find_the_token_dead_at_once_refresh_it_once_twenty_times_over(
    fake: ZaloFake, store: Store
) -> None:
    with (
        Worker(store.url, fake.url, clock_off=-600) as one,
        Worker(store.url, fake.url, clock_off=600) as other,
    ):
        for process in (one, other):
            process.order("current")
            assert process.answer() == f"1 {defaults.FIRST_ACCESS}"
        for number in range(20):
            fake.set_tokens(expire_access=True)
            if number % 2:
                fake.fate("oauth", "delay:0.05")
            for process in (one, other):
                process.order("renew")
            assert one.answer() == other.answer() == f"{number + 2} {fake.tokens()['access']}"
            assert (fake.tokens()["refreshes"], fake.tokens()["consumed_reuse"]) == (number + 1, 0)


def test_what_a_killed_process_was_at_is_taken_up_once_it_cannot_live_any_more(
    fake: ZaloFake, store: Store
) -> None:
    fake.fate("oauth", "hang")
    with Worker(store.url, fake.url, clock_off=600) as process:
        process.order("renew")
        process.order("renew")
        assert wait_for(lambda: kept(store).asked_at is not None, 15)
    tokens = keeper(fake.url, store, lease=1.5, patience=0.2)
    assert raised(tokens.renew(FIRST)).kind == "retry"
    assert kept(store).refreshing_by is not None
    assert wait_for(lambda: asyncio.run(renewed(tokens)) == "2", 15)


async def renewed(tokens: TokenKeeper) -> str:
    try:
        return str((await tokens.renew(FIRST)).version)
    except ChannelError as error:
        return error.kind


def test_a_holder_whose_clock_is_slow_is_not_taken_for_dead(fake: ZaloFake, store: Store) -> None:
    slow, quick = (ManualClock(MORNING + timedelta(minutes=off)) for off in (-10, 10))
    one, other = keeper(fake.url, store, clock=slow), keeper(fake.url, store, clock=quick)
    fake.fate("oauth", "delay:0.3")

    async def both() -> list[Access]:
        first = asyncio.create_task(one.renew(FIRST))
        await asyncio.sleep(0.1)
        return [await other.renew(FIRST), await first]

    assert len({access.token for access in run(both())}) == 1
    assert (fake.tokens()["refreshes"], fake.tokens()["consumed_reuse"]) == (1, 0)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_ten_minutes_off_costs_at_most_one_refresh(
    fake: ZaloFake, store: Store, minutes: int
) -> None:
    clock = ManualClock(MORNING + timedelta(minutes=minutes))
    tokens = keeper(fake.url, store, clock=clock)
    for hours in range(0, 60, 3):
        clock.set(MORNING + timedelta(hours=hours, minutes=minutes))
        fake.clock(hours * 3_600)
        run(tokens.refresh_if_due())
        assert run(tokens.current()).token == fake.tokens()["access"]
        assert fake.tokens()["expires_in"] > 0
    assert (fake.tokens()["refreshes"], fake.tokens()["consumed_reuse"]) == (2, 0)


@pytest.mark.parametrize("fate", ["hang", "reset_before", "html", "status:502", "status:429", "status:503"])
def test_a_refresh_that_may_not_have_happened_is_tried_again_and_works(
    fake: ZaloFake, store: Store, fate: str
) -> None:
    fake.fate("oauth", fate)
    tokens = keeper(fake.url, store, timeout=patience(fate))
    assert raised(tokens.renew(FIRST)).kind == "retry"
    assert (kept(store).asked_at is None, kept(store).refreshing_by) == (fate == "status:429", None)
    assert run(tokens.renew(FIRST)).version == 2
    assert (fake.tokens()["refreshes"], kept(store).asked_at) == (1, None)


@pytest.mark.parametrize("fate", sorted(LOST))
def test_a_refresh_whose_answer_was_lost_is_tried_once_more_and_then_a_person_is_called(
    fake: ZaloFake, store: Store, fate: str
) -> None:
    fake.fate("oauth", fate)
    tokens = keeper(fake.url, store, timeout=patience(fate))
    first = raised(tokens.renew(FIRST))
    if fate != "empty_after":  # an empty answer is asked about at once
        assert (first.kind, kept(store).trouble) == ("retry", "")
        first = raised(tokens.renew(FIRST))
    assert first.kind == "config"
    assert "cần cấp quyền lại" in first.detail
    assert kept(store).trouble == first.detail
    assert (fake.tokens()["refreshes"], fake.tokens()["consumed_reuse"]) == (1, 1)


def test_once_a_person_is_needed_nobody_asks_zalo_any_more_until_a_pair_is_entered(
    fake: ZaloFake, store: Store
) -> None:
    fake.set_tokens(consume_refresh=True)
    tokens = keeper(fake.url, store)
    trouble = raised(tokens.renew(FIRST)).detail
    asked = fake.tokens()["consumed_reuse"]
    assert raised(tokens.current()).detail == trouble
    assert raised(keeper(fake.url, store).renew(FIRST)).detail == trouble
    assert run(keeper(fake.url, store, clock=ManualClock(LATE)).refresh_if_due()) is False
    assert fake.tokens()["consumed_reuse"] == asked == 2
    fake.set_tokens(pair=["A-moi-nhap-vao", "R-moi-nhap-vao"])
    enter_first_pair(store, "A-moi-nhap-vao", "R-moi-nhap-vao")
    assert run(tokens.current()) == Access("A-moi-nhap-vao", 2)
    assert run(tokens.renew(Access("A-moi-nhap-vao", 2))).version == 3


def test_one_empty_answer_by_mistake_calls_nobody(fake: ZaloFake, store: Store) -> None:
    fake.fate("oauth", "empty")
    assert run(keeper(fake.url, store).renew(FIRST)).version == 2
    assert fake.tokens()["consumed_reuse"] == 0


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("code", [-14005, -14014, -14020])
def test_a_refresh_token_that_is_no_good_needs_a_person(
    fake: ZaloFake, store: Store, code: int, quoted: bool
) -> None:
    fake.set_tokens(quoted_errors=quoted)
    fake.fate("oauth", f"error:{code}")
    error = raised(keeper(fake.url, store).renew(FIRST))
    assert (error.kind, kept(store).trouble) == ("config", error.detail)


@pytest.mark.parametrize("wrong", ["app_secret", "app_id"])
def test_wrong_settings_close_the_channel_and_heal_once_they_are_mended(
    fake: ZaloFake, store: Store, wrong: str
) -> None:
    if wrong == "app_id":
        with store.write() as session:
            zalo_pair.enter_pair(
                session, "999", defaults.FIRST_ACCESS, defaults.FIRST_REFRESH, "90000", MORNING
            )
    error = raised(keeper(fake.url, store, **{wrong: "999"}).renew(FIRST))
    assert error.kind == "config"
    assert "app_secret" in error.detail
    assert (kept(store).trouble, kept(store).refreshing_by) == ("", None)
    assert run(keeper(fake.url, store).renew(FIRST)).version == 2


def test_a_code_nobody_knows_closes_the_channel_and_spends_nothing(fake: ZaloFake, store: Store) -> None:
    fake.fate("oauth", "error:-14999")
    assert raised(keeper(fake.url, store).renew(FIRST)).kind == "config"
    assert run(keeper(fake.url, store).renew(FIRST)).version == 2


def test_an_answer_without_a_new_refresh_token_is_of_no_use_and_ends_with_a_call(
    fake: ZaloFake, store: Store
) -> None:
    fake.set_tokens(omit_refresh=True)
    tokens = keeper(fake.url, store)
    assert [raised(tokens.renew(FIRST)).kind for _ in range(2)] == ["retry", "config"]


def test_oauth_that_cannot_be_reached_costs_nothing_while_the_token_lives(
    fake: ZaloFake, store: Store
) -> None:
    tokens = keeper("http://127.0.0.1:1", store, clock=ManualClock(LATE - timedelta(hours=2)))
    assert raised(tokens.renew(FIRST)).kind == "retry"
    assert raised(tokens.refresh_if_due()).kind == "retry"
    assert kept(store).asked_at is None
    assert run(tokens.current()) == FIRST


def test_a_new_pair_that_could_not_be_saved_is_kept_until_it_can(
    fake: ZaloFake, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise StorageRefusal("Ổ đĩa đã đầy.")

    tokens = keeper(fake.url, store)
    with monkeypatch.context() as patch:
        patch.setattr(zalo_pair, "keep", full)
        with pytest.raises(StorageRefusal):
            run(tokens.renew(FIRST))
        with pytest.raises(StorageRefusal):
            run(tokens.current())
    assert run(tokens.current()) == Access(fake.tokens()["access"], 2)
    assert kept(store).refresh_token == fake.tokens()["refresh"]
    assert fake.tokens()["consumed_reuse"] == 0


def test_a_pair_entered_during_a_refresh_is_not_overwritten(fake: ZaloFake, store: Store) -> None:
    fake.fate("oauth", "delay:0.3+error:-14014")
    tokens = keeper(fake.url, store)

    async def both() -> Access:
        asking = asyncio.create_task(tokens.renew(FIRST))
        await asyncio.sleep(0.1)
        enter_first_pair(store, "A-moi-nhap-vao", "R-moi-nhap-vao")
        return await asking

    assert run(both()) == Access("A-moi-nhap-vao", 2)
    assert kept(store).trouble == ""


def test_a_cancelled_refresh_gives_the_right_back(fake: ZaloFake, store: Store) -> None:
    fake.fate("oauth", "hang")
    tokens = keeper(fake.url, store)

    async def cancelled() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(tokens.renew(FIRST), 0.2)

    run(cancelled())
    assert (kept(store).refreshing_by, kept(store).asked_at is None) == (None, False)
    assert run(tokens.renew(FIRST)).version == 2


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("90000", 25),
        (90_000, 25),
        (90_000.0, 25),
        ("3600", 1),
        (None, 25),
        ("", 25),
        ("x", 25),
        (-1, 25),
        ("nan", 25),
        (10**12, 25),
    ],
)
def test_a_life_is_told_in_numbers_or_in_text(said: object, hours: int) -> None:
    assert zalo_pair.lifetime(said) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("access", "refresh"),
    [
        ("", "R-dai-du-ky-tu"),
        ("A-dai-du-ky-tu", ""),
        ("A có dấu cách", "R-dai-du-ky-tu"),
        ("ngan", "ngan"),
        ("A-dai\nhai-dong", "R-dai-du-ky-tu"),
    ],
)
def test_what_is_no_pair_is_not_kept(store: Store, access: str, refresh: str) -> None:
    with pytest.raises(Refusal), store.write() as session:
        zalo_pair.enter_pair(session, defaults.APP_ID, access, refresh, "90000", MORNING)
    with store.read() as session:
        assert session.get(ZaloToken, defaults.APP_ID) is None


def test_a_pasted_pair_may_have_blanks_around_it(store: Store) -> None:
    enter_first_pair(store, "  A-dai-du-ky-tu\n", "\tR-dai-du-ky-tu ")
    assert (kept(store).access_token, kept(store).refresh_token) == ("A-dai-du-ky-tu", "R-dai-du-ky-tu")
    assert kept(store).expires_at == (MORNING + timedelta(hours=25)).astimezone(UTC)


def permitted(fake: ZaloFake, verifier: str) -> str:
    """The code that comes back when the administrator agrees."""
    link = permission_url(fake.url, defaults.APP_ID, "https://xa.example/zalo?x=1", verifier, "trang-thai")
    location = urlsplit(httpx.post(link, trust_env=False).headers["location"])
    assert location.hostname == "xa.example"
    return parse_qs(location.query)["code"][0]


def test_a_permission_becomes_the_first_pair_and_its_code_is_good_for_one_use(
    fake: ZaloFake, store: Store
) -> None:
    fake.set_tokens(consume_refresh=True)
    tokens, verifier = keeper(fake.url, store), new_verifier()
    raised(tokens.renew(FIRST))
    code = permitted(fake, verifier)
    run(tokens.exchange_code(code, verifier))
    assert run(tokens.current()) == Access(fake.tokens()["access"], 2)
    assert kept(store).trouble == ""
    with pytest.raises(Refusal, match="cấp quyền lại"):
        run(tokens.exchange_code(code, verifier))


def test_a_code_with_another_secret_is_refused(fake: ZaloFake, store: Store) -> None:
    code = permitted(fake, new_verifier())
    with pytest.raises(Refusal, match="-14005"):
        run(keeper(fake.url, store).exchange_code(code, new_verifier()))
    assert kept(store).version == 1


def test_the_challenge_is_that_of_the_standard() -> None:
    assert (
        challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )
    assert {len(new_verifier()) for _ in range(20)} == {43}


@pytest.mark.parametrize("fate", ["ok", "error:-14014", "status:500", "truncated"])
def test_no_token_or_secret_is_ever_shown(
    fake: ZaloFake, store: Store, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], fate: str,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    fake.fate("oauth", fate)

    async def shown() -> str:
        tokens = keeper(fake.url, store)
        try:
            return repr(await tokens.renew(FIRST))
        except ChannelError as error:
            return f"{error!r} {error.detail}"

    said = run(shown()) + caplog.text + "".join(capsys.readouterr())
    assert "refreshed" in said
    for secret in [defaults.APP_SECRET, *fake.tokens()["issued"]]:
        assert secret not in said


def test_the_question_is_noted_before_it_leaves(fake: ZaloFake, store: Store) -> None:
    """A process that dies between the note and the first byte is taken for one that asked, never the other way round."""
    seen: list[object] = []
    note_asked: Callable[..., bool] = zalo_pair.note_asked

    def noted(*arguments: Any) -> bool:
        done = note_asked(*arguments)
        seen.append(kept(store).asked_at)  # not committed yet
        seen.append(fake.tokens()["refreshes"])  # nothing has come to the server
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zalo_pair, "note_asked", noted)
        run(keeper(fake.url, store).renew(FIRST))
    assert seen == [None, 0]


def test_a_new_pair_that_an_answer_could_not_save_is_kept_for_the_next_of_the_installation(
    fake: ZaloFake, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> bool:
        raise StorageRefusal("Ổ đĩa đã đầy.")

    oa = {
        "oauth_url": fake.url, "api_url": fake.url, "template_url": fake.url, "app_id": defaults.APP_ID,
        "app_secret": defaults.APP_SECRET, "timeout_seconds": 2,
    }  # fmt: skip
    channels = Channels(Settings(zalo_oa=oa), tmp_path, store, ManualClock(LATE), "Asia/Ho_Chi_Minh")  # type: ignore[arg-type]
    with monkeypatch.context() as patch:
        patch.setattr(zalo_pair, "keep", full)
        with pytest.raises(StorageRefusal):
            through(channels.zalo_oa(), lambda line: line.check())
    through(channels.zalo_oa(), lambda line: line.check())
    assert (kept(store).refresh_token, kept(store).trouble) == (fake.tokens()["refresh"], "")
