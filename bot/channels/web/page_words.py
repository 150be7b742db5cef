"""The page's own words: what stands round an answer, in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.languages.table import Language
from bot.languages.words import Texts


@dataclass(frozen=True, slots=True)
class PageWords:
    """The page's own words by name, and the language they are really in."""

    language: Language
    said: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.said[name]


def page_words(texts: Texts) -> PageWords:
    """Everything the templates say, in the language of `texts`."""
    return PageWords(
        texts.language,
        {
            "tagline": texts("Answers about life in Uddevalla, in your language"),
            "skip": texts("Skip to the question box"),
            "conversation": texts("Conversation"),
            "topics": texts("Topics"),
            "help": texts("Help"),
            "privacy": texts("What is kept about you"),
            "about": texts("Who answers here"),
            "placeholder": texts("Write your question"),
            "send": texts("Send"),
            "you_wrote": texts("You wrote"),
            "you_chose": texts("You chose"),
            "answer": texts("Answer"),
            "waiting": texts("Looking for the answer…"),
            "note": texts("Please note"),
            "call": texts("Call:"),
            "exit": texts("Leave this page quickly"),
            "exit_hint": texts("You can also press the Esc key three times."),
            "new_tab": texts("opens in a new tab"),
            "share": texts("Page to share or print"),
            "print": texts("Print"),
            "activities": texts("What's on"),
            "calendar_file": texts("Open the file"),
            "calendar_feed": texts("Follow this in your own calendar"),
            "other_languages": texts("In another language"),
            "suggested": texts("You can ask about this, for example:"),
            "earlier": texts("Earlier answers"),
            "no_network": texts(
                "I could not be reached just now. Your question is still in the box. "
                "Check your connection and send it again."
            ),
        },
    )


def problem_sentence(texts: Texts, status: int) -> str:
    """What went wrong, for an HTTP `status`, said to a resident."""
    match status:
        case 403:
            return texts("That did not come from this page. Write your question in the box below.")
        case 404:
            return texts("This page does not exist. Choose an area, or write your question.")
        case 413:
            return texts("That was too much text. Write one question in a few words.")
        case 429:
            return texts("Many questions came from your connection in a short time. Wait a little and send it again.")
        case 500:
            return texts("Something went wrong here. It was not your fault. Try again in a little while.")
        case _:
            return texts("I could not read that. Write your question in the box below.")
