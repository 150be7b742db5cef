"""The brain: one state of the content with the understanding built from it, exchanged as a whole on reload."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from bot.activities.model import Programme
from bot.conversation.activity_questions import ActivityQuestions
from bot.conversation.area_names import AreaNames
from bot.conversation.replies import Reply
from bot.knowledge.cards import Card, make_card, title_of
from bot.knowledge.content import Content
from bot.languages.table import Language, Languages
from bot.languages.words import Words
from bot.understanding import Understanding
from bot.understanding.letter_words import LetterWords


@dataclass(frozen=True, slots=True)
class Brain:
    """What is needed to answer: the content in service, the understanding fitted to it, and what is on."""

    content: Content
    languages: Languages
    words: Words
    understanding: Understanding
    letter_words: LetterWords
    programme: Programme = field(default_factory=Programme)
    activity_questions: ActivityQuestions = field(default_factory=lambda: ActivityQuestions({}))
    area_names: AreaNames = field(default_factory=lambda: AreaNames({}))
    # Answers composed lately, by what they were composed for; a changed brain begins with none.
    answers: dict[Hashable, Reply] = field(default_factory=dict, init=False, repr=False, compare=False)

    def card(self, label: str, language_id: str) -> Card:
        """The answer card of a topic or part; raises KeyError when there is none."""
        return make_card(self.content, self.languages, label, language_id)

    def title(self, label: str, language_id: str) -> str:
        """The title of a topic or part; raises KeyError when there is none."""
        return self.title_in(label, language_id)[0]

    def title_in(self, label: str, language_id: str) -> tuple[str, Language]:
        """The same with the language it really is in: the one wanted or its first fallback that has a title."""
        return title_of(self.content, self.languages, label, language_id)


def same_language(languages: Languages, one: str | None, other: str | None) -> bool:
    """Whether two ids are the same language as it is spoken (Swedish and easy Swedish, Persian and Dari)."""
    return bool(one and other) and languages[one or ""].spoken == languages[other or ""].spoken
