"""What the residents of a chat have asked to be told of: read for the dialogue, and changed as it says."""

from __future__ import annotations

from typing import Protocol

from bot.announcements.subscriptions import Subscriptions
from bot.announcements.wishes import Wishes
from bot.conversation.effects import (
    EndSubscription,
    PauseSubscriptions,
    Remind,
    ResumeSeries,
    SetQuietHours,
    StopSeries,
    Subscribe,
    Wish,
)


class KnownChats(Protocol):
    """The chats the store knows; every call may raise StoreError."""

    async def language_of(self, chat_id: int) -> str | None:
        """The chosen language of a chat, None for one that is not known."""
        ...

    async def subscriber_of(self, chat_id: int, language_id: str) -> str:
        """The random id of whoever has this chat, kept from now on with `language_id` if unknown."""
        ...


class ChatWishes:
    """Subscriptions by chat. Every call may raise StoreError."""

    def __init__(self, subscribers: KnownChats, subscriptions: Subscriptions) -> None:
        """Both on the same store."""
        self._subscribers, self._subscriptions = subscribers, subscriptions

    async def of(self, chat_id: int) -> Wishes:
        """Everything a chat has asked for; nothing for one that is not known."""
        language_id = await self._subscribers.language_of(chat_id)
        if language_id is None:
            return Wishes()
        return await self._subscriptions.of(await self._subscribers.subscriber_of(chat_id, language_id))

    async def unsubscribe(self, chat_id: int) -> None:
        """End all subscriptions of a chat."""
        await self._subscriptions.unsubscribe(chat_id)

    async def carry_out(self, chat_id: int, language_id: str, wish: Wish) -> None:
        """Change what a chat is told of; one not known yet is from now on, with this language."""
        own, known = self._subscriptions, await self._subscribers.subscriber_of(chat_id, language_id)
        match wish:
            case Subscribe(interest, mode):
                await own.subscribe(known, interest, mode)
            case EndSubscription(subscription_id):
                await own.stop(known, subscription_id)
            case PauseSubscriptions(until):
                await own.pause(known, until)
            case StopSeries(series):
                await own.stop_series(known, series)
            case ResumeSeries(series):
                await own.resume_series(known, series)
            case Remind(activity_id, occasion):
                await own.remind(known, activity_id, occasion)
            case SetQuietHours(quiet):
                await own.set_quiet_hours(known, quiet)
