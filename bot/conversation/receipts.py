"""What became of an announcement, in words for staff."""

from __future__ import annotations

from bot.announcements.model import Receipt
from bot.languages.words import Texts


def receipt_line(staff: Texts, receipt: Receipt) -> str:
    """One line: which announcement, and how many it reached."""
    return staff(
        "{what}: {sent} got it, {blocked} have blocked the bot, {failed} failed, {expired} came too late, "
        "{unknown} may have got it.",
        what=f"{receipt.activity_id} ({receipt.kind}, {receipt.revision})",
        sent=receipt.sent,
        blocked=receipt.blocked,
        failed=receipt.failed,
        expired=receipt.expired,
        unknown=receipt.unknown,
    )
