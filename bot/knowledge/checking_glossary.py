"""Whether the letter decoder makes sense: its topics, its texts, and that every language explains Swedish words."""

from __future__ import annotations

from bot.knowledge.checking_texts import text_faults
from bot.knowledge.problems import did_you_mean, say
from bot.knowledge.reading import Reading
from bot.languages.table import SOURCE


def check_glossary(reading: Reading) -> None:
    """Check every explanation; what is wrong is added to `reading.problems`."""
    content, problems = reading.content, reading.problems
    for language_id, words in content.glossary.items():
        document = reading.others[f"knowledge/glossary/{language_id}.yaml"]
        for word, text in words.items():
            if word not in content.letter_words and word not in reading.broken:
                what = say("'{word}' is not explained in knowledge/glossary/sv.yaml", word=word)
                problems.error(document.path, document.line(word), what, did_you_mean(word, content.letter_words))
            for field in ("sender", "means", "do"):
                for fault in text_faults(getattr(text, field)):
                    problems.error(document.path, document.text_line(fault.row, word, field), fault.what, fault.remedy)
    for word, entry in content.letter_words.items():
        document = reading.others[f"knowledge/glossary/{SOURCE}.yaml"]
        for index, topic in enumerate(entry.topics):
            if topic not in content.topics and topic not in reading.broken:
                line = document.line(word, "topics", index)
                problems.error(
                    document.path, line, say("there is no topic '{id}'", id=topic), did_you_mean(topic, content.topics)
                )
