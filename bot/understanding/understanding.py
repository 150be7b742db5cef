"""The whole path from a message to a decision: danger, small talk, language, topic, answer or question back."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bot.understanding.crisis import CrisisHit, CrisisLane
from bot.understanding.deciding import CHOICES, Thresholds, decide
from bot.understanding.identification import Identified, Identifier
from bot.understanding.matching import Match, Matcher
from bot.understanding.model import (
    Candidate,
    Decision,
    Example,
    Explanation,
    LanguageProfile,
    NearPhrase,
    Understood,
)
from bot.understanding.normalising import normalise, words
from bot.understanding.small_talk import SmallTalk
from bot.understanding.softmax_head import softmax

SAME_LANGUAGE = {"sv-simple": "sv", "prs": "fa"}
"""Languages that share words and spelling with another: identified, and searched, as that one."""
SOURCE_LANGUAGE = "sv"
"""Searched for every message: residents quote the letters they get."""


class Understanding:
    """Fitted to one knowledge base; safe to ask from several threads. A reload fits a new one."""

    def __init__(
        self,
        examples: Iterable[Example],
        profiles: Sequence[LanguageProfile],
        crisis: CrisisLane | None,
        small_talk: Mapping[str, Mapping[str, Sequence[str]]],
        names: Iterable[str],
    ) -> None:
        """Use `Understanding.fit`."""
        ordered = sorted(
            {Example(one.text, one.topic, SAME_LANGUAGE.get(one.language, one.language)) for one in examples},
            key=lambda one: (one.language, one.topic, one.text),
        )
        self._topics = sorted({one.topic for one in ordered})
        self._crisis = crisis
        self._small_talk = SmallTalk(small_talk)
        self._identifier = Identifier(profiles, ordered, names)
        by_language: dict[str, list[Example]] = {}
        for one in ordered:
            by_language.setdefault(one.language, []).append(one)
        self._languages = {
            language: _LanguageIndex(language, phrases, self._topics) for language, phrases in by_language.items()
        }
        self._thresholds = Thresholds()

    @classmethod
    def fit(
        cls,
        examples: Iterable[Example],
        profiles: Sequence[LanguageProfile],
        *,
        crisis: CrisisLane | None = None,
        small_talk: Mapping[str, Mapping[str, Sequence[str]]] = {},
        names: Iterable[str] = (),
    ) -> Understanding:
        """An understanding of these examples.

        `small_talk`: kind -> language -> phrases. `names`: Swedish official words and places, which people write in
        any language. Each language's topics are fitted when it is first asked for.
        """
        return cls(examples, profiles, crisis, small_talk, names)

    def understand(self, text: str, chosen: str | None = None) -> Understood:
        """What the message asks for. `chosen`: the language id the resident keeps to. Never raises."""
        return self.explain(text, chosen).understood

    def explain(self, text: str, chosen: str | None = None) -> Explanation:
        """The same as `understand`, with the reasons."""
        identified = self._identifier.identify(text, SAME_LANGUAGE.get(chosen or "", chosen))
        language = chosen if SAME_LANGUAGE.get(chosen or "") == identified.reply else identified.reply
        danger = self._danger(text, identified, chosen)
        if danger is not None:
            understood = Understood(language, Decision.ANSWER, (Candidate(danger.topic, 1.0),), crisis=danger)
            return Explanation(understood, identified.scores, (), (), (), reason="crisis")
        kind, left = self._small_talk.find(words(normalise(text)))
        if kind is not None:
            understood = Understood(language, Decision.ANSWER, (), small_talk=kind)
            return Explanation(understood, identified.scores, (), (), (), reason="small talk")
        return self._match(" ".join(left), identified, language, chosen)

    def _danger(self, text: str, identified: Identified, chosen: str | None) -> CrisisHit | None:
        if self._crisis is None:
            return None
        likely = [one for one, _ in identified.scores[:2]]
        return self._crisis.find(text, list(dict.fromkeys([*filter(None, [chosen, identified.reply]), *likely])))

    def _searched(self, identified: Identified, chosen: str | None) -> dict[str, float]:
        """The languages to search, with their weight: the identified two, the chosen one, and Swedish."""
        likely = list(identified.probabilities.items())
        likely.sort(key=lambda one: -one[1])
        weights = {one: max(share, 0.05) for one, share in likely[:2]}
        for extra in (SAME_LANGUAGE.get(chosen or "", chosen), SOURCE_LANGUAGE):
            if extra is not None:
                weights.setdefault(extra, 0.3)
        return {one: weight for one, weight in weights.items() if one in self._languages}

    def _match(self, text: str, identified: Identified, language: str | None, chosen: str | None) -> Explanation:
        searched = self._searched(identified, chosen)
        total = np.zeros(len(self._topics), dtype=np.float32)
        near: list[NearPhrase] = []
        for one, weight in searched.items():
            confidences, phrases = self._languages[one].ask(text)
            total = np.maximum(total, confidences * min(1.0, weight + 0.5))
            near += phrases
        best = np.argsort(-total, kind="stable")[:CHOICES]
        candidates = tuple(Candidate(self._topics[one], round(float(total[one]), 4)) for one in best if total[one] > 0)
        decision = decide(candidates, self._thresholds)
        topics = (candidates[0].topic,) if decision is Decision.ANSWER else ()
        return Explanation(
            Understood(language, decision, candidates, topics),
            identified.scores,
            tuple(searched.items()),
            (),
            tuple(sorted(near, key=lambda phrase: -phrase.similarity)[:5]),
            thresholds={"answer": self._thresholds.answer, "choose": self._thresholds.choose},
        )


class _LanguageIndex:
    """The stored phrases of one language; fitted when first asked, once even when two threads ask."""

    def __init__(self, language: str, phrases: Sequence[Example], topics: Sequence[str]) -> None:
        self._language = language
        self._phrases = phrases
        self._topics = topics
        self._lock = threading.Lock()
        self._matcher: Matcher | None = None
        self._exact: dict[str, set[int]] = {}

    def ask(self, text: str) -> tuple[np.ndarray[tuple[int], np.dtype[np.float32]], list[NearPhrase]]:
        """Confidence per topic, and the nearest stored phrases."""
        matcher = self._fitted()
        normal = normalise(text, self._language)
        match = matcher.match(words(normal))
        order = np.argsort(-match.similarities, kind="stable")[:3]
        near = [
            NearPhrase(
                self._phrases[one].text, self._phrases[one].topic, self._language, float(match.similarities[one])
            )
            for one in order
        ]
        return self._confidences(normal, match), near

    def _confidences(self, normal: str, match: Match) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        exact = self._exact.get(normal)
        if exact:
            confidences = np.zeros_like(match.logits)
            confidences[list(exact)] = 1 / len(exact)
            return confidences
        nearest = float(match.similarities.max(initial=0))
        known = float((match.word_numbers >= 0).mean()) if len(match.word_numbers) else 0.0
        answerable = 1 / (1 + np.exp(-(-4 + 5 * nearest + 3 * match.coverage + 1.5 * known)))
        return softmax(match.logits) * np.float32(answerable)

    def _fitted(self) -> Matcher:
        with self._lock:
            if self._matcher is None:
                number = {topic: index for index, topic in enumerate(self._topics)}
                normals = [normalise(one.text, self._language) for one in self._phrases]
                for normal, one in zip(normals, self._phrases, strict=True):
                    self._exact.setdefault(normal, set()).add(number[one.topic])
                self._exact.pop("", None)
                topics = [number[one.topic] for one in self._phrases]
                self._matcher = Matcher([words(one) for one in normals], topics, len(self._topics))
            return self._matcher
