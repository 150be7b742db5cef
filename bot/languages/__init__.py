"""The languages served: their table, the bot's own words, dates, and the direction of text."""

from bot.languages.table import SOURCE, Language, Languages, LanguageTableError
from bot.languages.words import CatalogueError, Texts, Words

__all__ = ["SOURCE", "CatalogueError", "Language", "LanguageTableError", "Languages", "Texts", "Words"]
