"""Answer, offer choices, or say "I don't know": the one place where the costs and thresholds stand.

A wrong answer misleads someone who trusts it: 5. A question back costs a tap: 1. Saying "I don't know" to what could
have been answered sends someone elsewhere: 2.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.understanding.model import Candidate, Decision

WRONG_ANSWER_COST = 5.0
NEEDLESS_QUESTION_COST = 1.0
MISSED_ANSWER_COST = 2.0

CHOICES = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidences of the best topic at which to answer and to offer choices, and the lead an answer must have."""

    answer: float = 0.6
    choose: float = 0.2
    lead: float = 0.2


def decide(candidates: tuple[Candidate, ...], thresholds: Thresholds) -> Decision:
    """What to do with the ranked candidates of a question."""
    if not candidates or candidates[0].confidence < thresholds.choose:
        return Decision.UNKNOWN
    second = candidates[1].confidence if len(candidates) > 1 else 0.0
    clear = candidates[0].confidence - second >= thresholds.lead
    return Decision.ANSWER if candidates[0].confidence >= thresholds.answer and clear else Decision.CHOOSE
