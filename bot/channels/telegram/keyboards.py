"""The buttons under a message, as the Bot API takes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from telegram import User

from bot.channels.telegram.bot_api import Json
from bot.channels.telegram.codes import encode_hide, encode_tap
from bot.channels.telegram.links import private_link, share_link
from bot.conversation.replies import Kind, Reply, Style
from bot.languages.bidi import strip_controls
from bot.languages.words import N_, Texts

HIDE = N_("Hide this")
SHARE = N_("Share this answer")
PRIVATELY = N_("Continue in private")
# What Telegram takes of a query typed by a button.
_LONGEST_QUERY = 256


@dataclass(frozen=True, slots=True)
class Keyboards:
    """Makes keyboards for the bot `me`; `texts` gives its own words in a language."""

    me: User
    texts: Callable[[str], Texts]

    def under(self, reply: Reply, hidden_too: tuple[int, ...], *, is_one_message: bool) -> Json | None:
        """The buttons of a reply in a private chat; `hidden_too` are the messages that go when it is hidden."""
        rows = rows_of(reply, is_one_message=is_one_message)
        own_words = self.texts(reply.language.id)
        if reply.is_sensitive:
            rows.append([{"text": own_words(HIDE), "callback_data": encode_hide(hidden_too)}])
        elif reply.kind is Kind.ANSWER and len(reply.topics) == 1 and (title := title_of(reply)):
            rows.append([self._share(own_words(SHARE), reply.topics[0], title)])
        return keyboard(rows)

    def to_private(self, language_id: str, label: str = "", shown_in: str = "") -> Json:
        """The way from a group, or from somebody else's chat, to the private chat, and there to a topic."""
        url = private_link(self.me.username or "", label, shown_in)
        return {"inline_keyboard": [[{"text": self.texts(language_id)(PRIVATELY), "url": url}]]}

    def _share(self, text: str, label: str, title: str) -> Json:
        """Sent on as the whole answer where inline mode is on (a switch at @BotFather), otherwise as a link to it."""
        if self.me.supports_inline_queries:
            return {"text": text, "switch_inline_query": title[:_LONGEST_QUERY]}
        return {"text": text, "url": share_link(self.me.username or "", label, title)}


def rows_of(reply: Reply, *, is_one_message: bool) -> list[list[Json]]:
    """The buttons that the dialogue gave a reply, row after row."""
    return [
        [
            {"text": button.text, "callback_data": encode_tap(button.action, reply, is_one_message=is_one_message)}
            for button in row
        ]
        for row in reply.buttons
    ]


def keyboard(rows: Sequence[Sequence[Json]]) -> Json | None:
    """Rows of buttons as a keyboard; None without any."""
    return {"inline_keyboard": rows} if rows else None


def title_of(reply: Reply) -> str:
    """The title of the answer, without marks of direction; empty for a reply that has none."""
    return strip_controls(next((block.text for block in reply.blocks if block.style is Style.HEADING), ""))
