"""The terminal door: the whole conversation at a prompt, buttons by their number."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.channels.answers import Answers
from bot.conversation.replies import Block, Button, ChooseLanguage, Document, Forget, Kind, Message, Reply, Style
from bot.knowledge.rendering import Link, Phone

_STYLES = {Style.HEADING: "bold", Style.NOTICE: "yellow", Style.LABEL: "dim"}


class TerminalChat:
    """One resident at a terminal; the chosen language lives as long as the window."""

    def __init__(
        self, dialogue: Answers, console: Console, read: Callable[[str], str], client_language: str | None
    ) -> None:
        """`read` shows a prompt and returns a line; it raises EOFError at the end."""
        self._dialogue, self._console, self._read = dialogue, console, read
        self._client_language = client_language
        self._chosen: str | None = None
        self._buttons: list[Button] = []

    def run(self) -> None:
        """Talk until the input ends or the resident breaks off."""
        self._show(self._ask(Message(client_language=self._client_language)))
        while True:
            try:
                line = self._read("> ")
            except (EOFError, KeyboardInterrupt):
                self._console.print()
                return
            self._show(self._ask(self._message(line)))

    def _message(self, line: str) -> Message:
        number = line.strip()
        if number.isascii() and number.isdigit() and 1 <= int(number) <= len(self._buttons):
            action = self._buttons[int(number) - 1].action
            return Message(action=action, chosen=self._chosen, client_language=self._client_language)
        return Message(text=line, chosen=self._chosen, client_language=self._client_language)

    def _ask(self, message: Message) -> Reply:
        reply = self._dialogue.reply(message)
        for effect in reply.effects:
            match effect:
                case ChooseLanguage(language_id):
                    self._chosen = language_id
                case Forget():
                    self._chosen = None
        return reply

    def _show(self, reply: Reply) -> None:
        self._console.print()
        for block in reply.blocks:
            self._console.print(_drawn(block, is_crisis=reply.kind is Kind.CRISIS))
        if reply.beside:
            self._console.rule()
            for block in reply.beside:
                self._console.print(_drawn(block))
        for document in reply.documents:
            self._console.print(Text(str(_kept(document))))
        self._buttons = [button for row in reply.buttons for button in row]
        for number, button in enumerate(self._buttons, start=1):
            self._console.print(Text(f"  {number}. {button.text}", style="cyan"))


def _kept(document: Document) -> Path:
    """Where the file was put: in the folder for what may be deleted."""
    path = Path(tempfile.mkdtemp(prefix="tillsammans-")) / document.name
    path.write_bytes(document.content)
    return path


def _drawn(block: Block, *, is_crisis: bool = False) -> Text:
    drawn = Text("• " if block.style is Style.ITEM else "", style=_STYLES.get(block.style, ""))
    for span in block.spans:
        match span:
            case Phone():
                drawn.append(span.text, style="bold red" if is_crisis else "bold")
            case Link():
                drawn.append(span.text, style=f"underline link {span.url}")
            case _:
                drawn.append(span.text)
    if block.style is Style.HEADING:
        drawn.append("\n")
    return drawn
