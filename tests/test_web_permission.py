"""The OA's permission is given again on a page: sent to Zalo with a secret kept here, brought back once, and all is well."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from installed_world import Installed, installed
from log_capture import captured
from smtp_sink import Sink
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient
from web_world import BASE, PEOPLE, csrf
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

from db.store import Store
from db.tables import ChannelState, JournalEntry, ZaloToken
from mangnon.house import House
from mangnon.settings import Settings
from notifications.channels.zalo_refresh import SPENT
from notifications.granting import NO_CODE, OTHER_OA
from tasks.clock import ManualClock
from web.messages.channels import NOT_SET_UP, form_targets
from web.permission.begun import NOT_BEGUN, OTHER, TOO_LATE

BUTTON = "Cấp quyền"


@pytest.fixture
def here(
    store: Store, clock: ManualClock, fake: ZaloFake, request: pytest.FixtureRequest
) -> Iterator[Installed]:
    """The pair is dead, the channel closed for it."""
    more: dict[str, Any] = getattr(request, "param", {})
    with ExitStack() as stack:
        sink = stack.enter_context(Sink())
        made = stack.enter_context(installed(store, clock, fake, sink, **more))
        made.lose_permission()
        yield made


def pair(here: Installed) -> ZaloToken:
    with here.web.site.store.read() as session:
        return session.get_one(ZaloToken, defaults.APP_ID)


def closed(here: Installed) -> bool:
    with here.web.site.store.read() as session:
        return session.get_one(ChannelState, "zalo_oa").closed_at is not None


def granted(here: Installed) -> list[JournalEntry]:
    query = select(JournalEntry).where(col(JournalEntry.action) == "zalo_oa.granted")
    with here.web.site.store.read() as session:
        return list(session.execute(query).scalars())


def begin(client: TestClient) -> str:
    """Press the button; where that leads."""
    answer = client.post(
        "/kenh/zalo-oa", data={"csrf": csrf(client.get("/kenh").text)}, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def agree(link: str, answer: str = "yes") -> str:
    """The OA's administrator answers on Zalo's page; the path that the browser is sent to."""
    back = httpx.post(link, data={"answer": answer}, trust_env=False)
    place = urlsplit(back.headers["location"])
    assert f"{place.scheme}://{place.netloc}" == "http://localhost:8000"
    return f"{place.path}?{place.query}"


def test_the_page_says_that_permission_is_needed_and_the_button_leads_to_zalo_with_a_challenge(
    here: Installed, fake: ZaloFake
) -> None:
    client = here.web.signed_in("coordinator")
    page = client.get("/kenh").text
    assert (SPENT in page, "Cấp quyền lại" in page) == (True, True)
    link = begin(client)
    asked = parse_qs(urlsplit(link).query)
    assert link.startswith(f"{fake.url}/v4/oa/permission?")
    assert asked["redirect_uri"] == ["http://localhost:8000/kenh/zalo-oa/ve"]
    assert (len(asked["code_challenge"][0]), len(asked["state"][0])) == (43, 43)
    assert asked["state"] != parse_qs(urlsplit(begin(client)).query)["state"]


@pytest.mark.parametrize("role", ["coordinator", "operator"])
@pytest.mark.parametrize("echo", [True, False])
def test_what_zalo_sends_back_becomes_the_new_pair_opens_the_channel_and_is_in_the_journal(
    here: Installed, fake: ZaloFake, role: str, echo: bool
) -> None:
    fake.set_tokens(echo_state=echo)
    client = here.web.signed_in(role)
    page = client.get(agree(begin(client)))
    assert page.url.path == "/kenh"
    assert "Zalo OA đã được cấp quyền. Cảm ơn đồng chí" in page.text
    assert ("đang có quyền" in page.text, SPENT in page.text, "đang dừng" in page.text) == (
        True,
        False,
        False,
    )
    tokens = fake.tokens()
    kept = pair(here)
    assert (kept.access_token, kept.refresh_token, kept.trouble, kept.version) == (
        tokens["access"], tokens["refresh"], "", 2,
    )  # fmt: skip
    assert not closed(here)
    [entry] = granted(here)
    assert (entry.subject, f'"role":"{role}"' in entry.payload.replace(" ", "")) == ("channel:zalo_oa", True)
    assert defaults.OA_ID in entry.payload
    journal = here.web.signed_in("coordinator").get("/nhat-ky").text
    assert "cấp quyền cho Zalo OA" in journal


def refused(here: Installed, answer: httpx.Response | Any, sentence: str) -> None:
    """One sentence, the button beside it, and nothing changed."""
    assert (answer.status_code, sentence in answer.text) == (422, True), answer.text
    assert BUTTON in answer.text
    assert (pair(here).version, pair(here).trouble, closed(here), granted(here)) == (1, SPENT, True, [])


def test_an_answer_is_taken_once(here: Installed) -> None:
    client = here.web.signed_in("coordinator")
    path = agree(begin(client))
    assert client.get(path).status_code == 200
    again = client.get(path)
    assert (again.status_code, NOT_BEGUN in again.text) == (422, True)
    assert (pair(here).version, len(granted(here))) == (2, 1)


def test_another_state_than_the_one_that_was_sent_is_refused_and_the_right_one_still_taken(
    here: Installed, fake: ZaloFake
) -> None:
    fake.set_tokens(echo_state=True)
    client = here.web.signed_in("coordinator")
    path = agree(begin(client))
    forged = path.partition("&state=")[0] + "&state=khác"
    refused(here, client.get(forged), OTHER)
    assert client.get(path).url.path == "/kenh"
    assert pair(here).version == 2


def test_an_older_answer_of_the_same_session_is_refused(here: Installed, fake: ZaloFake) -> None:
    fake.set_tokens(echo_state=True)
    client = here.web.signed_in("coordinator")
    old = agree(begin(client))
    begin(client)
    refused(here, client.get(old), OTHER)


def test_after_ten_minutes_it_is_too_late(here: Installed, clock: ManualClock) -> None:
    client = here.web.signed_in("coordinator")
    path = agree(begin(client))
    clock.set(clock.now() + timedelta(minutes=10))
    refused(here, client.get(path), TOO_LATE)
    refused(here, client.get(path), NOT_BEGUN)


def test_what_one_session_began_no_other_ends(here: Installed) -> None:
    client = here.web.signed_in("coordinator")
    path = agree(begin(client))
    other = TestClient(client.app, base_url=BASE)
    other.cookies = here.web.signed_in("operator").cookies
    refused(here, other.get(path), NOT_BEGUN)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("here", [{"zalo_oa": {"oa_id": "77"}}], indirect=True)
def test_the_permission_of_another_oa_is_refused(here: Installed) -> None:
    client = here.web.signed_in("coordinator")
    refused(here, client.get(agree(begin(client))), OTHER_OA)


@pytest.mark.parametrize("here", [{"zalo_oa": {"oa_id": defaults.OA_ID}}], indirect=True)
def test_the_permission_of_the_named_oa_is_taken(here: Installed) -> None:
    client = here.web.signed_in("coordinator")
    assert client.get(agree(begin(client))).status_code == 200
    assert pair(here).version == 2


def test_whoever_declines_at_zalo_is_told_that_nothing_came(here: Installed) -> None:
    client = here.web.signed_in("coordinator")
    refused(here, client.get(agree(begin(client), "no")), NO_CODE)


@pytest.mark.parametrize("spoil", ["forged", "other challenge", "expired at zalo"])
def test_a_code_that_zalo_does_not_take_is_told_with_its_number(
    here: Installed, fake: ZaloFake, spoil: str
) -> None:
    client = here.web.signed_in("coordinator")
    first = agree(begin(client))
    if spoil == "forged":
        first = "/kenh/zalo-oa/ve?code=gia-mao"
    elif spoil == "other challenge":
        begin(client)
    else:
        fake.advance(601)
    refused(here, client.get(first), "(mã -14005)")


@pytest.mark.parametrize("fate", ["reset_before", "hang", "html", "error:-14002", "truncated"])
def test_whatever_zalo_answers_instead_of_a_pair_is_one_sentence(
    here: Installed, fake: ZaloFake, fate: str
) -> None:
    client = here.web.signed_in("coordinator")
    path = agree(begin(client))
    fake.fate("oauth", fate)
    refused(here, client.get(path), "Zalo chưa cấp mã")


def test_without_an_app_the_page_says_who_can_help_and_the_button_is_not_there(here: Installed) -> None:
    here.web.site = replace(here.web.site, oa=None)
    client = here.web.signed_in("coordinator")
    page = client.get("/kenh").text
    assert "Chưa cài ứng dụng Zalo" in page
    assert "/kenh/zalo-oa" not in page
    answer = client.post("/kenh/zalo-oa", data={"csrf": csrf(client.get("/thiet-bi").text)})
    assert (answer.status_code, NOT_SET_UP in answer.text) == (422, True)
    assert client.get("/kenh/zalo-oa/ve?code=x").status_code == 422


def test_an_installation_without_the_oa_shows_nothing_of_it(here: Installed) -> None:
    here.web.site = replace(here.web.site, oa=None, channels=("email",))
    assert "Quyền gửi tin" not in here.web.signed_in("coordinator").get("/kenh").text


@pytest.mark.parametrize(
    "settings", [{}, {"app_id": "1"}, {"app_secret": "x"}, {"app_id": "1", "app_secret": "x"}]
)
def test_an_app_is_set_up_when_it_has_its_number_and_its_secret(
    tmp_path: Path, clock: ManualClock, settings: dict[str, str]
) -> None:
    asked = {"delivery": {"channels": ["zalo_oa"]}, "zalo_oa": settings}
    house = House(Settings.model_validate(asked), tmp_path, clock)
    assert (house.channels.grants() is not None) == (len(settings) == 2)


@pytest.mark.parametrize("role", sorted(set(PEOPLE) - {"coordinator", "operator"}))
def test_nobody_else_begins_or_ends_it(here: Installed, role: str) -> None:
    client = here.web.signed_in(role)
    form = {"csrf": csrf(client.get("/thiet-bi").text)}
    assert client.post("/kenh/zalo-oa", data=form).status_code == 403
    assert client.get("/kenh/zalo-oa/ve?code=x").status_code == 403


def test_a_form_that_is_not_ours_begins_nothing(here: Installed) -> None:
    client = here.web.signed_in("coordinator")
    assert client.post("/kenh/zalo-oa", data={"csrf": "0" * 64}, follow_redirects=False).status_code == 403


def test_whoever_is_no_longer_signed_in_is_sent_to_sign_in_without_the_code(here: Installed) -> None:
    answer = here.web.stranger().get("/kenh/zalo-oa/ve?code=bi-mat", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/vao?tiep=/kenh/zalo-oa/ve")


def test_forms_may_lead_to_zalo_from_this_one_page(here: Installed, fake: ZaloFake) -> None:
    client = here.web.signed_in("coordinator")
    assert f"form-action 'self' {fake.url};" in client.get("/kenh").headers["content-security-policy"]
    for path in ("/thu", "/thiet-bi", "/vao"):
        assert "form-action 'self';" in client.get(path).headers["content-security-policy"]
    assert form_targets("https://oauth.zaloapp.com") == (
        "https://oauth.zaloapp.com", "https://*.zaloapp.com", "https://*.zalo.me",
    )  # fmt: skip
    assert form_targets("https://oauth.zaloapp.com:443/")[1:] == (
        "https://*.zaloapp.com",
        "https://*.zalo.me",
    )
    assert form_targets("https://zaloapp.com.example") == ("https://zaloapp.com.example",)


def test_no_log_line_has_the_code_the_state_or_a_token(
    here: Installed, fake: ZaloFake, tmp_path: Path
) -> None:
    fake.set_tokens(echo_state=True)
    client = here.web.signed_in("coordinator")
    link = begin(client)
    path = agree(link)
    known = parse_qs(urlsplit(path).query)
    # The browser of this test logs every address that it opens; the program is asked as it is asked by a server.
    with captured(tmp_path / "log") as log:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        client.get(path)
        client.get(path)
    said = log()
    assert '"route": "/kenh/zalo-oa/ve"' in said
    tokens = fake.tokens()
    for secret in (
        known["code"][0],
        known["state"][0],
        tokens["access"],
        tokens["refresh"],
        defaults.APP_SECRET,
    ):
        assert secret not in said
    assert pair(here).version == 2
