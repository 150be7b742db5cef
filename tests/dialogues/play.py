"""Playing a dialogue with the whole bot over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.channels.telegram.codes import decode_tap
from bot.languages.bidi import FSI, LRI, PDI, first_strong, strip_controls
from tests.dialogues.coordinator import Coordinator
from tests.dialogues.foreign import foreign
from tests.dialogues.script import Expected, Script, Step, fill
from tests.standin.people import ATTACHMENTS, Person, buttons
from tests.standin.running import Running
from tests.standin.world import Json

_ISOLATED = re.compile(f"[{LRI}{FSI}][^{LRI}{FSI}{PDI}]*{PDI}")
_GROUPS_OF_FIGURES = re.compile(r"\d[\s:./–-]+\d")


@dataclass
class Play:
    """One dialogue being played by `person`."""

    script: Script
    language: str
    content: Coordinator
    running: Running
    person: Person
    question: Json = field(default_factory=dict)
    offered: Json = field(default_factory=dict)

    async def run(self) -> None:
        """Play every step; raises AssertionError that names the one that went wrong."""
        for number, step in enumerate(self.script.steps, start=1):
            before = len(self._messages)
            await self._do(step)
            await self.person.world.all_confirmed()
            try:
                await self._check(step.expect, before)
            except AssertionError as error:
                shown = self._messages[-1].get("text") if self._messages else "nothing"
                raise AssertionError(
                    f"step {number} ({step.say or step.tap or step.edit or step.inline or 'meanwhile'}): {error}\n{shown}"
                ) from error

    @property
    def _messages(self) -> list[Json]:
        return self.person.world.of_bot(self.person.chat.id)

    def _fill(self, text: str) -> str:
        return fill(text, self.content.brain, self.language)

    async def _do(self, step: Step) -> None:
        if step.say is not None:
            self.question = await self.person.say(self._fill(step.say))
        elif step.tap is not None:
            await self._tap(self._fill(step.tap))
        elif step.edit is not None:
            await self.person.edit(self.question, self._fill(step.edit))
        elif step.send is not None:
            self.question = await self.person.send(ATTACHMENTS[step.send])
        elif step.inline is not None:
            self.offered = await self.person.inquire(self._fill(step.inline))
        elif step.publish is not None:
            await self.content.publish(step.publish)
        elif step.wait is not None:
            await self.content.wait(step.wait)

    async def _tap(self, wanted: str) -> None:
        for message in reversed(self._messages):
            for button in buttons(message):
                code = button.get("callback_data", "")
                if code and (strip_controls(button["text"]) == wanted or _does(code, wanted)):
                    query = await self.person.tap_code(message, code)
                    await self.person.world.all_confirmed()
                    assert query in self.person.world.answered_queries, "the tap was not acknowledged"
                    return
        raise AssertionError(f"there is no button '{wanted}', only {self.person.labels()}")

    async def _check(self, expected: Expected, before: int) -> None:
        for said in self.person.world.said(self.person.chat.id):
            check_direction(said.get("text", ""))
            for button in buttons(said):
                check_direction(button["text"])
        messages = self._messages
        shown = strip_controls(messages[-1].get("text", "")) if messages else ""
        labels = [strip_controls(button["text"]) for button in buttons(messages[-1])] if messages else []
        for text in map(self._fill, expected.text):
            assert text in shown, f"'{text}' is not there"
        for text in map(self._fill, expected.without):
            assert text not in shown, f"'{text}' is there"
        for label in map(self._fill, expected.buttons):
            assert label in labels, f"there is no button '{label}', only {labels}"
        for result in self.offered.get("results", ()):
            for text in (result["title"], result.get("description", ""), result["message"]["text"]):
                check_direction(text)
        links = [button["url"] for button in buttons(messages[-1]) if "url" in button] if messages else []
        for link in map(self._fill, expected.links):
            assert any(link in address for address in links), f"no button leads to '{link}', only to {links}"
        titles = [strip_controls(result["title"]) for result in self.offered.get("results", ())]
        wanted = [self._fill(title) for title in expected.results]
        assert titles[: len(wanted)] == wanted, f"{titles} are offered"
        if expected.own_language:
            found = foreign(shown, labels, self.language, self.content.brain)
            assert not found, f"not in {self.language}: {found}"
        if expected.file is not None:
            content = self.person.world.files[messages[-1]["document"]["file_id"]].decode()
            assert self._fill(expected.file) in content.replace("\r\n ", ""), "that does not stand in the file"
        if expected.messages is not None:
            assert len(messages) == expected.messages, f"{len(messages)} messages stand there"
        if expected.in_place is not None:
            assert (len(messages) == before) is expected.in_place, f"{len(messages) - before} messages were added"
        if expected.chosen is not None:
            chosen = await self.running.subscribers.language_of(self.person.chat.id)
            assert (chosen or "nothing") == expected.chosen, f"{chosen} is stored"


def check_direction(text: str) -> None:
    """Isolates are balanced in every line, and figures that would swap places stand inside one."""
    for line in text.splitlines():
        bare = _ISOLATED.sub("", line)
        assert not set(bare) & {LRI, FSI, PDI}, f"isolates are not balanced in {line!a}"
        if first_strong(bare) == "rtl":
            assert not _GROUPS_OF_FIGURES.search(bare), f"figures that would swap places in {line!a}"


def _does(code: str, wanted: str) -> bool:
    """Whether a button with this code does "@verb" or "@verb:about"."""
    tap = decode_tap(code)
    verb, _, about = wanted.removeprefix("@").partition(":")
    return wanted.startswith("@") and tap is not None and tap.action.verb == verb and about in ("", tap.action.about)
