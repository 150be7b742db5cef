"""The reasons behind a finding, as plain data for a table staff can read."""

from __future__ import annotations

from heapq import nsmallest

from bot.understanding.model import NearPhrase, WordEvidence
from bot.understanding.phrase_index import Answered
from bot.understanding.searching import Finding

_NEAR_PHRASES = 5
_WORDS_EXPLAINED = 12


def word_evidence(finding: Finding, topic: int) -> tuple[WordEvidence, ...]:
    """Each word of the question, what it was read as, and how much lower the topic's score is without it."""
    if not finding.answers:
        return ()
    answer = finding.answers[0]
    score = float(answer.match.logits[topic])
    return tuple(
        WordEvidence(word, answer.match.reading.words[place], round(score - _score_without(answer, place, topic), 3))
        for place, word in enumerate(answer.words[:_WORDS_EXPLAINED])
    )


def near_phrases(finding: Finding) -> tuple[NearPhrase, ...]:
    """The stored phrases most like the question, over all languages searched."""
    near = [one for answer in finding.answers for one in _nearest(answer)]
    return tuple(sorted(near, key=lambda one: (-one.similarity, one.text))[:_NEAR_PHRASES])


def nearest_phrase(finding: Finding, topic: int) -> NearPhrase | None:
    """The stored phrase of a topic most like the question, None when it has none in the languages searched."""
    found = [(*answer.nearest(topic)[:2], answer) for answer in finding.answers]
    place, similarity, answer = max(found, key=lambda one: one[1], default=(-1, 0.0, None))
    if answer is None or place < 0:
        return None
    example = answer.fitted.examples[place]
    return NearPhrase(example.text, example.topic, answer.language, round(similarity, 3))


def _score_without(answer: Answered, place: int, topic: int) -> float:
    left = answer.words[:place] + answer.words[place + 1 :]
    return float(answer.fitted.matcher.match(left).logits[topic])


def _nearest(answer: Answered) -> list[NearPhrase]:
    matcher = answer.fitted.matcher
    alike = (matcher.similarities(answer.match, topic) for topic in range(matcher.topic_count))
    near = nsmallest(
        _NEAR_PHRASES,
        (
            (-float(one), place)
            for phrases, all_alike, _ in alike
            for place, one in zip(phrases, all_alike, strict=True)
            if one > 0
        ),
    )
    examples = answer.fitted.examples
    return [
        NearPhrase(examples[place].text, examples[place].topic, answer.language, round(-minus, 3))
        for minus, place in near
    ]
