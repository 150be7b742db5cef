"""The page in a real browser: with and without JavaScript, by keyboard, on narrow phones, in the dark, in danger."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from bot.channels.web import build_web
from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.languages.bidi import strip_controls
from bot.languages.table import Languages
from tests.channels.web.browsing import LOW_CONTRAST, Visit, chromium, served
from tests.channels.web.conftest import HELPLINE, QUEUE, TODAY, door_of

pytestmark = pytest.mark.browser

Visiting = Callable[..., Visit]
EXIT = "https://www.uddevalla.se/"
PHONE = {"width": 320, "height": 640}
SCREEN = {"width": 1200, "height": 900}
ASKED_IN = ("sv", "en", "ar", "so", "uk")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def small(browser: Browser, languages: Languages) -> Iterator[str]:
    """The address of a page with the small content."""
    with served(door_of(languages, time.monotonic).app) as address:
        yield address


@pytest.fixture(scope="module")
def whole(browser: Browser, brain: Brain) -> Iterator[str]:
    """The address of a page with the content of the repository."""
    app = build_web(Dialogue(lambda: brain, lambda: TODAY), brain=lambda: brain, health=lambda: {"ok": True})
    with served(app) as address:
        yield address


@pytest.fixture
def visiting(browser: Browser, small: str) -> Iterator[Visiting]:
    """Open a window: `language` is the chosen one; everything else as Playwright's new_context takes it."""
    contexts = []
    visits: list[Visit] = []

    def visit(language: str | None = None, address: str = small, **options: Any) -> Visit:
        context = browser.new_context(**{"viewport": SCREEN, "locale": "sv-SE", "reduced_motion": "reduce", **options})
        contexts.append(context)
        if language:
            context.add_cookies([{"name": "language", "value": language, "url": address}])
        context.route(f"{EXIT}**", lambda route: route.fulfill(body="<h1>Uddevalla</h1>", content_type="text/html"))
        visits.append(Visit(context.new_page(), address))
        return visits[-1]

    yield visit
    for context in contexts:
        context.close()
    for one in visits:
        assert one.mishaps == []
        elsewhere = [url for url in one.fetched if not url.startswith((one.address, EXIT))]
        assert elsewhere == []


# Asking ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language_id", ASKED_IN)
def test_a_question_is_answered_in_its_language(
    visiting: Visiting, whole: str, brain: Brain, language_id: str, with_script: bool
) -> None:
    visit = visiting(address=whole, java_script_enabled=with_script)
    visit.open()
    visit.tap(f"choose:{language_id}", with_script=with_script)
    language, title = brain.languages[language_id], brain.title("sfi", language_id)
    expect(visit.page.locator("html")).to_have_attribute("lang", language.tag)
    expect(visit.page.locator("html")).to_have_attribute("dir", language.direction)
    visit.ask(strip_controls(title), with_script=with_script)
    expect(visit.last.locator("h2").first).to_have_text(title)
    expect(visit.last).to_have_attribute("lang", language.tag)
    assert visit.page.url.split("#")[0] == f"{whole}/"


def test_the_conversation_grows_and_the_box_is_ready_for_the_next_question(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open()
    visit.ask("bostadskö")
    visit.ask("sfi")
    expect(visit.answers).to_have_count(3)
    expect(visit.page.locator("#conversation .question p")).to_have_text(["bostadskö", "sfi"])
    expect(visit.page.locator("#conversation")).to_have_attribute("aria-live", "polite")
    expect(visit.box).to_have_value("")
    expect(visit.box).to_be_focused()
    expect(visit.page.locator("#conversation .question").last).to_be_in_viewport()


def test_hostile_text_is_shown_as_text(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open()
    visit.ask("<img src=x onerror=alert(1)><b>hej</b>")
    expect(visit.page.locator(".question p")).to_have_text("<img src=x onerror=alert(1)><b>hej</b>")
    assert visit.page.locator("#conversation b, #conversation img").count() == 0


def test_a_tapped_button_moves_the_reader_to_its_answer(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open()
    visit.tap("areas")
    assert visit.focused("className") == "answer"
    expect(visit.last).to_be_focused()
    visit.tap("area:housing")
    expect(visit.page.locator(".question p").last).to_have_text("Bostad")
    expect(visit.last.locator("h2")).to_have_text("Bostad")


def test_choosing_a_language_turns_the_page_round_and_keeps_the_conversation(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open()
    visit.ask("bostadskö")
    visit.box.fill("halvskriven")
    visit.tap("languages")
    visit.tap("choose:ar")
    expect(visit.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(visit.answers).to_have_count(4)
    expect(visit.box).to_have_value("halvskriven")
    cookie = visit.page.context.cookies()[0]
    assert (cookie["name"], cookie["value"], cookie["httpOnly"], cookie["sameSite"]) == ("language", "ar", True, "Lax")
    send, box = visit.page.locator(".send").bounding_box(), visit.box.bounding_box()
    assert send is not None
    assert box is not None
    assert send["x"] < box["x"]


def test_forgetting_clears_the_screen_and_the_cookie(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open()
    visit.ask("bostadskö")
    visit.tap("privacy")
    visit.tap("forget")
    visit.page.locator('button[value="forget-yes"]').click()
    expect(visit.answers).to_have_count(1)
    assert visit.page.locator(".question").count() == 0
    assert visit.page.context.cookies() == []


def test_without_a_connection_nothing_is_lost(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open()
    visit.page.context.set_offline(True)
    visit.ask("bostadskö")
    expect(visit.last.locator(".notice")).to_be_visible()
    expect(visit.last.locator("a.call")).to_have_attribute("href", "tel:112")
    expect(visit.box).to_have_value("bostadskö")
    visit.page.context.set_offline(False)
    visit.page.keyboard.press("Enter")
    expect(visit.last.locator("h2")).to_have_text("Ställ dig i bostadskö")
    expect(visit.box).to_have_value("")


def test_an_error_of_something_between_is_told_like_a_lost_connection(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open()
    visit.page.route("**/", lambda route: route.fulfill(status=502, body="<html>Bad gateway</html>"))
    visit.ask("bostadskö")
    expect(visit.last.locator(".notice")).to_be_visible()
    expect(visit.box).to_have_value("bostadskö")


def test_waiting_is_shown_only_when_it_takes_long(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open()
    held: list[Route] = []
    visit.page.route("**/", lambda route: held.append(route))
    expect(visit.page.locator("#waiting span")).to_be_hidden()
    visit.box.fill("bostadskö")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#waiting span")).to_be_visible()
    held[0].continue_()
    expect(visit.last.locator("h2")).to_have_text("Ställ dig i bostadskö")
    expect(visit.page.locator("#waiting span")).to_be_hidden()


# Keyboard ----------------------------------------------------------------------------------------------------------


def test_everything_can_be_done_by_keyboard(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open()
    visit.page.keyboard.press("Tab")
    assert visit.focused("className") == "skip"
    expect(visit.page.locator(".skip")).to_be_in_viewport()
    visit.page.keyboard.press("Enter")
    expect(visit.box).to_be_focused()
    visit.page.keyboard.type("bostads")
    visit.page.keyboard.press("Shift+Enter")
    visit.page.keyboard.type("kö")
    expect(visit.box).to_have_value("bostads\nkö")
    visit.box.fill("bostadskö")
    visit.page.keyboard.press("Enter")
    expect(visit.last.locator("h2")).to_have_text("Ställ dig i bostadskö")


def test_what_has_the_focus_can_be_seen(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open(f"/t/{HELPLINE}/en")
    places = visit.page.locator("a[href]:visible, button:visible, textarea").count()
    seen = set()
    for _ in range(places):
        visit.page.keyboard.press("Tab")
        style = visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid", visit.focused("outerHTML")
        seen.add(visit.focused("outerHTML"))
    assert len(seen) > 10


# Leaving quickly ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["click", "escape"])
def test_leaving_quickly_leaves_nothing_to_come_back_to(visiting: Visiting, how: str) -> None:
    visit = visiting("sv")
    visit.page.goto("about:blank")
    visit.open()
    expect(visit.page.locator(".leave-bar")).to_be_hidden()
    visit.ask("jag vill dö")
    expect(visit.last).to_have_class("answer crisis")
    expect(visit.page.locator(".leave-bar .exit")).to_be_in_viewport()
    expect(visit.last.locator("a.call").first).to_be_in_viewport()
    if how == "click":
        visit.page.locator(".leave-bar .exit").click()
    else:
        for _ in range(3):
            visit.page.keyboard.press("Escape")
    visit.page.wait_for_url(EXIT)
    visit.page.go_back()
    assert visit.page.url == "about:blank"


def test_one_escape_or_two_do_nothing(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open()
    visit.ask("jag vill dö")
    for key in ("Escape", "Escape", "a", "Escape"):
        visit.page.keyboard.press(key)
    expect(visit.last).to_be_visible()
    assert visit.page.url.startswith(visit.address)


def test_leaving_works_without_script(visiting: Visiting) -> None:
    visit = visiting("sv", java_script_enabled=False)
    visit.open()
    visit.ask("jag vill dö", with_script=False)
    visit.page.locator(".leave-bar .exit").click()
    visit.page.wait_for_url(EXIT)


def test_the_exit_stays_when_the_language_changes(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open()
    visit.ask("jag vill dö")
    visit.tap("languages")
    visit.tap("choose:ar")
    expect(visit.page.locator(".leave-bar .exit")).to_be_visible()


# How it looks ------------------------------------------------------------------------------------------------------

STOPS = ("welcome", "answer", "pair", "crisis", "areas", "long word")


def reach(visit: Visit, stop: str) -> None:
    visit.open()
    match stop:
        case "answer":
            visit.ask("قائمة السكن")
        case "pair":
            visit.ask("قائمة السكن")
            visit.tap(f"swedish:{QUEUE}:ar")
        case "crisis":
            visit.ask("اريد ان اموت")
        case "areas":
            visit.tap("languages")
        case "long word":
            visit.ask("x" * 400)


@pytest.mark.parametrize("language_id", ["sv", "ar"])
@pytest.mark.parametrize("stop", STOPS)
def test_nothing_is_wider_than_the_narrowest_phone(visiting: Visiting, stop: str, language_id: str) -> None:
    visit = visiting(language_id, viewport=PHONE)
    reach(visit, stop)
    assert visit.too_wide() == []


def test_text_of_double_size_breaks_nothing(visiting: Visiting) -> None:
    visit = visiting("ar", viewport={"width": 640, "height": 900})
    reach(visit, "crisis")
    visit.page.evaluate("document.documentElement.style.fontSize = '228%'")
    assert visit.too_wide() == []
    expect(visit.box).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("stop", STOPS)
def test_all_text_has_enough_contrast(visiting: Visiting, scheme: str, stop: str) -> None:
    visit = visiting("ar", color_scheme=scheme)
    reach(visit, stop)
    assert visit.page.evaluate(LOW_CONTRAST) == []
    luminous = visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(245, 242, 236)"
    assert luminous is (scheme == "light")


@pytest.mark.parametrize("stop", ["welcome", "pair", "crisis", "areas"])
def test_what_can_be_tapped_is_big_enough_for_a_thumb(visiting: Visiting, stop: str) -> None:
    visit = visiting("ar", viewport=PHONE)
    reach(visit, stop)
    small = visit.page.locator("button:visible, a.call, a.exit:visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 44 && !one.matches('.when-focused'))"
        ".map(one => one.outerHTML)"
    )
    assert small == []


def test_numbers_in_text_can_be_hit_with_a_thumb(visiting: Visiting) -> None:
    visit = visiting("ar", viewport=PHONE)
    reach(visit, "answer")
    number = visit.last.locator("a.phone").first
    number.scroll_into_view_if_needed()
    reached = number.evaluate(
        "one => { const box = one.getBoundingClientRect(); const x = box.x + box.width / 2, y = box.y + box.height / 2;"
        " return [-21, 0, 21].map(off => one.contains(document.elementFromPoint(x, y + off))); }"
    )
    assert reached == [True, True, True]


def test_a_number_in_arabic_reads_from_left_to_right(visiting: Visiting) -> None:
    visit = visiting("ar")
    reach(visit, "answer")
    places = visit.last.locator("a.phone bdi").first.evaluate(
        """bdi => {
          const text = bdi.firstChild, at = {};
          for (let i = 0; i < text.length; i++) {
            const range = document.createRange();
            range.setStart(text, i);
            range.setEnd(text, i + 1);
            if (/\\d/.test(range.toString())) at[i] = range.getBoundingClientRect().x;
          }
          return Object.values(at);
        }"""
    )
    assert len(places) == len("0522696000")
    assert places == sorted(places)


def test_swedish_stands_beside_on_screens_and_below_on_phones(visiting: Visiting) -> None:
    for viewport, is_beside in ((SCREEN, True), (PHONE, False)):
        visit = visiting("ar", viewport=viewport)
        reach(visit, "pair")
        own, swedish = (visit.last.locator(".side").nth(index).bounding_box() for index in (0, 1))
        assert own is not None
        assert swedish is not None
        assert (own["y"] == swedish["y"]) is is_beside
        assert (own["x"] > swedish["x"]) is is_beside


def test_colours_of_the_readers_own_keep_shapes_visible(visiting: Visiting) -> None:
    visit = visiting("sv", forced_colors="active")
    reach(visit, "crisis")
    for shape in (".answer.crisis", ".call", ".chip", ".exit"):
        width = visit.page.locator(shape).first.evaluate("one => getComputedStyle(one).borderTopWidth")
        assert width != "0px", shape


def test_a_topic_prints_as_text_alone(visiting: Visiting) -> None:
    visit = visiting("sv")
    visit.open(f"/t/{QUEUE}/sv")
    expect(visit.page.locator("[data-print]")).to_be_visible()
    visit.page.emulate_media(media="print")
    expect(visit.last.locator("h2")).to_be_visible()
    expect(visit.last.locator(".truth")).to_be_visible()
    for hidden in (".ask", "header nav", "footer", ".buttons", ".versions"):
        expect(visit.page.locator(hidden).first).to_be_hidden()
