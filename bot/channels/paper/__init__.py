"""Paper as a door: posters that lead from a wall to an answer."""

from bot.channels.paper.poster import PosterError, draw_poster, save_poster
from bot.channels.paper.wording import Poster, word_poster

__all__ = ["Poster", "PosterError", "draw_poster", "save_poster", "word_poster"]
