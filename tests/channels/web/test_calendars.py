"""What is on, on the web page: to look at, to share, and for calendar programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from ical.calendar_stream import IcsCalendarStream

from bot.channels.web.rate_limit import CAPACITY
from bot.languages.table import Languages
from tests.activities.examples import ONE, SERIES, read_programme, write_programme
from tests.channels.web.conftest import Door
from tests.channels.web.reading import read_html


@pytest.fixture(autouse=True)
def programme(door: Door, tmp_path: Path, languages: Languages) -> None:
    write_programme(tmp_path, one=ONE, two=SERIES)
    door.brain = replace(door.brain, programme=read_programme(tmp_path, languages).programme)


async def test_what_is_on_has_a_page_with_a_feed(web: httpx.AsyncClient) -> None:
    response = await web.get("/activities", headers={"Accept-Language": "en"})
    assert response.status_code == 200
    page = read_html(response.text)
    assert "Språkkafé" in page.all("article", "answer")[0].text
    assert any(link.attributes["href"] == "/calendar/en.ics" for link in page.all("a"))


async def test_a_choice_in_the_address_is_shown_with_its_own_feed(web: httpx.AsyncClient) -> None:
    text = (await web.get("/activities?area=dalaberg", headers={"Accept-Language": "sv"})).text
    assert "Språkkafé" in text
    assert "Möte" not in read_html(text).all("article", "answer")[0].text
    assert "/calendar/sv.ics?area=dalaberg" in text


async def test_an_activity_has_a_page_of_its_own_in_every_language(web: httpx.AsyncClient) -> None:
    assert "<title>Meeting – Tillsammans</title>" in (await web.get("/activities/meeting/en")).text
    assert "السبت" in (await web.get("/activities/meeting/ar")).text
    assert (await web.get("/activities/gone")).status_code == 404
    assert (await web.get("/activities/meeting/xx")).status_code == 404


async def test_organisations_have_a_page(web: httpx.AsyncClient) -> None:
    text = (await web.get("/organisations", headers={"Accept-Language": "en"})).text
    assert "Röda Korset" in text
    assert "<title>Organisations: who does what – Tillsammans</title>" in text


async def test_the_file_offered_after_a_tap_is_there(web: httpx.AsyncClient) -> None:
    page = read_html((await web.post("/", data={"action": "ics:meeting:en"})).text)
    (path,) = (link.attributes["href"] for link in page.all("a") if ".ics" in link.attributes["href"])
    response = await web.get(path)
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = IcsCalendarStream.calendar_from_ics(response.text).events
    assert event.summary == "Meeting"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"Möte", "Språkkafé"}),
        ("?area=dalaberg", {"Språkkafé"}),
        ("?audience=parents&subject=swedish", {"Språkkafé"}),
        ("?area=centre&audience=parents", set()),
    ],
)
async def test_a_feed_holds_what_was_chosen(web: httpx.AsyncClient, query: str, titles: set[str]) -> None:
    response = await web.get(f"/calendar/sv.ics{query}")
    found = {event.summary or "" for event in IcsCalendarStream.calendar_from_ics(response.text).events}
    assert {title.split(": ")[-1] for title in found} == titles


@pytest.mark.parametrize("path", ["xx.ics", "sv.ics?area=moon", "activity/gone/sv.ics", "activity/meeting/xx.ics"])
async def test_what_does_not_exist_is_not_found(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(f"/calendar/{path}")).status_code == 404


async def test_a_program_that_has_the_newest_is_told_so_until_something_changes(
    web: httpx.AsyncClient, door: Door, tmp_path: Path, languages: Languages
) -> None:
    first = await web.get("/calendar/sv.ics")
    condition = {"If-None-Match": first.headers["etag"]}
    again = await web.get("/calendar/sv.ics", headers=condition)
    assert (again.status_code, again.content) == (304, b"")
    write_programme(tmp_path, one=ONE.replace("18:00", "18:30"))
    door.brain = replace(door.brain, programme=read_programme(tmp_path, languages).programme)
    changed = await web.get("/calendar/sv.ics", headers=condition)
    assert changed.status_code == 200
    assert "T183000" in changed.text


async def test_asking_without_end_has_to_wait(web: httpx.AsyncClient) -> None:
    statuses = [(await web.get("/calendar/activity/meeting/sv.ics")).status_code for _ in range(CAPACITY + 1)]
    assert statuses.count(200) == CAPACITY
    assert statuses[-1] == 429
