"""What each address shows, and how a posted question becomes a page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.channels.web.drawing import Drawing, Page, make_page, suggested_buttons, topic_buttons, written_languages
from bot.channels.web.page_words import problem_sentence
from bot.channels.web.rate_limit import RateLimit
from bot.channels.web.submissions import Submission, read_submission, topics_among
from bot.channels.web.visitors import Visitor, client_key, forget_language, remember_language, visitor_of
from bot.conversation.actions import Action, Verb
from bot.conversation.activity_names import CHOICES
from bot.conversation.brain import Brain
from bot.conversation.composing import EMERGENCY, SWITCHBOARD
from bot.conversation.dialogue import Dialogue
from bot.conversation.replies import Block, ChooseLanguage, Forget, Kind, Message, Plain, Reply, Style
from bot.languages.bidi import strip_controls

# Sent by the page's script, which wants only the turn. A form cannot send it.
FRAGMENT_HEADER = "x-fragment"


class Pages:
    """The endpoints. Nothing is kept between requests but the counts of the rate limit."""

    def __init__(self, dialogue: Dialogue, brain: Callable[[], Brain], limit: RateLimit, drawing: Drawing) -> None:
        self._dialogue, self._brain, self._limit, self._drawing = dialogue, brain, limit, drawing
        facts = brain().content.facts
        self._last_words = _plain_page(facts[EMERGENCY].value, facts[SWITCHBOARD].value)

    # Endpoints -----------------------------------------------------------------------------------------------------

    async def chat(self, request: Request) -> Response:
        """The first meeting, or the welcome in the language chosen before."""
        brain = self._brain()
        visitor = visitor_of(request, brain.languages)
        page = await self._page(brain, visitor, Submission())
        return HTMLResponse(self._drawing.page(page))

    async def areas(self, request: Request) -> Response:
        """Everything that can be asked, by area."""
        return await self._shown(request, Action(Verb.AREAS))

    async def activities(self, request: Request) -> Response:
        """What is on: the next days, or a period or choice as the address says."""
        about = next((f"{kind}.{key}" for kind, key in request.query_params.items() if kind in CHOICES), "")
        return await self._shown(request, Action(Verb.WHATS_ON, about or request.query_params.get("when", "")))

    async def activity(self, request: Request) -> Response:
        """The page of one activity, to share."""
        activity, language = request.path_params["activity"], request.path_params.get("language", "")
        brain = self._brain()
        if activity not in brain.programme.shown or (language and language not in brain.languages):
            raise HTTPException(404)
        return await self._shown(request, Action(Verb.ACTIVITY, activity, language))

    async def organisations(self, request: Request) -> Response:
        """Who does what for integration."""
        return await self._shown(request, Action(Verb.ORGANISATIONS))

    async def _shown(self, request: Request, action: Action) -> Response:
        brain = self._brain()
        visitor = visitor_of(request, brain.languages)
        if action.language:
            visitor = replace(visitor, chosen=action.language)
        page = await self._page(brain, visitor, Submission(action=action))
        headings = (block.text for block in page.turn.reply.blocks if block.style is Style.HEADING)
        return HTMLResponse(self._drawing.page(replace(page, title=strip_controls(next(headings, "")))))

    async def ask(self, request: Request) -> Response:
        """The answer to a question or a tapped button: the whole page, or for the page's script only the turn."""
        submission = await read_submission(request)
        brain = self._brain()
        visitor = visitor_of(request, brain.languages)
        page = await self._page(brain, visitor, submission)
        reply = page.turn.reply
        # Checked after answering: whether it is a crisis, where nobody may be made to wait, is known only then.
        if not reply.is_sensitive and (wait := self._limit.take(client_key(request))):
            return await self.problem(request, 429, {"Retry-After": str(math.ceil(wait))}, draft=submission.text)
        wants_turn = FRAGMENT_HEADER in request.headers and not reply.effects
        response = HTMLResponse(self._drawing.fragment(page) if wants_turn else self._drawing.page(page))
        _carry_out(reply, request, response)
        return response

    async def topic(self, request: Request) -> Response:
        """The page of one topic, to share and to print."""
        brain = self._brain()
        label, language = request.path_params["label"], request.path_params.get("language")
        visitor = visitor_of(request, brain.languages)
        if language is not None:
            if language not in brain.languages:
                raise HTTPException(404)
            visitor = replace(visitor, chosen=language)
        page = await self._page(brain, visitor, Submission(action=Action(Verb.TOPIC, label)))
        reply = page.turn.reply
        if not reply.topics:
            raise HTTPException(404)
        title = "" if reply.is_sensitive else brain.title(label, visitor.language_id(brain.languages))
        page = replace(page, title=title, topic=label, written=written_languages(brain, label))
        return HTMLResponse(self._drawing.page(page))

    async def problem(
        self, request: Request, status: int, headers: Mapping[str, str] | None = None, draft: str = ""
    ) -> Response:
        """A page that says what went wrong, with what helps: the emergency number, a person, the areas."""
        brain = self._brain()
        visitor = visitor_of(request, brain.languages)
        words = brain.words.of(visitor.language_id(brain.languages))
        notice = Block((Plain(problem_sentence(words, status)),), words.language, Style.NOTICE)
        action = Action(Verb.AREAS if status == 404 else Verb.HELP)
        page = await self._page(brain, visitor, Submission(action=action), notice)
        page = replace(page, draft=draft)
        draw = self._drawing.fragment if FRAGMENT_HEADER in request.headers else self._drawing.page
        return HTMLResponse(draw(page), status, headers)

    async def refusal(self, request: Request, error: Exception) -> Response:
        """The page for an HTTPException."""
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
        return await self.problem(request, error.status_code, error.headers)

    async def failure(self, request: Request) -> Response:
        """The page for a mistake of ours; when even that fails, a plain one made at the start."""
        try:
            return await self.problem(request, 500)
        except Exception:
            return HTMLResponse(self._last_words, 500)

    # -----------------------------------------------------------------------------------------------------------------

    async def _page(self, brain: Brain, visitor: Visitor, submission: Submission, notice: Block | None = None) -> Page:
        message = Message(submission.text, submission.action, visitor.chosen, visitor.client_language)
        # In a thread: the first question in a language fits its topics, and nobody else should wait for that.
        reply = await run_in_threadpool(self._dialogue.reply, message)
        visitor = _after(visitor, reply)
        language_id = visitor.language_id(brain.languages)
        if notice is not None:
            reply = replace(reply, blocks=(notice, *reply.blocks))
        page = make_page(brain, language_id, reply, submission.text)
        is_welcome = visitor.chosen is not None and submission.text == "" and _welcomes(submission, reply)
        return replace(
            page,
            suggested=suggested_buttons(brain, language_id) if is_welcome else (),
            earlier=topic_buttons(brain, submission.earlier, language_id),
            remembered=_remembered(submission, reply),
        )


def _remembered(submission: Submission, reply: Reply) -> tuple[str, ...]:
    """What the next form brings back: topics shown, but never what should not be seen on a shared computer."""
    shown = () if reply.is_sensitive or reply.kind is not Kind.ANSWER else reply.topics
    if any(isinstance(effect, Forget) for effect in reply.effects):
        return ()
    now = (Action(Verb.TOPIC, label, reply.language.id).encode() for label in shown)
    return tuple(action.encode() for action in topics_among([*(one.encode() for one in submission.earlier), *now]))


def _welcomes(submission: Submission, reply: Reply) -> bool:
    return submission.action is None or any(isinstance(effect, ChooseLanguage) for effect in reply.effects)


def _after(visitor: Visitor, reply: Reply) -> Visitor:
    """The visitor as the reply leaves them: with the language they chose, or forgotten."""
    for effect in reply.effects:
        match effect:
            case ChooseLanguage(language_id):
                visitor = replace(visitor, chosen=language_id)
            case Forget():
                visitor = replace(visitor, chosen=None)
    return visitor


def _carry_out(reply: Reply, request: Request, response: Response) -> None:
    for effect in reply.effects:
        match effect:
            case ChooseLanguage(language_id):
                remember_language(response, request, language_id)
            case Forget():
                forget_language(response)


def _plain_page(emergency: str, switchboard: str) -> str:
    """Said when nothing else works any more, so it can use no catalogue and no template."""
    return (
        '<!doctype html><html lang="sv"><meta charset="utf-8"><title>Tillsammans</title>'
        f'<h1>Tillsammans</h1><p>Något gick fel. Fara för liv? Ring <a href="tel:{emergency}">{emergency}</a>. '
        f"Uddevalla kommun: {switchboard}.</p>"
        f'<p lang="en">Something went wrong. Danger to life? Call <a href="tel:{emergency}">{emergency}</a>. '
        f"Uddevalla kommun (the municipality): {switchboard}.</p></html>"
    )
