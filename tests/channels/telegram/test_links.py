"""Links into the bot, and its name where nobody has written it down."""

from __future__ import annotations

import pytest
from pydantic import HttpUrl, SecretStr

from bot.channels.telegram import UsernameError, ask_username, private_link
from bot.conversation.brain import Brain
from bot.conversation.commands import parse_command, start_payload
from bot.settings import Settings
from tests.standin.server import StandIn


def settings(standin: StandIn, token: str | None) -> Settings:
    changes = {"telegram_token": SecretStr(token) if token else None, "telegram_api_url": HttpUrl(standin.url)}
    return Settings(_env_file=None).model_copy(update=changes)


async def test_telegram_is_asked_for_the_name(standin: StandIn) -> None:
    assert await ask_username(settings(standin, standin.token)) == "tillsammans_test_bot"


@pytest.mark.parametrize(("token", "told"), [(None, "TELEGRAM_TOKEN is not set"), ("4711:wrong", "refuses the token")])
async def test_why_it_is_not_known_is_told(standin: StandIn, token: str | None, told: str) -> None:
    with pytest.raises(UsernameError, match=told):
        await ask_username(settings(standin, token))


def test_every_topic_part_and_language_fits_a_link_and_comes_back(brain: Brain) -> None:
    labels = [topic.id for topic in brain.content.topics.values()]
    labels += [f"{topic.id}.{part}" for topic in brain.content.topics.values() for part in topic.texts["sv"].parts]
    for label in labels:
        for language_id in ("", *brain.languages):
            payload = start_payload(label, language_id)
            assert len(payload) <= 64
            assert payload.replace("_", "").replace("-", "").isalnum()
            assert payload.isascii()
            action = parse_command(f"/start {payload}")
            assert action is not None
            assert (action.about, action.language) == (label, language_id)


def test_no_area_has_the_name_of_a_topic(brain: Brain) -> None:
    """A link opens either."""
    assert not set(brain.content.areas["sv"]) & set(brain.content.topics)


def test_a_link_without_a_topic_opens_the_chat() -> None:
    assert private_link("a_bot") == "https://t.me/a_bot"
