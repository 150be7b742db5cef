"""Whether what people say that is no question can be told apart, and whether everybody can ask the bot to stop."""

from __future__ import annotations

from typing import get_args

from bot.knowledge.problems import did_you_mean, say
from bot.knowledge.reading import Reading
from bot.knowledge.schema import SmallTalkKind

STOP = "stop"
KINDS = frozenset(get_args(SmallTalkKind))


def check_small_talk(reading: Reading) -> None:
    """Check the kinds of every language and its stop words; what is wrong is added to `reading.problems`."""
    spoken = reading.content.small_talk
    taken = {
        phrase.casefold(): (language_id, kind)
        for language_id, kinds in spoken.items()
        for kind, phrases in kinds.items()
        if kind != STOP
        for phrase in phrases
    }
    for language_id, kinds in spoken.items():
        path = f"knowledge/{language_id}/small-talk.yaml"
        document = reading.others.get(path)
        if document is None:
            continue
        for kind in kinds.keys() - KINDS:
            what = say("'{name}' is no kind of small talk", name=kind)
            reading.problems.error(path, document.line(kind), what, did_you_mean(kind, KINDS))
        if not kinds.get(STOP):
            what = say("there are no words with which to ask the bot to stop")
            reading.problems.error(path, 1, what, say("write them under 'stop'"))
        for index, phrase in enumerate(kinds.get(STOP, ())):
            if phrase.casefold() in taken:
                other, kind = taken[phrase.casefold()]
                reading.problems.error(
                    path,
                    document.line(STOP, index),
                    say("'{phrase}' also means '{kind}' ({language})", phrase=phrase, kind=kind, language=other),
                    say("keep one of them"),
                )
