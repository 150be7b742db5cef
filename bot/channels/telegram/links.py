"""Links that open this bot in Telegram, at a topic if one is given."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.conversation.commands import start_payload


def private_link(username: str, label: str = "", language_id: str = "") -> str:
    """The private chat with the bot `username`, opened at a topic, part or area, in a language if one is given."""
    bot = f"https://t.me/{username}"
    return f"{bot}?start={start_payload(label, language_id)}" if label else bot


def share_link(username: str, label: str, title: str) -> str:
    """Telegram's own page for choosing a chat and sending a link with `title` there."""
    return "https://t.me/share/url?" + urlencode({"url": private_link(username, label), "text": title})
