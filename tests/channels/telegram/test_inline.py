"""Inline mode and sharing: answers sent in other chats."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest

from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from tests.standin import faults
from tests.standin.people import Person, buttons
from tests.standin.running import Running, running_bot
from tests.standin.server import StandIn

NAME = "tillsammans_test_bot"


@pytest.fixture
async def bot(standin: StandIn, dialogue: Dialogue, tmp_path: Path) -> AsyncIterator[Running]:
    """The bot with the content of the repository."""
    async with running_bot(standin.url, dialogue, tmp_path / "bot.db") as running:
        yield running


@pytest.fixture
def kim(standin: StandIn, bot: Running) -> Person:
    return Person(standin.world, 5, "en")


async def test_a_question_in_any_chat_is_answered_with_the_whole_card(kim: Person, brain: Brain) -> None:
    offered = await kim.inquire("how to apply for sfi")
    assert (offered["is_personal"], offered["cache_time"]) == (True, 10)
    first = offered["results"][0]
    assert (first["id"], first["title"]) == ("sfi", brain.title("sfi", "en"))
    assert first["description"]
    assert brain.title("sfi", "en") in first["message"]["text"]
    assert "Source:" in first["message"]["text"]
    assert buttons(first["message"])[0]["url"] == f"https://t.me/{NAME}?start=sfi"
    assert 1 < len(offered["results"]) <= 5


async def test_a_word_that_can_mean_several_things_offers_them(kim: Person) -> None:
    offered = await kim.inquire("hyra")
    assert {"tenant-rights", "sublet"} <= {result["id"] for result in offered["results"]}


async def test_it_is_in_the_language_that_was_chosen(kim: Person, bot: Running, brain: Brain) -> None:
    await bot.subscribers.choose_language(5, "so")
    assert (await kim.inquire("sfi"))["results"][0]["title"] == brain.title("sfi", "so")


async def test_while_nothing_is_typed_areas_are_offered(kim: Person, brain: Brain) -> None:
    offered = await kim.inquire(" ")
    assert len(offered["results"]) == 5
    for result in offered["results"]:
        topics = brain.content.in_area(result["id"])
        assert result["title"] == brain.content.area_title(result["id"], ["en"])[0]
        assert all(f"• {brain.title(topic.id, 'en')}" in result["message"]["text"] for topic in topics)
    link = buttons(offered["results"][0]["message"])[0]["url"]
    await kim.say(f"/start {parse_qs(urlparse(link).query)['start'][0]}")
    assert (await kim.last())["text"] == offered["results"][0]["title"]


@pytest.mark.parametrize("text", ["my husband beats me", "I want to kill myself", "divorce", "rape"])
async def test_of_danger_and_other_sensitive_things_only_numbers_are_offered(
    kim: Person, brain: Brain, text: str
) -> None:
    numbers = {fact.value for fact in brain.content.facts.values() if fact.kind == "phone"}
    names = {fact.name for fact in brain.content.facts.values()}
    sensitive = [
        result
        for result in (await kim.inquire(text))["results"]
        if "." in result["id"] or result["id"] not in brain.content.topics
    ]
    assert sensitive
    for result in sensitive:
        for line in result["message"]["text"].splitlines():
            number = next(number for number in sorted(numbers, key=len, reverse=True) if line.endswith(number))
            assert line.removeprefix("•").removesuffix(number).strip() in {*names, ""}


async def test_what_has_no_answer_leads_to_the_private_chat(kim: Person) -> None:
    offered = await kim.inquire("qwxz zxqw wzxq")
    assert offered["results"] == []
    assert offered["button"] == {"text": "Continue in private", "start_parameter": "inline"}


async def test_a_query_too_old_to_be_answered_disturbs_nothing(
    kim: Person, standin: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    standin.fail("answerInlineQuery", faults.Fault(400, "Bad Request: query is too old"))
    with pytest.raises(KeyError):
        await kim.inquire("sfi")
    assert "not answered" not in caplog.text


async def test_what_was_sent_with_our_help_is_no_question(kim: Person, standin: StandIn) -> None:
    await kim.say("SFI", via_bot=standin.world.me)
    assert await kim.hears() == []


# Sharing -----------------------------------------------------------------------------------------------------------


async def test_an_answer_can_be_shared_whole(kim: Person, brain: Brain) -> None:
    await kim.say("how to apply for sfi")
    (query,) = [
        button["switch_inline_query"] for button in buttons(await kim.last()) if "switch_inline_query" in button
    ]
    assert (await kim.inquire(query))["results"][0]["id"] == "sfi"


async def test_what_is_sensitive_and_what_is_no_answer_cannot(kim: Person) -> None:
    for text in ("my husband beats me", "hello", "qwxz zxqw wzxq"):
        await kim.say(text)
        assert "Share this answer" not in [button["text"] for button in buttons(await kim.last())]


async def test_without_inline_mode_a_link_is_shared(
    standin: StandIn, dialogue: Dialogue, brain: Brain, tmp_path: Path
) -> None:
    standin.world.me["supports_inline_queries"] = False
    async with running_bot(standin.url, dialogue, tmp_path / "bot.db"):
        kim = Person(standin.world, 5, "en")
        await kim.say("how to apply for sfi")
        (url,) = [button["url"] for button in buttons(await kim.last()) if "url" in button]
    shared = parse_qs(urlparse(url).query)
    assert shared == {"url": [f"https://t.me/{NAME}?start=sfi"], "text": [brain.title("sfi", "en")]}


def test_the_title_of_every_topic_finds_it(brain: Brain, dialogue: Dialogue) -> None:
    """Sharing types the title as a question."""
    missed = []
    for topic in brain.content.topics.values():
        if topic.meta.sensitivity == "normal":
            for language_id in ("sv", "en"):
                understood = dialogue.understand(brain.title(topic.id, language_id), language_id)
                if topic.id not in [candidate.topic for candidate in understood.candidates[:1]]:
                    missed.append((language_id, topic.id))
    assert not missed
