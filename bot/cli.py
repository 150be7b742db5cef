"""The command line: `tillsammans run`, `prepare`, `chat`, `ask`, `check`, `status`, `explain`, `evaluate`,
`content-report`, `accept`, `poster`, `schemas`."""

from __future__ import annotations

import asyncio
import json
import locale
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer
from pydantic import ValidationError
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table

from bot.activities import schema as activities_schema
from bot.activities.imported import ImportedCalendars
from bot.cli_calendars import app as calendars_app
from bot.conversation.brain import Brain
from bot.conversation.dialogue import Dialogue
from bot.conversation.live import render_problems
from bot.conversation.loading import BrainLoader
from bot.conversation.replies import Message
from bot.conversation.results import as_json
from bot.conversation.startup_cache import StartupCache
from bot.knowledge.accepting import AcceptError, accept, remove
from bot.knowledge.fingerprints import TranslationState
from bot.knowledge.problems import Problems, did_you_mean
from bot.knowledge.schema import EDITOR_SCHEMAS, editor_schema
from bot.languages.dates import ZONE
from bot.languages.table import SOURCE, Languages, LanguageTableError
from bot.languages.words import Texts, Words
from bot.settings import Settings

app = typer.Typer(
    help="Tillsammans: civic information for residents of Uddevalla, in their own language, from approved text only.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(calendars_app, name="calendars")
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
SCHEMAS = EDITOR_SCHEMAS | activities_schema.EDITOR_SCHEMAS
# In a file or a pipe there is no window to fold tables into.
tables = Console(width=None if sys.stdout.isatty() else 180)


def main() -> None:
    """Entry point of the command `tillsammans`."""
    app()


def today() -> date:
    """The day in Sweden."""
    return datetime.now(ZONE).date()


@app.command()
def run() -> None:
    """Serve everything that is configured: the web page always, Telegram if TELEGRAM_TOKEN is set."""
    from bot.app import StartError, serve

    try:
        asyncio.run(serve(_settings(), today, out.print))
    except StartError as error:
        _stop(str(error))
    except KeyboardInterrupt:
        out.print()


@app.command()
def prepare() -> None:
    """Work out now what the first start would, and keep it; `make` does this."""
    brain = _brain(_settings())
    for language in track(brain.understanding.languages, "Preparing languages", console=err):
        brain.understanding.prepare(language)


@app.command()
def chat() -> None:
    """Talk with the bot here in the terminal."""
    from bot.channels.terminal import TerminalChat

    brain = _brain(_settings())
    TerminalChat(Dialogue(lambda: brain, today), Console(highlight=False), input, locale.getlocale()[0]).run()


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="Without it, one question per line of standard input.")] = None,
    lang: Annotated[str | None, typer.Option(help="The chosen language; without it, it is identified.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
) -> None:
    """Answer one question, or every line of standard input."""
    brain = _brain(_settings())
    _known_language(brain.languages, lang)
    dialogue = Dialogue(lambda: brain, today)
    for line in [question] if question is not None else _lines():
        reply = dialogue.reply(Message(text=line, chosen=lang))
        if json_:
            print(json.dumps(as_json(line, reply), ensure_ascii=False), flush=True)
        else:
            print(reply.text, end="\n\n" if question is None else "\n", flush=True)


@app.command()
def check(json_: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False) -> None:
    """Tell everything that is wrong in knowledge/ and locales/; exit 1 when something is an error."""
    settings = _settings()
    loaded = _loader(settings, _languages(settings)).load(today(), trust_cache=False)
    staff = _staff(settings)
    if json_:
        print(json.dumps([problem.as_json(staff) for problem in loaded.problems], ensure_ascii=False, indent=1))
    else:
        _print_problems(loaded.problems, staff)
    raise typer.Exit(1 if loaded.problems.errors else 0)


@app.command()
def status() -> None:
    """Show areas by languages: how many texts are reviewed / machine-translated / outdated / missing."""
    settings = _settings()
    brain = _brain(settings)
    languages = [key for key in brain.languages if any(key in topic.texts for topic in brain.content.topics.values())]
    legend = _staff(settings)("r reviewed, m by machine, o older than the Swedish text, - missing")
    table = Table("", *languages, title=legend, box=SIMPLE, padding=(0, 1, 0, 0))
    for area in brain.content.areas[SOURCE]:
        table.add_row(area, *(_counts(brain, area, key) for key in languages))
    tables.print(table)


@app.command()
def explain(question: str, lang: Annotated[str | None, typer.Option(help="The chosen language.")] = None) -> None:
    """Show why a question is understood as it is: languages, words, near misses, thresholds."""
    from bot.insight.explaining import explanation_tables

    brain = _brain(_settings())
    _known_language(brain.languages, lang)
    for table in explanation_tables(brain, question, lang):
        tables.print(table)


@app.command()
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="Files of questions with known topics, columns parted by tabs.")],
    split: Annotated[str | None, typer.Option(help="Only rows of this split: dev or test.")] = None,
    show_wrong: Annotated[bool, typer.Option(help="List the questions that were not understood as expected.")] = False,
) -> None:
    """Measure how many questions with known topics are understood, per language."""
    from bot.insight.evaluation import QuestionFileError, evaluate_files, evaluation_table, wrong_table

    brain = _brain(_settings())
    try:
        results = evaluate_files(brain, files, split)
    except QuestionFileError as error:
        _stop(str(error))
    tables.print(evaluation_table(results))
    if show_wrong:
        tables.print(wrong_table(results))


@app.command("content-report")
def content_report() -> None:
    """Show how good the content is: words, readability, phrases and sources, and how faithful the translations are."""
    from bot.insight.content_report import report, report_table
    from bot.insight.translation_report import has_translations, read_terms, translation_report, translation_table

    settings = _settings()
    brain = _brain(settings)
    tables.print(report_table(report(brain), len(brain.content.topics)))
    terms = read_terms(settings.knowledge / "glossary" / "terms")
    written = [language for language in brain.languages.values() if has_translations(brain, language)]
    reports = [translation_report(brain, one, terms) for one in track(written, "Reading translations", console=err)]
    tables.print(translation_table(reports))


@app.command("accept")
def accept_(
    lang: Annotated[str, typer.Argument(help="The language whose texts are accepted.")],
    topics: Annotated[
        list[str] | None, typer.Argument(help="Topic ids; without any, every text of the language.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who vouches for the texts: a role or a name.")] = "machine",
    reviewed: Annotated[bool, typer.Option(help="A person has read them beside the Swedish text.")] = False,
    remove_: Annotated[bool, typer.Option("--remove", help="The texts were deleted on purpose.")] = False,
) -> None:
    """Say that translations match today's Swedish texts, and who vouches for them."""
    settings = _settings()
    languages = _languages(settings)
    _known_language(languages, lang)
    if reviewed and by == "machine":
        _stop("--reviewed needs --by: who has read the texts?")
    content = _loader(settings, languages).load(today(), trust_cache=False).content
    ids = topics or [key for key, topic in content.topics.items() if lang in topic.texts]
    kind: Literal["machine", "reviewed"] = "reviewed" if reviewed else "machine"
    try:
        if remove_:
            changed = remove(settings.knowledge, lang, topics or [])
        else:
            changed = accept(settings.knowledge, content, lang, ids, status=kind, by=by, day=today())
    except AcceptError as error:
        _stop(str(error))
    out.print(f"knowledge/translations/{lang}.yaml: {len(changed)}")


@app.command()
def poster(
    topic: Annotated[str, typer.Argument(help="The id of a topic, as in knowledge/sv/.")],
    lang: Annotated[str, typer.Option(help="The language of the poster; Swedish stands beside it.")],
    out_folder: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = Path(),
    link: Annotated[str | None, typer.Option(help="Where the code leads; without it, to the bot in Telegram.")] = None,
) -> None:
    """Make a poster (A4, PDF and PNG) whose code opens an answer on the phone."""
    from bot.channels.paper import PosterError, draw_poster, save_poster, word_poster

    settings = _settings()
    brain = _brain(settings)
    _known_language(brain.languages, lang)
    try:
        language = brain.card(topic, lang).language
    except KeyError:
        near = did_you_mean(topic, brain.content.topics)
        _stop(f"there is no topic '{topic}'{f'; {near.render()}' if near else ''}", code=2)
    if language.id != lang:
        err.print(f"'{topic}' is not written in {lang} yet; the poster is in {language.id}", markup=False)
    try:
        words = word_poster(brain, topic, lang, link or _bot_link(settings, topic, lang))
        for path in save_poster(draw_poster(words), out_folder / f"poster-{topic}-{lang}"):
            out.print(str(path), markup=False)
    except PosterError as error:
        _stop(str(error))


@app.command()
def schemas(folder: Annotated[Path, typer.Argument()] = Path("knowledge/schema")) -> None:
    """Write the JSON Schemas with which editors complete and check the YAML files while typing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in SCHEMAS.items():
        text = json.dumps(editor_schema(model), ensure_ascii=False, indent=2) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    out.print(f"{folder}: {len(SCHEMAS)}")


@app.command()
def announce(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show whom it would tell, when, in what.")] = False,
    release: Annotated[bool, typer.Option("--release", help="Let go what was held back or refused.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="One JSON list; with --dry-run.")] = False,
) -> None:
    """Tell subscribers now what is new, changed, cancelled or due; `run` does so by itself."""
    from bot.channels.announcing import AnnounceError, look_ahead, preview_table, release_parked, send_all

    settings = _settings()
    brain = _brain(settings)
    try:
        if release:
            out.print(f"{asyncio.run(release_parked(settings, brain, _staff(settings)))} released")
        elif dry_run or json_:
            previews = asyncio.run(look_ahead(settings, brain, _staff(settings)))
            if json_:
                print(json.dumps([preview.as_json() for preview in previews], ensure_ascii=False, indent=1))
            elif previews:
                tables.print(preview_table(previews))
            else:
                out.print("nothing is to be announced")
        else:
            with Progress(console=err) as progress:
                out.print(f"{asyncio.run(send_all(settings, brain, _staff(settings), progress))} sent")
    except AnnounceError as error:
        _stop(str(error))


# What the commands share -------------------------------------------------------------------------------------------


def _settings() -> Settings:
    """The settings, or one line for each that is wrong and exit 2."""
    try:
        return Settings()
    except ValidationError as error:
        prefix = str(Settings.model_config["env_prefix"])
        names = {key: field.validation_alias or prefix + key.upper() for key, field in Settings.model_fields.items()}
        _stop(
            "\n".join(f"{names.get(str(one['loc'][0]), one['loc'][0])}: {one['msg']}" for one in error.errors()), code=2
        )


def _bot_link(settings: Settings, topic: str, lang: str) -> str:
    """The link that opens the bot at a topic; without its name in the settings Telegram is asked for it."""
    from bot.channels.telegram import UsernameError, ask_username, private_link

    try:
        username = settings.telegram_username or asyncio.run(ask_username(settings))
    except UsernameError as error:
        _stop(f"{error}; set TILLSAMMANS_TELEGRAM_USERNAME, or give --link")
    return private_link(username.removeprefix("@"), topic, lang)


def _languages(settings: Settings) -> Languages:
    try:
        return Languages.load(settings.locales / "languages.yaml")
    except LanguageTableError as error:
        _stop(str(error))


def _staff(settings: Settings) -> Texts:
    return Words(settings.locales, _languages(settings), "staff").of(settings.staff_language)


def _loader(settings: Settings, languages: Languages) -> BrainLoader:
    cache = StartupCache(settings.cache)
    samples, imported = settings.sample_activities, ImportedCalendars(settings.calendars)
    return BrainLoader(settings.knowledge, settings.locales, languages, cache, with_samples=samples, imported=imported)


def _brain(settings: Settings) -> Brain:
    """The brain, or every error of the content and exit 1."""
    loaded = _loader(settings, _languages(settings)).load(today())
    if loaded.brain is None:
        err.print(render_problems(loaded.problems.errors, _staff(settings)), markup=False)
        raise typer.Exit(1)
    return loaded.brain


def _print_problems(problems: Problems, staff: Texts) -> None:
    for problem in problems:
        mark = staff("error") if problem in problems.errors else staff("warning")
        out.print(f"{problem.render(staff)} [{mark}]", markup=False)
    out.print(staff.plural("{n} error", "{n} errors", len(problems.errors)))
    out.print(staff.plural("{n} warning", "{n} warnings", len(problems.warnings)))


def _known_language(languages: Languages, lang: str | None) -> None:
    if lang is not None and lang not in languages:
        near = did_you_mean(lang, languages)
        hint = near.render() if near else ", ".join(languages)
        _stop(f"'{lang}' is not a language of locales/languages.yaml; {hint}", code=2)


def _counts(brain: Brain, area: str, language_id: str) -> str:
    states = [brain.content.state(topic.id, language_id) for topic in brain.content.in_area(area)]
    marks = {
        TranslationState.REVIEWED: "r",
        TranslationState.MACHINE: "m",
        TranslationState.OUTDATED: "o",
        TranslationState.MISSING: "-",
    }
    return " ".join(f"{states.count(state)}{mark}" for state, mark in marks.items() if state in states)


def _lines() -> Iterator[str]:
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").rstrip("\r\n")


def _stop(message: str, code: int = 1) -> NoReturn:
    err.print(message, markup=False)
    raise typer.Exit(code)
