"""One question searched in several languages at once, and decided on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.understanding.confidence import Mixed, evidence, mix, trust, trust_in_three
from bot.understanding.deciding import CHOICES, decide
from bot.understanding.elsewhere import Elsewhere
from bot.understanding.model import Candidate, Decision
from bot.understanding.normalising import fold
from bot.understanding.phrase_index import Answered, PhraseIndex

_LIKELY_LANGUAGE = 0.1
"""A language at least this likely is searched; a less likely one only for words the likeliest does not know."""
_SHORTEST_WORD = 2
_WIDEST_WORD = 20
"""A single word that more topics than this use is too common to offer choices for on its own account."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a search came to. `answers`: each language searched, the likeliest first; `features`: what the confidence
    was made of, empty for an exact phrase."""

    candidates: tuple[Candidate, ...]
    decision: Decision
    reason: str
    answers: tuple[Answered, ...]
    mixed: Mixed | None
    features: Mapping[str, float]

    @property
    def is_stored_phrase(self) -> bool:
        """Whether the message is, word for word, what somebody wrote down as a way of asking for a topic."""
        return self.decision is Decision.ANSWER and not self.features


class Searcher:
    """Searches the phrases of all languages. Safe to ask from several threads."""

    def __init__(self, indexes: Mapping[str, PhraseIndex], topics: Sequence[str]) -> None:
        self._indexes = indexes
        self._topics = tuple(topics)
        self._elsewhere = Elsewhere()
        self._numbers = {topic: number for number, topic in enumerate(self._topics)}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are phrases in."""
        return tuple(self._indexes)

    @property
    def in_use(self) -> tuple[str, ...]:
        """The languages that are fitted."""
        return tuple(language for language, index in self._indexes.items() if index.is_fitted)

    def prepare(self, language: str) -> None:
        """Fit one language now; raises KeyError when there is no such language."""
        self._indexes[language].fitted()

    def search(self, text: str, weights: Mapping[str, float]) -> Finding:
        """The topics for `text`. `weights`: how likely each language is; those without phrases are left out."""
        answers = self._ask(text, weights)
        if not answers or not any(map(_says_something, answers[0].words)):
            return Finding((), Decision.UNKNOWN, "nothing to read", (), None, {})
        exact = {topic for one in answers for topic in one.exact}
        if exact:
            return self._exact(exact, answers)
        mixed = mix(answers, [weights[one.language] for one in answers], len(self._topics))
        features = evidence(answers, mixed)
        candidates = self._candidates(mixed, features)
        elsewhere = self._is_elsewhere(answers, mixed.ranked[0])
        decision, reason = decide(candidates, one_of_several=self._one_of_several(answers), elsewhere=elsewhere)
        return Finding(candidates, decision, reason, tuple(answers), mixed, features)

    def number_of(self, topic: str) -> int:
        """The number the indexes know a topic by."""
        return self._numbers[topic]

    def _ask(self, text: str, weights: Mapping[str, float]) -> list[Answered]:
        ranked = sorted((one for one in weights if one in self._indexes), key=lambda one: (-weights[one], one))
        answers: list[Answered] = []
        for language in ranked:
            if answers and weights[language] < _LIKELY_LANGUAGE:
                unknown = _unknown_words(answers[0])
                if not unknown or not any(map(self._indexes[language].fitted().matcher.vocabulary.can_read, unknown)):
                    continue
            answers.append(self._indexes[language].ask(text))
        return answers

    def _exact(self, topics: Iterable[int], answers: Sequence[Answered]) -> Finding:
        """A stored phrase, word for word: certain, unless the same words are stored for several topics, or for none."""
        labels = sorted(self._topics[one] for one in topics if one < len(self._topics))
        if not labels:
            return Finding((), Decision.UNKNOWN, "exactly a question that is out of scope", tuple(answers), None, {})
        candidates = tuple(Candidate(label, 1 / len(labels)) for label in labels[:CHOICES])
        if len(labels) == 1:
            return Finding(candidates, Decision.ANSWER, "exactly a stored phrase", tuple(answers), None, {})
        return Finding(candidates, Decision.CHOOSE, "a phrase stored for several topics", tuple(answers), None, {})

    def _is_elsewhere(self, answers: Sequence[Answered], topic: int) -> bool:
        """Whether the question names a place that we do not answer for and that the topic's phrases never name."""
        places = self._elsewhere.find(answers[0].words)
        return any(topic not in answers[0].fitted.matcher.topics_with(place) for place in places)

    def _one_of_several(self, answers: Sequence[Answered]) -> bool:
        """Whether the question is a single known word, not a mere letter, that a few topics use."""
        if len(answers[0].words) != 1 or len(fold(answers[0].words[0])) < _SHORTEST_WORD:
            return False
        topics = {
            int(topic)
            for one in answers
            for number in one.match.word_numbers
            for topic in one.fitted.matcher.topics_holding(int(number))
            if topic < len(self._topics)
        }
        return 1 < len(topics) <= _WIDEST_WORD

    def _candidates(self, mixed: Mixed, features: Mapping[str, float]) -> tuple[Candidate, ...]:
        """The best topic with its confidence; the others share what is left of the confidence in all three."""
        first, *others = mixed.ranked[:CHOICES]
        sure = trust(features)
        chances = [max(float(mixed.probabilities[one]), 1e-9) for one in others]
        left = trust_in_three(features) - sure
        confidences = [sure, *(min(sure, left * chance / sum(chances)) for chance in chances)]
        return tuple(
            Candidate(self._topics[topic], round(confidence, 4))
            for topic, confidence in zip((first, *others), confidences, strict=True)
        )


def _says_something(word: str) -> bool:
    """Whether it is more than one letter, however often typed."""
    return len(set(word)) > 1 or word.isdigit()


def _unknown_words(answer: Answered) -> list[str]:
    return [word for word in answer.words if word not in answer.fitted.matcher.vocabulary]
