"""Draw docs/screenshot.png from the running page: `python -m benchmarks.screenshot`.

An Arabic answer with the Swedish text beside it on a screen, and a Ukrainian one on a phone, with the content as it
stands in the repository. Needs Chromium and Noto fonts (Debian: chromium, fonts-noto-core).
"""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import sys
from datetime import date
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from bot.channels.web import build_web, serve_web
from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.conversation.loading import BrainLoader
from bot.languages.table import Languages
from bot.settings import ROOT, Settings

PICTURE = ROOT / "docs" / "screenshot.png"
TODAY = date(2026, 11, 21)
TOPIC = "sfi"
SCREEN, PHONE = (1120, 800), (380, 800)
SHARPNESS = 1.5

FRAME = """<!doctype html><style>
body {{ margin: 0; padding: 36px; display: flex; gap: 32px; align-items: center; width: fit-content; }}
body {{ background: #dfe7e3; }}
img {{ display: block; border-radius: 14px; box-shadow: 0 10px 34px rgb(11 74 79 / 28%); }}
img + img {{ border: 9px solid #17282a; border-radius: 38px; }}
</style><img src="{screen}" width="{screen_width}"><img src="{phone}" width="{phone_width}">"""


def load_brain() -> Brain:
    """The content of the repository; ends the program when it has errors."""
    languages = Languages.load(ROOT / "locales" / "languages.yaml")
    loaded = BrainLoader(ROOT / "knowledge", ROOT / "locales", languages).load(TODAY)
    if loaded.brain is None:
        sys.exit("The content has errors; `tillsammans check` shows them.")
    return loaded.brain


async def draw(brain: Brain, target: Path) -> None:
    """Serve the page, visit it twice, and put both windows into one picture."""
    app = build_web(Dialogue(lambda: brain, lambda: TODAY), brain=lambda: brain, health=lambda: {"ok": True})
    stop, address = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_web(app, Settings(web_port=0), stop, on_bound=address.set_result))
    executable = shutil.which("chromium") or sys.exit("Chromium is not installed.")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=arguments)
        screen = await visit(browser, await address, brain, "ar", SCREEN, beside=True)
        phone = await visit(browser, await address, brain, "uk", PHONE, beside=False)
        frame = await browser.new_page(device_scale_factor=SHARPNESS, viewport={"width": 1700, "height": 900})
        await frame.set_content(FRAME.format(screen=screen, phone=phone, screen_width=SCREEN[0], phone_width=PHONE[0]))
        target.parent.mkdir(exist_ok=True)
        await frame.locator("body").screenshot(path=target)
        await browser.close()
    stop.set()
    await serving


async def visit(
    browser: Browser, address: str, brain: Brain, language_id: str, size: tuple[int, int], *, beside: bool
) -> str:
    """Choose a language and ask about TOPIC; gives the window as a data: address."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, device_scale_factor=SHARPNESS, reduced_motion="reduce"
    )
    await context.add_cookies([{"name": "language", "value": language_id, "url": address}])
    page = await context.new_page()
    await page.goto(address)
    await page.fill("#question", max(brain.content.topics[TOPIC].texts[language_id].ask, key=len))
    await page.click("button.send")
    await answered(page, 2)
    if beside:
        await page.click(f'button[value="swedish:{TOPIC}:{language_id}"]')
        await answered(page, 3)
    # The top of the page belongs in the picture: what came before the last question is left out.
    await page.locator("#conversation").evaluate("log => { while (log.children.length > 2) log.firstChild.remove(); }")
    await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    await page.mouse.move(0, 0)
    picture = await page.screenshot()
    await context.close()
    return "data:image/png;base64," + base64.b64encode(picture).decode()


async def answered(page: Page, count: int) -> None:
    """Wait until so many answers stand in the conversation."""
    await page.locator("#conversation article.answer").nth(count - 1).wait_for()
    await page.locator("html:not(.busy)").wait_for()


if __name__ == "__main__":
    asyncio.run(draw(load_brain(), PICTURE))
    print(PICTURE.relative_to(ROOT))
