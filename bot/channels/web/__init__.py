"""The web door: a chat page that works with and without JavaScript, topic pages to share and print, health."""

from bot.channels.web.application import build_web
from bot.channels.web.serving import PortInUseError, WebAddressError, serve_web

__all__ = ["PortInUseError", "WebAddressError", "build_web", "serve_web"]
