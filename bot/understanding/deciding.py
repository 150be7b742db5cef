"""Answer, offer choices, or say "I don't know": the one place where the costs and thresholds stand.

A wrong answer misleads someone who trusts it: cost 5. A question back costs a tap: 1. "I don't know" to what could
have been answered sends someone elsewhere: 2. With `best` the calibrated probability that the first topic is the
one asked for, and `any` that one of the three offered is, the expected costs are

    answer   5 x (1 - best)        choose   1 + 2 x (answerable - any)        unknown   2 x answerable

where `answerable` is the probability that any topic fits; topics beyond the third add little to it, so it is taken
as `any`. Answering is then cheapest from best = 1 - 1/5 = 0.8, and offering choices beats giving up from any = 1/2.

The probabilities are fitted with a fifth of all topics left out (benchmarks/calibration.py), which is harder than what
residents ask, so they say somewhat too little. On the 1,429 development questions without danger the cost is 346 to 350
with the thresholds at 0.65 and anything from 0.2 to 0.3, and more on either side (362 at 0.6 and 0.2, 359 at 0.7 and
0.2, 400 at 0.5 and 0.2). They stand where most is offered at that cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding.model import Candidate, Decision

CHOICES = 3
"""Topics offered at most."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`answer`: confidence of the best topic from which it is answered. `lead`: by how much it must lead the second,
    so that of two near-equal topics none is picked. `choose`: summed confidence from which choices are offered."""

    answer: float = 0.65
    lead: float = 0.3
    choose: float = 0.2


THRESHOLDS = Thresholds()


def decide(
    candidates: Sequence[Candidate], *, one_of_several: bool = False, elsewhere: bool = False
) -> tuple[Decision, str]:
    """What to do with ranked candidates, and why in a few words.

    `one_of_several`: the question is a single word that several topics use; `elsewhere`: it names a place we do not
    answer for. Neither is ever answered at once.
    """
    if not candidates:
        return Decision.UNKNOWN, "no topic"
    best = candidates[0].confidence
    total = sum(one.confidence for one in candidates[:CHOICES])
    lead = best - (candidates[1].confidence if len(candidates) > 1 else 0.0)
    if one_of_several:
        return Decision.CHOOSE, "one word that several topics use"
    if elsewhere:
        return (Decision.CHOOSE if total >= THRESHOLDS.choose else Decision.UNKNOWN), "names a place elsewhere"
    if best >= THRESHOLDS.answer and lead >= THRESHOLDS.lead:
        return Decision.ANSWER, "sure enough"
    if total >= THRESHOLDS.choose:
        return Decision.CHOOSE, "likely, but not sure which"
    return Decision.UNKNOWN, "too little speaks for any topic"
