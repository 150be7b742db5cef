"""What is read without the library is what the library reads."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update, User

from bot.channels.telegram.incoming import read_plain, read_raw, read_update

ME = User(4711, "Tillsammans", is_bot=True, username="tillsammans_test_bot")
PERSON = {"id": 5, "is_bot": False, "first_name": "Kim", "language_code": "so"}
PRIVATE = {"id": 5, "type": "private", "first_name": "Kim"}


def update(**more: object) -> dict[str, Any]:
    """A text in a private chat; a field that is None is left out."""
    message = {"message_id": 7, "date": 1_764_000_000, "chat": PRIVATE, "from": PERSON, "text": "hej"} | more
    return {"update_id": 9, "message": {key: value for key, value in message.items() if value is not None}}


@given(
    text=st.text(min_size=1),
    language=st.sampled_from(["so", "pt-br", None]),
    entities=st.sampled_from([None, [{"type": "bot_command", "offset": 0, "length": 1}]]),
)
def test_a_plain_text_is_read_as_the_library_reads_it(text: str, language: str | None, entities: object) -> None:
    sender = {key: value for key, value in (PERSON | {"language_code": language}).items() if value is not None}
    raw = update(text=text, entities=entities, **{"from": sender})
    asked = read_plain(raw)
    assert asked is not None
    assert asked == read_update(Update.de_json(raw), ME)


OTHERS: dict[str, dict[str, Any]] = {
    "forwarded": update(forward_origin={"type": "hidden_user", "date": 0, "sender_user_name": "Kim"}),
    "sent with our own help": update(via_bot={"id": 4711, "is_bot": True, "first_name": "Tillsammans"}),
    "a group": update(chat={"id": -5, "type": "group", "title": "Grannar"}),
    "a bot": update(**{"from": PERSON | {"is_bot": True}}),
    "no sender": update(**{"from": None}),
    "empty": update(text=""),
    "a sticker": update(text=None),
    "an edit": {"update_id": 9, "edited_message": update()["message"]},
    "a language that is no text": update(**{"from": PERSON | {"language_code": 5}}),
}


@pytest.mark.parametrize("name", OTHERS)
def test_everything_else_is_left_to_the_library(name: str) -> None:
    assert read_plain(OTHERS[name]) is None


@pytest.mark.parametrize("name", ["text", "chat", "message_id", "from"])
def test_what_looks_odd_is_left_to_the_library(name: str) -> None:
    assert read_plain(update(**{name: ["odd"]})) is None


def test_an_update_is_handled_in_the_order_of_its_chat() -> None:
    for raw in (update(chat=PRIVATE | {"id": 6}), OTHERS["forwarded"] | {"update_id": 10}):
        arrived = read_raw(raw, None, ME)  # type: ignore[arg-type]
        assert arrived.update_id == raw["update_id"]
        assert arrived.key == raw["message"]["chat"]["id"]
