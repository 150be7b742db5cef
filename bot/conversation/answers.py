"""Answer cards as replies: the text, its truth label, and the ways on from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.conversation.actions import Action, Verb
from bot.conversation.composing import EMERGENCY, SWITCHBOARD, Turn
from bot.conversation.replies import Block, Button, Kind, Reply, Style
from bot.knowledge.cards import Card
from bot.knowledge.fingerprints import TranslationState
from bot.knowledge.rendering import Link, Plain, Span
from bot.languages.bidi import isolate
from bot.languages.dates import date_in_words
from bot.languages.table import SOURCE

RELATED_SHOWN = 3
# About 10 KB each.
ANSWERS_KEPT = 1000


def answer(turn: Turn, labels: Sequence[str], *, is_crisis: bool = False) -> Reply:
    """The cards of one or more topics in the language of the turn, each with its truth label."""
    kept, key = turn.brain.answers, (tuple(labels), is_crisis, turn.language.id, turn.chosen, turn.today)
    reply = kept.get(key)
    if reply is None:
        reply = _compose(turn, labels, is_crisis=is_crisis)
        if len(kept) >= ANSWERS_KEPT:
            kept.clear()
        kept[key] = reply
    return reply


def _compose(turn: Turn, labels: Sequence[str], *, is_crisis: bool) -> Reply:
    cards = [turn.brain.card(label, turn.language.id) for label in labels]
    blocks = [block for card in cards for block in (*card_blocks(card), *truth_label(turn, card))]
    reply = Reply(
        language=cards[0].language,
        blocks=tuple(blocks),
        kind=Kind.CRISIS if is_crisis else Kind.ANSWER,
        buttons=tuple(_buttons(turn, cards)),
        topics=tuple(card.label for card in cards),
        is_sensitive=is_crisis or any(card.sensitivity != "normal" for card in cards),
    )
    return with_emergency_number(turn, reply) if is_crisis else reply


def emergency_line(turn: Turn) -> Block:
    """The emergency number, offered without asking why."""
    return turn.say("In danger now? Call {number}.", Style.TEXT, number=turn.fact(EMERGENCY))


def with_emergency_number(turn: Turn, reply: Reply) -> Reply:
    """`reply` with the emergency number in front of it, where it does not begin with that number anyway."""
    if reply.phones and reply.phones[0].number == turn.brain.content.facts[EMERGENCY].value:
        return reply
    return replace(reply, blocks=(emergency_line(turn), *reply.blocks))


def beside_swedish(turn: Turn, label: str) -> Reply:
    """The card in the language of the turn with the Swedish one beside it, to be shown at a counter."""
    own, swedish = turn.brain.card(label, turn.language.id), turn.brain.card(label, SOURCE)
    shown = (*card_blocks(own), *truth_label(turn, own))
    return Reply(
        language=own.language,
        blocks=shown,
        beside=card_blocks(swedish) if own.language.id != SOURCE else (),
        kind=Kind.ANSWER,
        buttons=((turn.areas_button, turn.language_button),),
        topics=(label,),
        is_sensitive=own.sensitivity != "normal",
    )


def other_languages(turn: Turn, label: str) -> Reply:
    """Buttons that show the same answer in another language, without changing the chosen one."""
    topic = turn.brain.card(label, turn.language.id)
    written = [
        language
        for language in turn.brain.languages.values()
        if language.id in turn.brain.content.topics[topic.topic].texts
    ]
    buttons = [Button(language.name, Action(Verb.TOPIC, label, language.id), language) for language in written]
    return Reply(
        language=turn.texts.language,
        blocks=(turn.say("Show this answer in:"),),
        buttons=in_rows(buttons, 2),
        topics=(label,),
    )


def in_rows(buttons: Sequence[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    """Buttons in rows of `width`."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def card_blocks(card: Card) -> tuple[Block, ...]:
    """Title and text of a card."""
    heading = Block((Plain(card.title),), card.language, Style.HEADING)
    rows = (Block(row.spans, card.language, Style.ITEM if row.is_item else Style.TEXT) for row in card.paragraphs)
    return (heading, *rows)


def truth_label(turn: Turn, card: Card) -> Iterator[Block]:
    """Where the text comes from, when it was checked, who vouches for it; in the language of the turn."""
    language = turn.texts.language
    if card.language.id != turn.language.id:
        yield turn.say(
            "This answer is not in {language} yet. Here it is in {other}.",
            Style.NOTICE,
            language=turn.language.name,
            other=card.language.name,
        )
    if card.review_by < turn.today:
        yield turn.say(
            "This text should have been checked by {date}. Call {number} to ask if it still holds.",
            Style.NOTICE,
            date=date_in_words(card.review_by, language),
            number=turn.fact(SWITCHBOARD),
        )
    yield from _who_vouches(turn, card)
    yield turn.say("Facts checked: {date}", Style.LABEL, date=date_in_words(card.checked, language))
    spans: list[Span] = []
    for source in card.sources:
        title = isolate(source.title, language.direction, is_text=True)
        spans += [Plain(", " if spans else ""), Link(title, source.url) if source.url else Plain(title)]
    yield Block((*turn.say("Source:", Style.LABEL).spans, Plain(" "), *spans), language, Style.LABEL)


def _who_vouches(turn: Turn, card: Card) -> Iterator[Block]:
    if card.state is TranslationState.REVIEWED and card.vouched is not None:
        yield turn.say(
            "Read and approved by {name}, {date}.",
            Style.LABEL,
            name=card.vouched.by,
            date=date_in_words(card.vouched.date, turn.texts.language),
        )
    elif card.language.id == SOURCE:
        yield turn.say("Written by a machine from the source. No person has approved the text yet.", Style.LABEL)
    elif card.state is TranslationState.OUTDATED:
        yield turn.say(
            "The Swedish text has changed since this was translated. Something here may be old.", Style.NOTICE
        )
    else:
        yield turn.say("Translated by a machine. No person has checked the translation yet.", Style.LABEL)


def _buttons(turn: Turn, cards: Sequence[Card]) -> Iterator[tuple[Button, ...]]:
    first = cards[0]
    if first.language.id != SOURCE:
        yield tuple(
            turn.button("Show in Swedish too", Action(Verb.SWEDISH, card.label, turn.language.id))
            if len(cards) == 1
            else turn.button(
                "In Swedish: {title}", Action(Verb.SWEDISH, card.label, turn.language.id), title=card.title
            )
            for card in cards
        )
    yield (turn.button("In another language", Action(Verb.OTHER_LANGUAGE, first.label, turn.language.id)),)
    if turn.chosen and turn.chosen != turn.language.id:
        yield (
            turn.button(
                "Always answer in {language}",
                Action(Verb.CHOOSE_LANGUAGE, turn.language.id),
                language=turn.language.name,
            ),
        )
    shown = {card.topic for card in cards}
    related = dict.fromkeys(key for card in cards for key in card.related if key not in shown)
    for key in list(related)[:RELATED_SHOWN]:
        yield (topic_button(turn, key),)
    yield (turn.areas_button,)


def topic_button(turn: Turn, label: str) -> Button:
    """A button that opens a topic, with its title in the language of the turn or its nearest fallback."""
    title, language = turn.brain.title_in(label, turn.language.id)
    return Button(title, Action(Verb.TOPIC, label, turn.language.id), language)
