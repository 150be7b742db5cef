"""Messages that ask two things, and whole letters: their parts are searched too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

from bot.understanding.deciding import CHOICES, THRESHOLDS
from bot.understanding.model import Candidate, Decision
from bot.understanding.normalising import normalise, words
from bot.understanding.searching import Finding, Searcher

LETTER_WORDS = 40
"""A message of more words than this is read as a letter, sentence by sentence."""
_SURE_OF_TWO = 0.85
"""Two answers to one message can be wrong twice, so both must be surer than one alone."""
_SURER_OF_TWO = 0.96
"""Asked of both parts when the message as a whole is already answered."""
_MOST_PARTS = 4
_MOST_SENTENCES = 30
_FEWEST_WORDS = 2
_FEWEST_SIGNS = 4
_SHARE_OF_SIGNS = 0.08

_CODE_SIGNS = re.compile(r"[{}\[\]<>=|\\$`_*+^#]")
_SENTENCE_END = re.compile(r"[.!?؟።\n]+")
_PART_END = re.compile(r"[.!?;,؟،؛።፣\n]+")
_AND: Mapping[str, frozenset[str]] = {
    "sv": frozenset({"och", "samt", "o"}),
    "en": frozenset({"and", "also"}),
    "fi": frozenset({"ja", "sekä"}),
    "so": frozenset({"iyo", "oo"}),
    "uk": frozenset({"і", "й", "та"}),
    "ru": frozenset({"и"}),
    "bs": frozenset({"i", "te"}),
    "pl": frozenset({"i", "oraz"}),
    "kmr": frozenset({"û"}),
    "ckb": frozenset({"و", "هەروەها"}),
    "fa": frozenset({"و", "همچنین"}),
    "ar": frozenset({"و", "وکذلک", "وایضا"}),
    "ps": frozenset({"او"}),
    "ti": frozenset({"ከምኡውን", "ድማ"}),
    "am": frozenset({"እና"}),
    "tr": frozenset({"ve"}),
    "es": frozenset({"y"}),
    "fr": frozenset({"et"}),
}
"""How each language says "and": where one message may hold two questions."""


def understand_parts(
    text: str, question: str, weights: Mapping[str, float], searcher: Searcher
) -> tuple[Finding, tuple[str, ...]]:
    """What a message comes to, and the topics to answer: none, one, or two when it clearly asks two things.

    `text` is the message as typed, for its punctuation; `question` the same without the courtesies round it.
    """
    if _is_code(text):
        return Finding((), Decision.UNKNOWN, "signs, as in code", (), None, {}), ()
    if len(words(normalise(question))) > LETTER_WORDS:
        finding = _letter(text, weights, searcher)
    else:
        finding = searcher.search(question, weights)
        both = _two_topics(text, finding, weights, searcher)
        if both is not None:
            return both, tuple(one.topic for one in both.candidates[:2])
    return finding, (finding.candidates[0].topic,) if finding.decision is Decision.ANSWER else ()


def _is_code(text: str) -> bool:
    signs, brackets = len(_CODE_SIGNS.findall(text)), text.count("(") + text.count(")")
    total = signs + brackets
    return bool(signs) and total >= max(_FEWEST_SIGNS, _SHARE_OF_SIGNS * len(text))


def _two_topics(text: str, whole: Finding, weights: Mapping[str, float], searcher: Searcher) -> Finding | None:
    """The message as two questions, when two parts are each surely about a topic of their own."""
    if not whole.candidates or not whole.features:
        return None
    needed = _SURER_OF_TWO if whole.decision is Decision.ANSWER else _SURE_OF_TWO
    parts = _parts(text, whole.answers[0].language if whole.answers else "")
    if not 1 < len(parts) <= _MOST_PARTS:
        return None
    sure: dict[str, Candidate] = {}
    for left, part in zip(range(len(parts), 0, -1), parts, strict=True):
        if len(sure) + left < 2:
            return None
        finding = searcher.search(part, weights)
        best = finding.candidates[0] if finding.candidates else None
        if best and finding.decision is Decision.ANSWER and best.confidence >= needed:
            sure.setdefault(best.topic, best)
    if len(sure) != 2 or whole.candidates[0].topic not in sure:
        return None
    first = whole.candidates[0].topic
    both = sorted(sure.values(), key=lambda one: one.topic != first)
    candidates = (*both, *(one for one in whole.candidates if one.topic not in sure))[:CHOICES]
    return replace(whole, candidates=candidates, decision=Decision.ANSWER, reason="asks two things")


def _parts(text: str, language: str) -> list[str]:
    """The message cut at commas, full stops and the language's "and"; single words are no part of their own."""
    and_words = _AND.get(language, frozenset())
    longest = max(map(len, and_words), default=0)
    cut = [
        " ".join(run)
        for part in _PART_END.split(text)
        for joins, run in groupby(part.split(), key=lambda word: len(word) <= longest and normalise(word) in and_words)
        if not joins
    ]
    return [part for part in cut if len(words(normalise(part))) >= _FEWEST_WORDS] if len(cut) > 1 else cut


def _letter(text: str, weights: Mapping[str, float], searcher: Searcher) -> Finding:
    """A letter is about what its clearest sentences are about; when they differ, the resident chooses."""
    sentences = [part for part in _SENTENCE_END.split(text) if len(words(normalise(part))) >= _FEWEST_WORDS]
    findings = [searcher.search(part, weights) for part in (text, *sentences[:_MOST_SENTENCES])]
    best: dict[str, float] = {}
    for finding in findings:
        for one in finding.candidates:
            best[one.topic] = max(best.get(one.topic, 0.0), one.confidence)
    ranked = sorted(best.items(), key=lambda one: (-one[1], one[0]))[:CHOICES]
    candidates = tuple(Candidate(topic, confidence) for topic, confidence in ranked)
    whole = findings[0]
    if candidates and whole.decision is Decision.ANSWER and whole.candidates[0].topic == candidates[0].topic:
        return replace(whole, candidates=candidates, reason="a letter, as a whole and in its clearest sentence")
    sure = {one.candidates[0].topic for one in findings if one.decision is Decision.ANSWER}
    if sure == {candidates[0].topic if candidates else ""}:
        return replace(whole, candidates=candidates, decision=Decision.ANSWER, reason="a letter about one thing")
    if candidates and sum(one.confidence for one in candidates) >= THRESHOLDS.choose:
        return replace(whole, candidates=candidates, decision=Decision.CHOOSE, reason="a letter about several things")
    return replace(whole, candidates=candidates, decision=Decision.UNKNOWN, reason="a letter about nothing known")
