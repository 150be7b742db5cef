"""The reasons behind a finding, as plain data for a table staff can read."""

from __future__ import annotations

from bot.understanding.model import NearPhrase, WordEvidence
from bot.understanding.searching import Finding, Searcher

_NEAR_PHRASES = 5
_WORDS_EXPLAINED = 12


def word_evidence(finding: Finding, searcher: Searcher) -> tuple[WordEvidence, ...]:
    """Each word of the question, what it was read as, and how much less the best topic would score without it."""
    if not finding.answers or not finding.candidates:
        return ()
    answer = finding.answers[0]
    topic = searcher.number(finding.candidates[0].topic)
    full = float(answer.match.logits[topic])
    return tuple(
        WordEvidence(
            word,
            answer.match.reading.words[place],
            full - float(_without(answer.words, place, answer).logits[topic]),
        )
        for place, word in enumerate(answer.words[:_WORDS_EXPLAINED])
    )


def near_phrases(finding: Finding, searcher: Searcher) -> tuple[NearPhrase, ...]:
    """The stored phrases most like the question, over all languages searched."""
    near = [
        NearPhrase(example.text, example.topic, answer.language, float(similarity))
        for answer in finding.answers
        for example, similarity in searcher.nearest(answer, _NEAR_PHRASES)
    ]
    return tuple(sorted(near, key=lambda one: (-one.similarity, one.text))[:_NEAR_PHRASES])
