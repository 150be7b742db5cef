"""A real browser in front of a real server: started once per file, one fresh profile per visit."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from starlette.applications import Starlette

from bot.channels.web import serve_web
from bot.settings import Settings

CHROMIUM = shutil.which("chromium")
IN_CI = os.environ.get("CI") == "true"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium; where it is missing the test is skipped, but fails in CI."""
    if CHROMIUM is None:
        reason = "Chromium is not installed, so nothing is tried in a browser (apt-get install chromium)"
        if IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)
    # Chromium refuses to run as root with its sandbox, and containers run as root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """Serve on a free port in a thread of its own; gives the address without a slash at the end."""
    bound, ended = threading.Event(), threading.Event()
    told: list[str] = []
    stops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def tell(address: str) -> None:
        told.append(address)
        bound.set()

    async def serve() -> None:
        stop = asyncio.Event()
        stops.append((asyncio.get_running_loop(), stop))
        await serve_web(app, Settings(web_port=0), stop, on_bound=tell)

    def run() -> None:
        asyncio.run(serve())
        ended.set()

    thread = threading.Thread(target=run)
    thread.start()
    assert bound.wait(10)
    yield told[0].rstrip("/")
    loop, stop = stops[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    assert ended.is_set()


class Visit:
    """One person with one browser window."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.mishaps: list[str] = []
        self.fetched: list[str] = []
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.mishaps.append(str(error)))
        page.on("request", lambda request: self.fetched.append(request.url))

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)

    @property
    def answers(self) -> Locator:
        return self.page.locator("#conversation article.answer")

    @property
    def last(self) -> Locator:
        return self.answers.last

    @property
    def box(self) -> Locator:
        return self.page.locator("#question")

    def ask(self, question: str, *, with_script: bool = True) -> None:
        """Type a question, send it, and wait for what comes."""
        before = self.answers.count()
        self.box.fill(question)
        self.page.locator("button.send").click()
        self._wait(before, with_script)

    def tap(self, code: str, *, with_script: bool = True) -> None:
        """Tap the last button of that action, and wait for what comes."""
        before = self.answers.count()
        self.page.locator(f'button[value="{code}"]').last.click()
        self._wait(before, with_script)

    def _wait(self, before: int, with_script: bool) -> None:
        if with_script:
            self.answers.nth(before).wait_for()
            self.page.locator("html:not(.busy)").wait_for()
        else:
            self.page.wait_for_load_state()

    def focused(self, property_: str) -> str:
        """A property of the focused element."""
        return str(self.page.evaluate(f"String(document.activeElement.{property_})"))

    def too_wide(self) -> list[str]:
        """What stands partly outside the window, or makes the page scroll sideways."""
        found: list[str] = self.page.evaluate(TOO_WIDE)
        return found


# Texts are measured by their letters: what overflows on the side a page begins on cannot even be scrolled to.
TOO_WIDE = """
() => {
  const outside = document.documentElement.scrollWidth > innerWidth ? ["scrolls sideways"] : [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const hidden = walker.currentNode.parentElement.closest(".visually-hidden, .skip, .when-focused, template");
    const boxes = hidden ? [] : [...range.getClientRects()];
    if (boxes.some((box) => box.left < -1 || box.right > innerWidth + 1)) outside.push(walker.currentNode.textContent);
  }
  return outside;
}
"""

# Contrast as WCAG 2.2 defines it, of every visible text against the colour really behind it.
LOW_CONTRAST = """
() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const blend = (top, below) => {
    const alpha = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map((i) => top[i] * alpha + below[i] * (1 - alpha));
  };
  const behind = (element) => {
    const chain = [];
    for (let here = element; here; here = here.parentElement) chain.unshift(here);
    return chain.reduce((below, here) => blend(channels(getComputedStyle(here).backgroundColor), below), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || element.closest("template")) continue;
    const below = behind(element);
    const [one, other] = [light(blend(channels(getComputedStyle(element).color), below)), light(below)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${walker.currentNode.textContent.trim().slice(0, 40)}`);
  }
  return low;
}
"""
