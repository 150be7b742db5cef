"""A plain aiogram echo bot, as its documentation writes it, to compare with: `python -m benchmarks.echo_bot`.

Takes its settings from the environment as the bot itself does; TILLSAMMANS_WEBHOOK_URL makes it use a webhook.
"""

from __future__ import annotations

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

dispatcher = Dispatcher()


@dispatcher.message()
async def echo(message: Message) -> None:
    """Say what was said."""
    await message.answer(str(message.text))


async def main() -> None:
    """Serve until the process is ended."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"]))
    async with Bot(os.environ["TELEGRAM_TOKEN"], session=session) as bot:
        if origin := os.environ.get("TILLSAMMANS_WEBHOOK_URL"):
            app = web.Application()
            SimpleRequestHandler(dispatcher, bot).register(app, "/telegram")
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", int(os.environ["TILLSAMMANS_WEB_PORT"])).start()
            await bot.set_webhook(f"{origin}/telegram", max_connections=100)
            await asyncio.Event().wait()
        await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
