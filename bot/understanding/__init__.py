"""From a resident's words to a topic: language, danger, topic; then answer, ask back, or say "I don't know"."""

from __future__ import annotations

from bot.understanding.crisis import CrisisHit, CrisisLane, CrisisRule, CrisisRuleError
from bot.understanding.model import (
    Candidate,
    Decision,
    Example,
    Explanation,
    LanguageProfile,
    NearPhrase,
    Understood,
    WordEvidence,
)
from bot.understanding.normalising import fold, normalise, words
from bot.understanding.understanding import Understanding

__all__ = [
    "Candidate",
    "CrisisHit",
    "CrisisLane",
    "CrisisRule",
    "CrisisRuleError",
    "Decision",
    "Example",
    "Explanation",
    "LanguageProfile",
    "NearPhrase",
    "Understanding",
    "Understood",
    "WordEvidence",
    "fold",
    "normalise",
    "words",
]
