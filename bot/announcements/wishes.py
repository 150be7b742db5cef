"""What one recipient wants to hear of, and when not to be disturbed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.announcements.snapshots import Snapshot

ANY = "any"
HOURS = 24


class Mode(StrEnum):
    """When a subscription tells: at once, in a weekly digest, or the evening before."""

    INSTANT = "instant"
    WEEKLY = "weekly"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class Interest:
    """A subject, an area and an audience, keys of the lists in `knowledge/`; ANY stands for all of them."""

    subject: str = ANY
    area: str = ANY
    audience: str = ANY

    def matches(self, activity: Snapshot) -> bool:
        """Whether an activity is one of those meant."""
        return (
            self.subject in (ANY, activity.subject)
            and self.area in (ANY, activity.area)
            and (self.audience == ANY or self.audience in activity.audiences)
        )


@dataclass(frozen=True, slots=True)
class Subscription:
    """One interest kept; `id` names it to its owner, `paused_until` is None when it is not paused."""

    id: int
    interest: Interest
    mode: Mode
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the wall clock without messages: from `start` to `end`, over midnight when it is later. Equal: never.

    Raises ValueError for an hour that is not 0 to 23.
    """

    start: int = 21
    end: int = 8

    def __post_init__(self) -> None:
        """Check the hours."""
        if not (0 <= self.start < HOURS and 0 <= self.end < HOURS):
            raise ValueError(f"quiet hours are whole hours from 0 to 23, not {self.start} to {self.end}")

    def covers(self, hour: int) -> bool:
        """Whether the hour that begins at `hour` o'clock is quiet."""
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


@dataclass(frozen=True, slots=True)
class Wishes:
    """Everything one person has asked for. `reminders` are pairs of an activity's id and an occasion's key."""

    subscriptions: tuple[Subscription, ...] = ()
    stopped_series: frozenset[str] = frozenset()
    reminders: frozenset[tuple[str, str]] = frozenset()
    quiet: Quiet = Quiet()
    is_blocked: bool = False

    def want(self, activity: Snapshot, mode: Mode, now: datetime) -> bool:
        """Whether a subscription of `mode` asks for an activity just now."""
        return activity.series not in self.stopped_series and any(
            subscription.mode is mode
            and (subscription.paused_until is None or subscription.paused_until <= now)
            and subscription.interest.matches(activity)
            for subscription in self.subscriptions
        )
