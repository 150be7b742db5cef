"""The values understanding takes and gives: examples and language profiles in, a decision with its reasons out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.understanding.crisis import CrisisHit

OUT_OF_SCOPE = "-"
"""The label of questions that no topic answers."""


@dataclass(frozen=True, slots=True)
class Example:
    """One way of asking for one topic in one language. The topic is an opaque label."""

    text: str
    topic: str
    language: str


@dataclass(frozen=True, slots=True)
class LanguageProfile:
    """What tells one language from the others of its script.

    `script` is an ISO 15924 code (Latn, Arab, Cyrl, Ethi, Thai). `reply` is the language an answer is given in: that
    of the profile itself, "ar" for Arabic in Latin letters, None for a language we only know in order to refuse it.
    `dictionary`: the words of a language that is written without spaces.
    """

    id: str
    script: str
    function_words: tuple[str, ...]
    exclusive_letters: str
    samples: tuple[str, ...]
    reply: str | None
    dictionary: tuple[str, ...] = ()


class Decision(StrEnum):
    """What to do with a message: answer it, offer choices, or say honestly that it is not known."""

    ANSWER = "answer"
    CHOOSE = "choose"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic and the calibrated probability, 0 to 1, that it is the one asked for."""

    topic: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message was taken to mean.

    `candidates` holds up to three topics, best first, for an unknown message too (staff want to see them). `topics`
    is what to answer: one topic, or two when the message clearly asks two things; empty unless the decision is ANSWER
    without `crisis` and `small_talk`. `danger` is the probability that it tells of danger, 1 where a rule says so.
    `nearest` is the likeliest language of a message in a script other than Latin, also where `language` is undecided.
    """

    language: str | None
    decision: Decision
    candidates: tuple[Candidate, ...]
    topics: tuple[str, ...] = ()
    crisis: CrisisHit | None = None
    small_talk: str | None = None
    danger: float = 0.0
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class WordEvidence:
    """A word of the question, what it was read as, and how much it spoke for the best topic."""

    word: str
    read_as: str
    weight: float


@dataclass(frozen=True, slots=True)
class NearPhrase:
    """A stored phrase close to the question; `similarity` is 0 to 1."""

    text: str
    topic: str
    language: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a message was understood as it was: plain numbers for a table staff can read.

    `near_phrases`: the stored phrases most like it; `candidate_phrases`: of each candidate, the one most like it.
    `weighed`: what the confidence in the best topic was made of, by name: the figure and what it added, in log units.
    """

    understood: Understood
    language_scores: tuple[tuple[str, float], ...]
    searched: tuple[tuple[str, float], ...]
    words: tuple[WordEvidence, ...]
    near_phrases: tuple[NearPhrase, ...]
    candidate_phrases: tuple[NearPhrase, ...] = ()
    features: dict[str, float] = field(default_factory=dict)
    weighed: dict[str, tuple[float, float]] = field(default_factory=dict)
    thresholds: dict[str, float] = field(default_factory=dict)
    reason: str = ""
