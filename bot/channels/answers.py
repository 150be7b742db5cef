"""What every door needs of the dialogue."""

from __future__ import annotations

from typing import Protocol

from bot.conversation.replies import Message, Reply


class Answers(Protocol):
    """Answers one message with one reply."""

    def reply(self, message: Message) -> Reply:
        """The reply to one message; may be called from several threads at once."""
        ...
