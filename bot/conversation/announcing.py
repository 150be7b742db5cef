"""Announcements in words: what is new, moved, cancelled or soon, in the language of each reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from bot.activities.model import Activity, Occurrence
from bot.activities.wording import in_a_line, state, when, where
from bot.announcements.model import Digest, Kind, News, Receipt
from bot.announcements.snapshots import Change
from bot.conversation.activity_names import activity_button, title_of
from bot.conversation.brain import Brain
from bot.conversation.composing import Turn
from bot.conversation.interests import mine_button
from bot.conversation.receipts import receipt_line
from bot.conversation.reminding import stop_series_button
from bot.conversation.replies import Block, Button, Reply, Style
from bot.knowledge.rendering import Plain
from bot.languages.bidi import isolate
from bot.languages.table import SOURCE, Language
from bot.languages.words import N_, Texts

TIMES_SHOWN = 3
DIGEST_SHOWN = 15

_HEADINGS = {
    Kind.PUBLISHED: N_("New: {title}"),
    Kind.CHANGED: N_("Changed: {title}"),
    Kind.CANCELLED: N_("Cancelled: {title}"),
    Kind.REMINDER: N_("Soon: {title}"),
}


class AnnouncementComposer:
    """Puts announcements into words with the content in service, as `bot.announcements.model.Composer` says."""

    def __init__(self, brain: Callable[[], Brain], today: Callable[[], date], staff: Texts) -> None:
        """`staff` are the words of messages to the staff chat."""
        self._brain, self._today, self._staff = brain, today, staff

    def compose(self, told: News | Digest, language_id: str) -> Reply:
        """The message to a reader of a language; one the bot no longer has is read as Swedish."""
        brain = self._brain()
        language = brain.languages[language_id if language_id in brain.languages else SOURCE]
        turn = Turn(brain, language, language.id, None, self._today())
        return _digest(turn, told) if isinstance(told, Digest) else _news(turn, told)

    def receipt(self, receipt: Receipt) -> Reply:
        """What became of an announcement, for the staff chat."""
        return self._to_staff(receipt_line(self._staff, receipt))

    def alert(self, trouble: str) -> Reply:
        """A trouble, for the staff chat."""
        return self._to_staff(trouble)

    def _to_staff(self, line: str) -> Reply:
        return Reply(self._staff.language, (Block((Plain(line),), self._staff.language),))


def _news(turn: Turn, news: News) -> Reply:
    title, language = title_of(turn, news.activity)
    blocks: list[Block] = []
    if news.is_repeat:
        blocks.append(turn.say("You may have got this before.", Style.NOTICE))
    blocks += [_heading(turn, news.kind, title, language), *_said(turn, news), *_vouching(turn, language)]
    more = activity_button(turn, news.activity)
    card = Button(turn.texts("Read more"), more.action, turn.texts.language)
    rows = ((card,), (stop_series_button(turn, news.activity), mine_button(turn)))
    return Reply(turn.texts.language, tuple(blocks), buttons=rows)


def _heading(turn: Turn, kind: Kind, title: str, language: Language) -> Block:
    if kind is Kind.EDITED:
        return Block((Plain(title),), language, Style.HEADING)
    return turn.say(_HEADINGS[kind], Style.HEADING, title=title)


def _said(turn: Turn, news: News) -> Iterator[Block]:
    match news.kind:
        case Kind.CHANGED | Kind.CANCELLED:
            for change in news.changes:
                yield from _changed(turn, news.activity, change)
        case Kind.REMINDER if news.occurrence is not None:
            yield _item(turn, news.activity, news.occurrence)
        case Kind.EDITED:
            yield turn.say("This has changed since I wrote it. The newest is:", Style.NOTICE)
            yield from _times(turn, news.activity)
        case _:
            yield from _times(turn, news.activity)


def _times(turn: Turn, activity: Activity) -> Iterator[Block]:
    for occurrence in activity.occurrences[:TIMES_SHOWN]:
        yield _item(turn, activity, occurrence)
    if len(activity.occurrences) > TIMES_SHOWN:
        yield turn.say("It continues after that.")


def _item(turn: Turn, activity: Activity, occurrence: Occurrence) -> Block:
    return Block((Plain(in_a_line(activity, occurrence, turn.texts)),), turn.texts.language, Style.ITEM)


def _changed(turn: Turn, activity: Activity, change: Change) -> Iterator[Block]:
    """An occasion that was added, does not take place, or is at another time or place."""
    texts = turn.texts
    if change.before is None or change.is_cancellation:
        yield _item(turn, activity, change.after)
        return
    before, after = change.before, change.after
    if (before.start, before.end) != (after.start, after.end):
        yield turn.say("New time: {new}. It was: {old}.", Style.ITEM, new=when(after, texts), old=when(before, texts))
    if (before.place.name, before.place.address) != (after.place.name, after.place.address):
        yield turn.say(
            "New place: {new}. It was: {old}.",
            Style.ITEM,
            new=where(after.place, texts),
            old=where(before.place, texts),
        )
    if before.status is not after.status and (before.start, before.place) == (after.start, after.place):
        yield Block((Plain(state(after, when(after, texts), texts)),), texts.language, Style.ITEM)


def _vouching(turn: Turn, language: Language) -> Iterator[Block]:
    if language.id != turn.language.id:
        yield turn.say(
            "This answer is not in {language} yet. Here it is in {other}.",
            Style.NOTICE,
            language=turn.language.name,
            other=language.name,
        )


def _digest(turn: Turn, digest: Digest) -> Reply:
    blocks = [turn.say("This is on in the coming week:", Style.HEADING)]
    for activity, occurrence in digest.items[:DIGEST_SHOWN]:
        title = isolate(title_of(turn, activity)[0], turn.texts.language.direction, is_text=True)
        line = f"{title}: {in_a_line(activity, occurrence, turn.texts)}"
        blocks.append(Block((Plain(line),), turn.texts.language, Style.ITEM))
    if len(digest.items) > DIGEST_SHOWN:
        blocks.append(turn.say("There is more. Choose a day, a subject or an area."))
    rows = ((turn.activities_button, mine_button(turn)),)
    return Reply(turn.texts.language, tuple(blocks), buttons=rows)
