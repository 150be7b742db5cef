"""The crisis lane built from the content, and held to the sentences it must and must not find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.conversation.startup_cache import StartupCache, program_digest
from bot.knowledge.content import Content
from bot.knowledge.problems import say
from bot.knowledge.reading import Reading
from bot.knowledge.schema import CrisisFile
from bot.understanding import Example, crisis, crisis_matching, crisis_patterns, crisis_words, normalising
from bot.understanding.crisis import CrisisLane, CrisisRule, CrisisRuleError
from bot.understanding.danger_likeness import DangerLikeness
from bot.understanding.keeping import ArrayStore

_LANE = "crisis-lane"
_COMPILED_BY = (crisis, crisis_matching, crisis_patterns, crisis_words, normalising)


def build_crisis_lane(reading: Reading, cache: StartupCache | None = None) -> CrisisLane | None:
    """Build the lane, or take it from the cache; a rule that cannot be used is told in `reading.problems`."""
    rules: Mapping[str, list[CrisisRule]] = {
        language: [CrisisRule(rule.topic, rule.danger, tuple(rule.match), tuple(rule.unless)) for rule in file.rules]
        for language, file in reading.content.crisis.items()
    }
    made_from = f"{program_digest(*_COMPILED_BY)} {rules!r}"
    if cache is not None and (plain := cache.recall(_LANE, made_from)):
        return CrisisLane.restored(plain)
    try:
        lane = CrisisLane(rules)
    except CrisisRuleError as error:
        reading.problems.error("knowledge/crisis", 1, say("{reason}", reason=error))
        return None
    if cache is not None:
        cache.keep(_LANE, made_from, lane.plain())
    return lane


def build_danger_likeness(
    content: Content, harmless: Iterable[Example], store: ArrayStore | None
) -> DangerLikeness | None:
    """The net behind the rules, learnt from their sentences and from what is asked without danger, in scope or not."""
    told = [
        Example(sentence, topics.split("|")[0], language)
        for language, file in content.crisis.items()
        for group in (file.must_match, file.examples)
        for topics, sentences in group.items()
        for sentence in sentences
    ]
    lookalikes = [text for file in content.crisis.values() for text in (*file.must_not_match, *file.harmless)]
    lookalikes += [text for texts in content.out_of_scope.values() for text in texts]
    safe = (one for one in harmless if not content.is_dangerous(one.topic))
    return DangerLikeness.fit(told, lookalikes, safe, store)


def hold_to_sentences(lane: CrisisLane, reading: Reading) -> None:
    """Hold the lane to the sentences it must and must not find; what fails is told in `reading.problems`."""
    for language, file in reading.content.crisis.items():
        _hold_language(lane, language, file, reading)


def _hold_language(lane: CrisisLane, language: str, file: CrisisFile, reading: Reading) -> None:
    document = reading.others[f"knowledge/crisis/{language}.yaml"]
    problems, path = reading.problems, document.path
    for index, rule in enumerate(file.rules):
        if rule.topic not in reading.content.topics and rule.topic not in reading.broken:
            problems.error(path, document.line("rules", index, "topic"), say("there is no topic '{id}'", id=rule.topic))
    for key in {key for group in (file.must_match, file.examples) for topics in group for key in topics.split("|")}:
        if key not in reading.content.topics and key not in reading.broken:
            problems.error(path, document.line("examples", key), say("there is no topic '{id}'", id=key))
    for topics, sentences in file.must_match.items():
        for index, sentence in enumerate(sentences):
            hit = lane.find(sentence, [language])
            if hit is None or hit.topic not in topics.split("|"):
                found = hit.topic if hit else "-"
                problems.error(
                    path,
                    document.line("must_match", topics, index),
                    say(
                        "'{sentence}' must lead to {topic}, but leads to {found}",
                        sentence=sentence,
                        topic=topics,
                        found=found,
                    ),
                    say("add a pattern to 'rules', or mend the one that was changed"),
                )
    for index, sentence in enumerate(file.must_not_match):
        if hit := lane.find(sentence, [language]):
            problems.error(
                path,
                document.line("must_not_match", index),
                say(
                    "'{sentence}' is no danger, but '{pattern}' ({language}) matches it",
                    sentence=sentence,
                    pattern=_shortened(hit.pattern),
                    language=hit.language,
                ),
                say("make that pattern longer, or add an exception under 'unless'"),
            )


def _shortened(pattern: str, most: int = 80) -> str:
    return pattern if len(pattern) <= most else pattern[:most] + "..."
