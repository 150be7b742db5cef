"""Residents on Telegram: which language they have chosen, and forgetting them."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from datetime import date

from sqlalchemy import delete, insert, select, update

from bot.store.announcement_tables import delivery, recipient
from bot.store.database import Store
from bot.store.forgotten import Forgotten
from bot.store.sharing import Shared
from bot.store.tables import subscriber, telegram_chat

# Chats whose language is at hand without asking the database; one chat takes about 100 bytes.
_AT_HAND = 10_000
# As long as a reply of Telegram is waited for.
_LONGEST_DELIVERY_SECONDS = 30


class TelegramSubscribers:
    """Chats and their chosen languages. Nothing is known of a chat before its resident has chosen one.

    Telegram lets only one program fetch a bot's updates, so nobody else changes what this one has read.
    """

    def __init__(
        self,
        store: Store,
        today: Callable[[], date],
        forgotten: Forgotten | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`today` gives the day a new subscriber is dated with; `forgotten` outlives a restored backup."""
        self._store, self._today, self._forgotten, self._sleep = store, today, forgotten, sleep
        self._languages: OrderedDict[int, str | None] = OrderedDict()
        self._reading = Shared(self._read_languages)

    async def language_of(self, chat_id: int) -> str | None:
        """The id of the chosen language, or None for a chat that has chosen none; raises StoreError.

        Those asked for while one reading goes on share the next.
        """
        if chat_id not in self._languages:
            await self._reading.include(chat_id)
        return self._languages.get(chat_id)

    async def _read_languages(self, chat_ids: Collection[int]) -> None:
        chat = telegram_chat.c.chat_id
        query = select(chat, subscriber.c.language).join(subscriber).where(chat.in_(chat_ids))
        async with self._store.read() as connection:
            chosen = {row.chat_id: row.language for row in await connection.execute(query)}
        self._languages.update((chat_id, chosen.get(chat_id)) for chat_id in chat_ids)
        while len(self._languages) > _AT_HAND:
            self._languages.popitem(last=False)

    async def choose_language(self, chat_id: int, language_id: str) -> None:
        """Keep the choice, for a new subscriber or a known one; raises StoreError."""
        self._languages.pop(chat_id, None)
        of_chat = select(telegram_chat.c.subscriber_id).where(telegram_chat.c.chat_id == chat_id)
        async with self._store.write() as connection:
            known = await connection.scalar(of_chat)
            if known is not None:
                await connection.execute(
                    update(subscriber).where(subscriber.c.id == known).values(language=language_id)
                )
                return
            new = secrets.token_hex(16)
            await connection.execute(insert(subscriber).values(id=new, language=language_id, created=self._today()))
            await connection.execute(insert(telegram_chat).values(chat_id=chat_id, subscriber_id=new))
        if self._forgotten:
            self._forgotten.remove(chat_id)

    async def subscriber_of(self, chat_id: int, language_id: str) -> str:
        """The random id of whoever has this chat, kept from now on with `language_id` if unknown; raises StoreError."""
        if await self.language_of(chat_id) is None:
            await self.choose_language(chat_id, language_id)
        of_chat = select(telegram_chat.c.subscriber_id).where(telegram_chat.c.chat_id == chat_id)
        async with self._store.read() as connection:
            subscriber_id: str = (await connection.execute(of_chat)).scalar_one()
            return subscriber_id

    async def forget(self, chat_id: int) -> None:
        """Delete everything kept about a chat, so that no trace is left in the file; raises StoreError.

        An announcement on its way is waited for, so that nothing comes after it is said that all is forgotten.
        """
        self._languages.pop(chat_id, None)
        of_chat = select(telegram_chat.c.subscriber_id).where(telegram_chat.c.chat_id == chat_id)
        async with self._store.write() as connection:
            known = await connection.scalar(of_chat)
            if known is None:
                return
            # Whoever has no row here gets no message, and what waits goes too.
            await connection.execute(delete(recipient).where(recipient.c.subscriber_id == known))
            unsent = (delivery.c.subscriber_id == known, delivery.c.state != "sending")
            await connection.execute(delete(delivery).where(*unsent))
        if self._forgotten:
            self._forgotten.add(chat_id)
        await self._wait_for_delivery(known)
        async with self._store.write() as connection:
            # Rows of other tables go with it (ON DELETE CASCADE), and a result that comes later finds none.
            await connection.execute(delete(subscriber).where(subscriber.c.id == known))
        await self._store.wipe_journal()

    async def _wait_for_delivery(self, subscriber_id: str) -> None:
        on_its_way = select(delivery.c.id).where(delivery.c.subscriber_id == subscriber_id)
        for _ in range(_LONGEST_DELIVERY_SECONDS * 5):
            async with self._store.read() as connection:
                if await connection.scalar(on_its_way.where(delivery.c.state == "sending")) is None:
                    return
            await self._sleep(0.2)

    async def forget_again(self) -> int:
        """Forget everybody who had asked for it before an older database was restored; how many; raises StoreError."""
        if self._forgotten is None:
            return 0
        async with self._store.read() as connection:
            chats = (await connection.scalars(select(telegram_chat.c.chat_id))).all()
        returned = self._forgotten.among(chats)
        for chat_id in returned:
            await self.forget(chat_id)
        return len(returned)

    async def move(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group has become a supergroup and got a new id; raises StoreError."""
        self._languages.pop(new_chat_id, None)
        self._languages.pop(old_chat_id, None)
        async with self._store.write() as connection:
            await connection.execute(delete(telegram_chat).where(telegram_chat.c.chat_id == new_chat_id))
            await connection.execute(
                update(telegram_chat).where(telegram_chat.c.chat_id == old_chat_id).values(chat_id=new_chat_id)
            )
