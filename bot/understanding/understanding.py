"""The whole path from a message to a decision: danger, small talk, language, topic, answer or question back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

from bot.understanding.confidence import weighed
from bot.understanding.crisis import CrisisHit, CrisisLane
from bot.understanding.danger_likeness import NO_LIKENESS, OVERRULING_DANGER, DangerLikeness
from bot.understanding.deciding import THRESHOLDS
from bot.understanding.explaining import near_phrases, nearest_phrase, word_evidence
from bot.understanding.identification import Identified, Identifier
from bot.understanding.keeping import ArrayStore
from bot.understanding.model import (
    OUT_OF_SCOPE,
    Candidate,
    Decision,
    Example,
    Explanation,
    LanguageProfile,
    NearPhrase,
    Understood,
    WordEvidence,
)
from bot.understanding.normalising import LENGTH_LIMIT, normalise, words
from bot.understanding.parting import understand_parts
from bot.understanding.phrase_index import PhraseIndex
from bot.understanding.searching import Finding, Searcher
from bot.understanding.small_talk import SmallTalk

SOURCE_LANGUAGE = "sv"
"""Searched for any message in its script: residents quote the letters they get."""

_LIKELIEST = 2
_CHOSEN_WEIGHT = 0.2
_SOURCE_WEIGHT = 0.05
_QUOTED_WEIGHT = 0.1
"""That of Swedish when a message in another script holds Latin words: then it is searched whatever they are."""


@dataclass(frozen=True, slots=True)
class _Considered:
    understood: Understood
    identified: Identified
    weights: Mapping[str, float]
    finding: Finding | None
    reason: str


class Understanding:
    """Fitted to one knowledge base; safe to ask from several threads. A reload fits a new one."""

    def __init__(
        self,
        searcher: Searcher,
        identifier: Identifier,
        crisis: CrisisLane | None,
        small_talk: SmallTalk,
        likeness: DangerLikeness | None = None,
    ) -> None:
        """Use `Understanding.fit`."""
        self._searcher = searcher
        self._identifier = identifier
        self._crisis = crisis
        self._small_talk = small_talk
        self._likeness = likeness

    @classmethod
    def fit(
        cls,
        examples: Iterable[Example],
        profiles: Sequence[LanguageProfile],
        *,
        crisis: CrisisLane | None = None,
        likeness: DangerLikeness | None = None,
        small_talk: SmallTalk | Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        names: Iterable[str] = (),
        background: Iterable[Example] = (),
        out_of_scope: Mapping[str, Sequence[str]] = {},
        store: ArrayStore | None = None,
        language_store: ArrayStore | None = None,
    ) -> Understanding:
        """An understanding of these examples.

        `crisis` and `likeness` find danger before anything else. `small_talk`: kind -> language -> phrases. `names`:
        Swedish official words and places, which people write in any language. `background`: texts about a topic that
        are no way of asking for it, such as its answer; they help to find the topic and are never matched word for
        word. `out_of_scope`: language -> questions that no topic answers; what is like them is answered less readily,
        and one of them word for word is refused. The order of anything given changes nothing. `store` keeps between
        starts what takes long, `language_store` the same of what tells languages apart. Each language is fitted when
        it is first asked for.
        """
        asked, told = _by_language(examples), _by_language(background)
        outside = _by_language(
            Example(text, OUT_OF_SCOPE, language) for language, texts in out_of_scope.items() for text in texts
        )
        topics = sorted({one.topic for group in (*asked.values(), *told.values()) for one in group})
        numbers = {topic: number for number, topic in enumerate([*topics, *([OUT_OF_SCOPE] if outside else ())])}
        dictionaries = {one.id: one.dictionary for one in profiles}
        indexes = {
            language: PhraseIndex(
                language,
                group,
                numbers,
                told.get(language, ()),
                outside.get(language, ()),
                dictionaries.get(language, ()),
                store,
            )
            for language, group in asked.items()
        }
        texts = [one for group in (*asked.values(), *told.values(), *outside.values()) for one in group]
        identifier = Identifier(profiles, texts, names, language_store)
        courtesies = small_talk if isinstance(small_talk, SmallTalk) else SmallTalk(small_talk or {})
        return cls(Searcher(indexes, topics), identifier, crisis, courtesies, likeness)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are phrases in."""
        return self._searcher.languages

    @property
    def in_use(self) -> tuple[str, ...]:
        """The languages that have been fitted because somebody asked in them, or by `prepare`."""
        return self._searcher.in_use

    def prepare(self, language: str) -> None:
        """Fit one language now, not when it is first asked for; raises KeyError for a language without phrases."""
        self._searcher.prepare(language)

    def understand(self, text: str, chosen: str | None = None, suggested: str | None = None) -> Understood:
        """What the message asks for. `chosen`: the language the resident keeps to, as it is spoken. Never raises.

        `suggested` is searched too: the language of the app or browser, which says little of the message.
        """
        return self._consider(text, chosen, suggested).understood

    def identify(self, text: str, chosen: str | None = None) -> str | None:
        """The language of the message alone, None when it is undecided."""
        return self._identifier.identify(text, chosen).reply

    def figures(self, text: str) -> tuple[Understood, Mapping[str, float]]:
        """What the message asks for, and what the confidence in the best topic was made of; empty when of nothing."""
        considered = self._consider(text, None)
        return considered.understood, considered.finding.features if considered.finding else {}

    def explain(self, text: str, chosen: str | None = None) -> Explanation:
        """The same as `understand`, with the reasons."""
        considered = self._consider(text, chosen)
        finding = considered.finding
        return Explanation(
            understood=considered.understood,
            language_scores=considered.identified.scores,
            searched=tuple(considered.weights.items()),
            words=self._words(finding),
            near_phrases=near_phrases(finding) if finding else (),
            candidate_phrases=self._candidate_phrases(considered.understood, finding),
            features=dict(finding.features) if finding else {},
            weighed=weighed(finding.features) if finding and finding.features else {},
            thresholds={"answer": THRESHOLDS.answer, "lead": THRESHOLDS.lead, "choose": THRESHOLDS.choose},
            reason=considered.reason,
        )

    def _candidate_phrases(self, understood: Understood, finding: Finding | None) -> tuple[NearPhrase, ...]:
        if finding is None:
            return ()
        numbers = (self._searcher.number_of(one.topic) for one in understood.candidates)
        return tuple(filter(None, (nearest_phrase(finding, number) for number in numbers)))

    def _words(self, finding: Finding | None) -> tuple[WordEvidence, ...]:
        if finding is None or not finding.candidates:
            return ()
        return word_evidence(finding, self._searcher.number_of(finding.candidates[0].topic))

    def _consider(self, text: str, chosen: str | None, suggested: str | None = None) -> _Considered:
        text = text[:LENGTH_LIMIT]
        identified = self._identifier.identify(text, chosen)
        language = identified.reply
        understood_as = partial(Understood, language, nearest=identified.nearest)
        danger = self._danger(text, identified, chosen)
        if danger is not None:
            understood = understood_as(Decision.ANSWER, (Candidate(danger.topic, 1.0),), crisis=danger, danger=1.0)
            return _Considered(understood, identified, {}, None, f"danger: {danger.matched}")
        message = words(normalise(text))
        kind, question = self._small_talk.find(message)
        if kind is not None:
            understood = understood_as(Decision.ANSWER, (), small_talk=kind)
            return _Considered(understood, identified, {}, None, f"small talk: {kind}")
        weights = self._weights(identified, chosen or suggested)
        finding, topics = understand_parts(
            text, " ".join(question) if question != message else text, weights, self._searcher
        )
        likeness = self._likeness.of(text) if self._likeness else NO_LIKENESS
        # What is written down as a question is one, however much its words are like those of danger; what is understood
        # as one stays one unless danger is all but sure. The emergency number stands before the answer in any case.
        is_question = finding.is_stored_phrase or (
            finding.decision is Decision.ANSWER and likeness.probability < OVERRULING_DANGER
        )
        if likeness.is_certain and not is_question:
            hit = CrisisHit(
                likeness.topic, language or "", f"like sentences of danger ({likeness.probability:.2f})", text
            )
            understood = understood_as(Decision.ANSWER, finding.candidates, crisis=hit, danger=likeness.probability)
            return _Considered(understood, identified, weights, finding, f"danger: {hit.pattern}")
        understood = understood_as(finding.decision, finding.candidates, topics, danger=likeness.probability)
        return _Considered(understood, identified, weights, finding, finding.reason)

    def _danger(self, text: str, identified: Identified, chosen: str | None) -> CrisisHit | None:
        if self._crisis is None:
            return None
        likely = [self._identifier.language_of(one) for one, _ in identified.scores[:_LIKELIEST]]
        return self._crisis.find(text, list(dict.fromkeys([*filter(None, [chosen, identified.reply]), *likely])))

    def _weights(self, identified: Identified, chosen: str | None) -> dict[str, float]:
        """The languages to search and how likely each is: the likeliest two, the chosen or suggested, and Swedish."""
        likely: dict[str, float] = {}
        for profile, probability in identified.probabilities.items():
            language = self._identifier.language_of(profile)
            likely[language] = likely.get(language, 0.0) + probability
        weights = dict(sorted(likely.items(), key=lambda one: (-one[1], one[0]))[:_LIKELIEST])
        source_weight = _QUOTED_WEIGHT if len(identified.scripts) > 1 else _SOURCE_WEIGHT
        for known, weight in ((chosen, _CHOSEN_WEIGHT), (SOURCE_LANGUAGE, source_weight)):
            if known is not None and self._identifier.may_be_written_in(known, identified.scripts):
                weights[known] = max(weights.get(known, 0.0), weight)
        return weights


def _by_language(examples: Iterable[Example]) -> dict[str, list[Example]]:
    """The examples without repeats, in an order of their own, by language."""
    groups: dict[str, list[Example]] = {}
    for one in sorted(set(examples), key=attrgetter("language", "topic", "text")):
        groups.setdefault(one.language, []).append(one)
    return groups
