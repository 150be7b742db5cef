"""What a reply asks its channel to do besides showing it; the channel does it before the reply is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.announcements.wishes import Interest, Mode, Quiet


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """The resident chose this language: the channel stores it."""

    language_id: str


@dataclass(frozen=True, slots=True)
class Forget:
    """The resident wants to be forgotten: the channel deletes everything it keeps about them, at once."""


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """The resident wants to be told nothing unasked: the channel ends all their subscriptions before it replies."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Tell of an interest from now on; one that is told of already gets this mode."""

    interest: Interest
    mode: Mode


@dataclass(frozen=True, slots=True)
class EndSubscription:
    """Tell no more of one subscription, by its id."""

    subscription_id: int


@dataclass(frozen=True, slots=True)
class PauseSubscriptions:
    """Tell of nothing until a moment (aware); None goes on at once."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class StopSeries:
    """Tell no more of one series, whatever is subscribed to."""

    series: str


@dataclass(frozen=True, slots=True)
class ResumeSeries:
    """Take back StopSeries."""

    series: str


@dataclass(frozen=True, slots=True)
class Remind:
    """Remind of one occasion the evening before, and tell if it moves or is cancelled."""

    activity_id: str
    occasion: str


@dataclass(frozen=True, slots=True)
class SetQuietHours:
    """When not to be disturbed."""

    quiet: Quiet


Wish = Subscribe | EndSubscription | PauseSubscriptions | StopSeries | ResumeSeries | Remind | SetQuietHours
Effect = ChooseLanguage | Forget | Unsubscribe | Wish
