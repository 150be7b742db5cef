"""The conversation without JavaScript: forms out, whole pages back."""

from __future__ import annotations

import logging

import httpx
import pytest

from bot.conversation.actions import Action
from bot.conversation.dialogue import READ_CHARACTERS
from bot.languages.bidi import CONTROLS
from tests.channels.web.conftest import DANGERS, HELPLINE, QUEUE, SCHOOL, Door
from tests.channels.web.reading import Element, read_html

QUESTION_IN = {"sv": "bostadskö", "en": "housing queue", "ar": "قائمة السكن"}


async def get(web: httpx.AsyncClient, path: str = "/", **headers: str) -> Element:
    response = await web.get(path, headers=headers)
    assert response.status_code == 200
    return read_html(response.text)


async def post(web: httpx.AsyncClient, **fields: str | list[str]) -> Element:
    response = await web.post("/", data=fields)
    assert response.status_code == 200, response.text
    return read_html(response.text)


def answer_of(page: Element) -> Element:
    return page.one("div", id="conversation").one("article", "answer")


def codes(page: Element) -> list[str]:
    return [button.attributes["value"] for button in page.all("button", name="action")]


def word(door: Door, language_id: str, message: str) -> str:
    return door.brain.words.of(language_id)(message)


# The first meeting and the language --------------------------------------------------------------------------------


async def test_the_first_meeting_is_in_the_browsers_language_and_offers_every_language(
    web: httpx.AsyncClient, door: Door
) -> None:
    page = await get(web, **{"Accept-Language": "xx, ar-SY;q=0.9, en;q=0.3"})
    assert page.one("html").attributes == {"lang": "ar", "dir": "rtl"}
    offered = [code.removeprefix("choose:") for code in codes(answer_of(page))]
    assert offered[0] == "ar"
    assert sorted(offered) == sorted(door.brain.languages)
    assert "set-cookie" not in (await web.get("/")).headers


@pytest.mark.parametrize("language_id", ["sv", "en", "ar"])
async def test_a_whole_visit_with_forms_alone(web: httpx.AsyncClient, door: Door, language_id: str) -> None:
    await get(web)
    welcome = await post(web, action=f"choose:{language_id}")
    language = door.brain.languages[language_id]
    assert welcome.one("html").attributes == {"lang": language.tag, "dir": language.direction}
    answered = await post(web, text=QUESTION_IN[language_id])
    assert answered.one("html").attributes["lang"] == language.tag
    assert answered.one("div", "question").one("p").text == QUESTION_IN[language_id]
    heading = answer_of(answered).one("h2")
    assert heading.text == door.brain.title(QUEUE, language_id)
    assert (heading.inherited("lang"), heading.inherited("dir")) == (language.tag, language.direction)


async def test_the_cookie_holds_only_the_language(web: httpx.AsyncClient) -> None:
    response = await web.post("/", data={"action": "choose:so"})
    cookie = response.headers["set-cookie"].lower()
    assert cookie.startswith("language=so;")
    for wanted in ("httponly", "samesite=lax", "max-age=31536000", "path=/"):
        assert wanted in cookie
    assert dict(web.cookies) == {"language": "so"}


async def test_the_cookie_travels_only_encrypted_where_the_page_does(door: Door) -> None:
    transport = httpx.ASGITransport(app=door.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://tillsammans.test") as web:
        response = await web.post("/", data={"action": "choose:so"})
    assert "secure" in response.headers["set-cookie"].lower()


async def test_forgetting_deletes_the_cookie_and_what_was_shown(web: httpx.AsyncClient) -> None:
    await post(web, action="choose:en")
    page = await post(web, action="forget-yes", earlier=[f"topic:{QUEUE}:en"])
    assert dict(web.cookies) == {}
    assert page.all("input", name="earlier") == []
    assert "data-forgets" in answer_of(page).attributes


@pytest.mark.parametrize("cookie", [b"xx", b"../../etc", b"SV", b"\xe5\xff", b"", b"a" * 3000])
async def test_a_cookie_with_no_language_of_ours_counts_as_none(web: httpx.AsyncClient, cookie: bytes) -> None:
    response = await web.get("/", headers=[(b"cookie", b"language=" + cookie)])
    page = read_html(response.text)
    assert page.one("html").attributes["lang"] == "sv"
    assert "choose:ar" in codes(page)


async def test_a_question_in_another_language_is_answered_in_it_and_changes_nothing_else(
    web: httpx.AsyncClient,
) -> None:
    await post(web, action="choose:sv")
    page = await post(web, text="قائمة السكن")
    assert page.one("html").attributes == {"lang": "sv", "dir": "ltr"}
    assert answer_of(page).attributes["lang"] == "ar"
    assert answer_of(page).attributes["dir"] == "rtl"
    assert dict(web.cookies) == {"language": "sv"}


async def test_the_welcome_suggests_topics_and_an_answer_does_not(web: httpx.AsyncClient) -> None:
    welcome = await post(web, action="choose:en")
    assert f"topic:{SCHOOL}:en" in codes(welcome)
    assert f"topic:{SCHOOL}:en" in codes(await get(web))
    assert f"topic:{SCHOOL}:en" not in codes(await post(web, text="nonsense"))


async def test_the_language_button_is_on_every_page_in_words(web: httpx.AsyncClient) -> None:
    for path in ("/", "/areas", f"/t/{QUEUE}", "/nowhere"):
        header = read_html((await web.get(path)).text).one("header")
        assert " ".join(header.one("button", value="languages").text.split()) == "Språk / Language / اللغة"


async def test_a_suggestion_not_yet_in_the_readers_language_is_marked_as_what_it_is(web: httpx.AsyncClient) -> None:
    welcome = await post(web, action="choose:ar")
    suggested = welcome.one("button", value=f"topic:{SCHOOL}:ar").one("bdi")
    assert (suggested.text, suggested.attributes["lang"], suggested.attributes["dir"]) == ("Swedish", "en", "ltr")


# Answers -----------------------------------------------------------------------------------------------------------


async def test_numbers_are_to_be_tapped_and_keep_their_order(web: httpx.AsyncClient) -> None:
    page = await post(web, text="قائمة السكن")
    number = answer_of(page).one("a", "phone")
    assert number.attributes["href"] == "tel:+46522696000"
    assert number.one("bdi").attributes["dir"] == "ltr"
    assert CONTROLS.sub("", number.text) == "0522-69 60 00"


async def test_links_lead_away_without_telling_where_from(web: httpx.AsyncClient) -> None:
    answer = answer_of(await post(web, text="bostadskö"))
    for link in answer.all("a", "link"):
        assert {"noopener", "noreferrer"} <= set(link.attributes["rel"].split())
        assert link.attributes["href"].startswith("https://")


async def test_the_truth_label_stands_under_the_answer(web: httpx.AsyncClient) -> None:
    answer = answer_of(await post(web, text="bostadskö"))
    assert "21 november 2026" in answer.one("div", "truth").text
    assert "Bostad & mer" in answer.one("div", "truth").text


async def test_a_notice_is_marked_in_words_in_its_own_language(web: httpx.AsyncClient, door: Door) -> None:
    await post(web, action="choose:ar")
    notice = answer_of(await post(web, action=f"topic:{SCHOOL}:ar")).all("p", "notice")[0]
    assert notice.text.startswith(word(door, "ar", "Please note"))
    assert notice.attributes["lang"] == "ar"


async def test_swedish_stands_beside_the_own_language(web: httpx.AsyncClient) -> None:
    sides = answer_of(await post(web, action=f"swedish:{QUEUE}:ar")).one("div", "pair").all("div", "side")
    own, swedish = (side.one("h2") for side in sides)
    assert (own.attributes["lang"], own.attributes["dir"]) == ("ar", "rtl")
    assert (swedish.attributes["lang"], swedish.attributes["dir"]) == ("sv", "ltr")
    assert swedish.text == "Ställ dig i bostadskö"


@pytest.mark.parametrize("language_id", ["sv", "en", "ar"])
async def test_every_button_of_every_reply_works_when_posted(
    web: httpx.AsyncClient, door: Door, language_id: str
) -> None:
    await post(web, action=f"choose:{language_id}")
    asked = [{"text": text} for text in (*QUESTION_IN.values(), *DANGERS, "hem", "sfi", "nonsense", "")]
    seen: set[str] = set()
    waiting = {code for fields in asked for code in codes(await post(web, **fields))}
    while waiting:
        code = waiting.pop()
        door.now += 1
        seen.add(code)
        assert Action.decode(code) is not None, code
        page = await post(web, action=code)
        assert answer_of(page).text
        waiting |= set(codes(page)) - seen
        await post(web, action=f"choose:{language_id}")
    assert {"areas", "languages", "help", "privacy", "about", "forget-yes", f"topic:{QUEUE}.fee:sv"} <= seen


async def test_earlier_topics_are_remembered_by_the_page_itself(web: httpx.AsyncClient, door: Door) -> None:
    first = await post(web, text="bostadskö")
    kept = [field.attributes["value"] for field in first.one("form", id="ask").all("input", name="earlier")]
    assert kept == [f"topic:{QUEUE}:sv"]
    second = await post(web, text="sfi", earlier=kept)
    assert second.one("section", "earlier").one("button").text == door.brain.title(QUEUE, "sv")


async def test_a_crisis_is_never_remembered_and_has_no_page_to_share(web: httpx.AsyncClient) -> None:
    page = await post(web, text="jag vill dö")
    assert page.all("input", name="earlier") == []
    assert page.all("p", "share") == []


async def test_at_most_a_few_earlier_topics_are_carried_along(web: httpx.AsyncClient) -> None:
    forged = [f"topic:{QUEUE}:{key}" for key in ("sv", "en", "ar", "so", "uk", "fi", "pl")] + ["forget-yes", "<script>"]
    page = await post(web, text="nonsense", earlier=forged)
    kept = [field.attributes["value"] for field in page.one("form", id="ask").all("input", name="earlier")]
    assert kept == [f"topic:{QUEUE}:{key}" for key in ("ar", "so", "uk", "fi", "pl")]


# In danger ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "language_id"), DANGERS.items())
async def test_in_danger_the_numbers_come_first(
    web: httpx.AsyncClient, door: Door, text: str, language_id: str
) -> None:
    await post(web, action=f"choose:{language_id}")
    page = await post(web, text=text)
    answer = answer_of(page)
    assert "crisis" in answer.classes
    links = answer.all("a")
    assert [link.attributes["href"] for link in links[:2]] == ["tel:112", "tel:90101"]
    assert all("call" in link.classes for link in links[:2])
    assert "SOS Alarm" in links[0].text


async def test_leaving_quickly_is_a_link_to_the_municipality_and_in_sight(web: httpx.AsyncClient, door: Door) -> None:
    page = await post(web, text="jag vill dö")
    bar = page.one("div", "leave-bar")
    assert "hidden" not in bar.attributes
    assert bar.one("a", "exit").attributes["href"] == "https://www.uddevalla.se"
    assert bar.one("a", "exit").text == word(door, "sv", "Leave this page quickly")
    assert page.one("title").text == "Tillsammans"


async def test_an_ordinary_answer_has_no_exit_in_sight(web: httpx.AsyncClient) -> None:
    assert "hidden" in (await post(web, text="bostadskö")).one("div", "leave-bar").attributes


# Fragments for the script ------------------------------------------------------------------------------------------


async def test_the_script_gets_only_the_turn(web: httpx.AsyncClient) -> None:
    response = await web.post("/", data={"text": "bostadskö"}, headers={"X-Fragment": "1"})
    fragment = read_html(response.text)
    assert [part.tag for part in fragment.parts if isinstance(part, Element)] == ["article"]
    assert "bostadskö" not in response.text.replace("Ställ dig i bostadskö", "")


async def test_the_script_gets_the_whole_page_when_its_language_changes(web: httpx.AsyncClient) -> None:
    response = await web.post("/", data={"action": "choose:ar"}, headers={"X-Fragment": "1"})
    assert read_html(response.text).one("html").attributes["dir"] == "rtl"
    assert dict(web.cookies) == {"language": "ar"}


# Hostile and broken input ------------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "\u202etxt.exe\u2066 \u2069\u200f",
    "\x00\x01\x07\x1b[31m",
    "👩‍👩‍👧‍👦🇸🇪🫨",
    "0522696000 112 1177",
    "٠٥٢٢",
    "x",
    "   \n\t ",
    "a" * 10_000,
    "ሰላም " * 2_000,
    "😀" * 10_000,
    "\n" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("headers", [{}, {"X-Fragment": "1"}], ids=["page", "fragment"])
async def test_whatever_is_written_gets_a_helpful_page(
    web: httpx.AsyncClient, text: str, headers: dict[str, str]
) -> None:
    response = await web.post("/", files={"text": (None, text)}, headers=headers)
    assert response.status_code == 200
    page = read_html(response.text)
    assert page.all("article", "answer")
    assert page.all("img") == []
    assert all(script.attributes.get("src", "").startswith("/static/") for script in page.all("script"))
    if not headers and text.strip():
        for question in page.all("div", "question"):
            assert not CONTROLS.search(question.text)
            assert "\x00" not in question.text


async def test_text_is_shown_back_exactly_but_for_what_cannot_be_seen(web: httpx.AsyncClient) -> None:
    page = await post(web, text="<b>a\u202eb</b>\x00 & co 👩‍👧")
    assert page.one("div", "question").one("p").text == "<b>ab</b> & co 👩‍👧"


async def test_a_long_question_is_shown_as_far_as_it_was_read(web: httpx.AsyncClient) -> None:
    page = await post(web, text="lång " * 2_000)
    shown = page.one("div", "question").one("p").text
    assert len(shown) == READ_CHARACTERS + 1
    assert shown.endswith("…")
    assert answer_of(page).all("p", "notice")


async def test_titles_with_angle_brackets_stay_text(web: httpx.AsyncClient) -> None:
    response = await web.post("/", data={"text": "sfi"})
    assert "Svenska &lt;för&gt; invandrare" in response.text
    assert read_html(response.text).all("för") == []


@pytest.mark.parametrize(
    "code",
    ["", "x", "topic", "topic:", "topic:nowhere", "topic:../../x:sv", f"swedish:{QUEUE}:xx", "choose:xx", "é" * 99],
)
async def test_forged_and_outdated_buttons_lead_to_something_helpful(web: httpx.AsyncClient, code: str) -> None:
    assert codes(answer_of(await post(web, action=code)))


# Other pages -------------------------------------------------------------------------------------------------------


async def test_the_areas_have_a_page(web: httpx.AsyncClient) -> None:
    assert "area:housing" in codes(answer_of(await get(web, "/areas")))


@pytest.mark.parametrize("language_id", ["sv", "en", "ar"])
async def test_a_topic_has_a_page_in_every_language_it_is_written_in(
    web: httpx.AsyncClient, door: Door, language_id: str
) -> None:
    page = await get(web, f"/t/{QUEUE}/{language_id}")
    language = door.brain.languages[language_id]
    assert page.one("html").attributes == {"lang": language.tag, "dir": language.direction}
    assert answer_of(page).one("h2").text == door.brain.title(QUEUE, language_id)
    assert page.one("title").text.startswith(door.brain.title(QUEUE, language_id))
    alternates = {link.attributes["hreflang"]: link.attributes["href"] for link in page.all("link", rel="alternate")}
    assert alternates == {key: f"/t/{QUEUE}/{key}" for key in ("sv", "en", "ar")}
    assert dict(web.cookies) == {}


async def test_a_topic_page_without_language_is_in_the_readers(web: httpx.AsyncClient) -> None:
    page = await get(web, f"/t/{QUEUE}", **{"Accept-Language": "ar"})
    assert answer_of(page).attributes["lang"] == "ar"
    assert page.one("link", rel="canonical").attributes["href"] == f"/t/{QUEUE}/ar"


async def test_a_topic_not_yet_written_in_a_language_says_so(web: httpx.AsyncClient) -> None:
    page = await get(web, f"/t/{SCHOOL}/ar")
    assert answer_of(page).all("p", "notice")
    assert page.one("link", rel="canonical").attributes["href"] == f"/t/{SCHOOL}/en"


async def test_a_part_has_a_page_in_the_languages_of_the_part(web: httpx.AsyncClient) -> None:
    page = await get(web, f"/t/{QUEUE}.fee")
    assert [link.attributes["hreflang"] for link in page.all("link", rel="alternate")] == ["sv"]


async def test_a_sensitive_topics_page_has_a_neutral_title_and_an_exit(web: httpx.AsyncClient) -> None:
    page = await get(web, f"/t/{HELPLINE}/en")
    assert page.one("title").text == "Tillsammans"
    assert "hidden" not in page.one("div", "leave-bar").attributes


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/t/nowhere", "/t/nowhere/sv", f"/t/{QUEUE}/xx", "/t/%00", "/t/" + "x" * 500, "/static/../pages.py"],
)
async def test_what_does_not_exist_is_said_with_a_way_on(web: httpx.AsyncClient, path: str) -> None:
    response = await web.get(path)
    assert response.status_code == 404
    page = read_html(response.text)
    assert "area:housing" in codes(answer_of(page))
    assert page.all("textarea", id="question")


async def test_what_may_not_be_done_here_is_said_with_help(web: httpx.AsyncClient) -> None:
    response = await web.put("/")
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]
    assert read_html(response.text).all("a", href="tel:112")


async def test_health_is_told_with_its_status(web: httpx.AsyncClient, door: Door) -> None:
    assert (await web.get("/healthz")).json() == {"ok": True}
    door.health = {"ok": False, "telegram": {"problem": "token"}}
    response = await web.get("/healthz")
    assert (response.status_code, response.json()) == (503, door.health)


# When something breaks ---------------------------------------------------------------------------------------------


async def test_a_mistake_of_ours_still_shows_the_numbers_and_logs_no_question(
    web: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = await web.post("/", data={"text": "bug"})
    assert response.status_code == 500
    page = read_html(response.text)
    assert page.all("a", "phone", href="tel:112")
    assert page.all("a", "phone", href="tel:+46522696000")
    logged = [record for record in caplog.records if record.name.startswith("bot.")]
    assert len(logged) == 1
    assert "KeyError" in logged[0].getMessage()
    assert "'bug'" not in caplog.text
    assert logged[0].exc_info is None


async def test_when_everything_is_broken_the_numbers_are_still_shown(web: httpx.AsyncClient, door: Door) -> None:
    door.brain = None  # type: ignore[assignment]
    for path in ("/", "/nowhere"):
        response = await web.get(path)
        assert response.status_code == 500
        assert 'href="tel:112"' in response.text
        assert "0522-69 60 00" in response.text
