"""A reply as plain data, for programs that ask one question after another."""

from __future__ import annotations

from typing import Any

from bot.conversation.replies import Kind, Reply
from bot.knowledge.content import split_label

_DECISIONS = {Kind.CHOOSE: "choose", Kind.UNKNOWN: "unknown"}


def as_json(question: str, reply: Reply) -> dict[str, Any]:
    """What `ask --json` prints of one question; its fields are promised to others (see README)."""
    topics = [split_label(label) for label in reply.topics]
    decision = _DECISIONS.get(reply.kind, "answer" if question.strip() else "unknown")
    return {
        "question": question,
        "language": reply.identified,
        "answer_language": reply.language.id,
        "decision": decision,
        "crisis": reply.kind is Kind.CRISIS,
        "topic": topics[0][0] if topics else None,
        "part": topics[0][1] if topics else None,
        "also": [topic for topic, _ in topics[1:]],
        "candidates": _candidates(reply),
        "text": reply.text,
    }


def _candidates(reply: Reply) -> list[dict[str, Any]]:
    """The likeliest topics, best first; parts count for the topic they belong to."""
    best: dict[str, float] = {}
    for candidate in reply.candidates:
        topic, _ = split_label(candidate.topic)
        best[topic] = max(best.get(topic, 0.0), candidate.confidence)
    return [{"topic": topic, "confidence": round(confidence, 4)} for topic, confidence in best.items()]
