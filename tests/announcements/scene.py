"""What a test of announcements plays with."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from bot.activities.model import Activity, ActivityText, Occurrence, Place, Programme, Status
from bot.announcements.announcer import Announcer
from bot.announcements.model import Digest, Kind, Messenger, News, Outcome, Receipt, Sent
from bot.announcements.outcomes import Policy
from bot.announcements.subscriptions import Subscriptions
from bot.announcements.wishes import ANY, Interest, Mode
from bot.languages.dates import ZONE
from bot.store import Store, TelegramSubscribers
from bot.store.announcement_tables import delivery, recipient, subscription
from bot.store.tables import subscriber, telegram_chat

BOT = 4711
STAFF = -100
# A Tuesday, nobody's quiet hour.
NOON = datetime(2026, 12, 1, 12, tzinfo=ZONE)
SKOLAN = Place("Junoskolan", "Junogatan 2")
TORGET = Place("Torget", "Kungsgatan 1")


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    moment: datetime = NOON

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment = (self.moment.astimezone(UTC) + timedelta(**delta)).astimezone(ZONE)

    async def sleep(self, seconds: float) -> None:
        self.forward(seconds=seconds)


class Composer:
    """Says what it was asked to say in a way that is easy to check."""

    def compose(self, told: News | Digest, language_id: str) -> str:
        if isinstance(told, Digest):
            return f"{language_id} week: " + ", ".join(f"{activity.id}/{one.key}" for activity, one in told.items)
        about = "".join(
            f" {one.before.start if one.before else None:%d %H:%M}->{one.after.start:%d %H:%M} {one.after.status}"
            for one in told.changes
        )
        when = f" {told.occurrence.start:%d %H:%M}" if told.occurrence else ""
        return f"{language_id} {told.kind} {told.activity.id}{about}{when}{' (repeat)' if told.is_repeat else ''}"

    def receipt(self, receipt: Receipt) -> str:
        counts = f"{receipt.sent} sent, {receipt.blocked} blocked, {receipt.failed} failed, {receipt.expired} expired"
        counts += f", {receipt.unknown} unknown" if receipt.unknown else ""
        return f"receipt {receipt.kind} {receipt.activity_id}: {counts}"

    def alert(self, trouble: str) -> str:
        return f"alert {trouble}"


@dataclass
class FakeMessenger(Messenger[str]):
    """Delivers at once, or ends as the test says: `endings` per chat come first, then those for all."""

    clock: Clock
    arrived: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    silent: list[str] = field(default_factory=list)
    edited: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    at: list[datetime] = field(default_factory=list)
    tried: Counter[int] = field(default_factory=Counter)
    endings: dict[int | None, deque[Outcome]] = field(default_factory=lambda: defaultdict(deque))
    # Whether a message that ended in an unknown way had arrived.
    on_send: Callable[[int, str], Awaitable[None]] | None = None

    async def send(self, chat_id: int, text: str, *, silent: bool) -> Outcome:
        self.tried[chat_id] += 1
        if self.on_send:
            await self.on_send(chat_id, text)
        for key in (chat_id, None):
            if self.endings[key]:
                return self.endings[key].popleft()
        self.arrived[chat_id].append(text)
        self.at.append(self.clock())
        if silent:
            self.silent.append(text)
        return Sent(len(self.at))

    async def edit(self, chat_id: int, message_id: int, text: str) -> Outcome:
        if self.endings[chat_id]:
            return self.endings[chat_id].popleft()
        self.edited[chat_id][message_id] = text
        return Sent(message_id)


def occasion(activity_id: str, start: datetime, key: str = "once", place: Place = SKOLAN) -> Occurrence:
    """Two hours somewhere."""
    return Occurrence(activity_id, key, start, start + timedelta(hours=2), place)


def activity(activity_id: str, *occurrences: Occurrence, subject: str = "language") -> Activity:
    """An activity with Swedish and Arabic texts."""
    made = Activity(
        id=activity_id,
        subject=subject,
        area="centrum",
        audiences=("women", "parents"),
        organiser="rodakorset",
        occurrences=occurrences,
        texts={"sv": ActivityText("Språkkafé"), "ar": ActivityText("مقهى اللغة")},
        fingerprint="",
    )
    return stamped(made)


def stamped(changed: Activity) -> Activity:
    """With the fingerprint that the reader would give it."""
    told = [(one.key, one.start, one.end, one.place, one.status) for one in changed.occurrences]
    return replace(changed, fingerprint=f"{hash(str(told)):x}")


def moved(was: Activity, to: datetime, key: str = "once") -> Activity:
    """One occasion at another time."""
    return _with(was, key, lambda one: replace(one, start=to, end=to + timedelta(hours=2), status=Status.MOVED))


def cancelled(was: Activity, key: str = "once") -> Activity:
    """One occasion that does not take place."""
    return _with(was, key, lambda one: replace(one, status=Status.CANCELLED))


def _with(was: Activity, key: str, change: Callable[[Occurrence], Occurrence]) -> Activity:
    return stamped(replace(was, occurrences=tuple(change(one) if one.key == key else one for one in was.occurrences)))


@dataclass
class Scene:
    """A bot, its people and its programme."""

    store: Store
    folder: Path
    clock: Clock
    messenger: FakeMessenger
    subscriptions: Subscriptions
    subscribers: TelegramSubscribers
    announcer: Announcer[str]
    programme: Programme = field(default_factory=Programme)
    ids: dict[int, str] = field(default_factory=dict)

    @classmethod
    async def begin(
        cls, store: Store, folder: Path, clock: Clock | None = None, programme: Programme | None = None
    ) -> Scene:
        """Open, and compare with an empty programme if none is given, so that what comes is news."""
        clock = clock or Clock()
        scene = cls.__new__(cls)
        scene.__init__(  # type: ignore[misc]
            store,
            folder,
            clock,
            FakeMessenger(clock),
            Subscriptions(store, clock),
            TelegramSubscribers(store, lambda: date(2026, 12, 1), sleep=clock.sleep),
            None,
            programme or Programme(),
        )
        scene.announcer = scene.instance()
        await scene.announcer.restoring.open()
        await scene.announcer.plan_once()
        return scene

    def instance(self, **options: object) -> Announcer[str]:
        """Another process of the same bot."""
        settings: dict[str, object] = {"per_second": None, "staff_chat": STAFF, "policy": Policy()} | options
        made = Announcer(
            self.store,
            BOT,
            lambda: self.programme,
            Composer(),
            self.messenger,
            self.clock,
            self.folder,
            **settings,  # type: ignore[arg-type]
        )
        made.sender._sleep = self.clock.sleep
        return made

    async def person(
        self, chat_id: int, language: str = "sv", interest: Interest | None = None, mode: Mode | None = Mode.INSTANT
    ) -> str:
        """Somebody who has subscribed, to everything if nothing is said."""
        subscriber_id = await self.subscribers.subscriber_of(chat_id, language)
        self.ids[chat_id] = subscriber_id
        if mode:
            await self.subscriptions.subscribe(subscriber_id, interest or Interest(ANY, ANY, ANY), mode)
        return subscriber_id

    async def crowd(self, count: int, first: int = 1000) -> list[int]:
        """Many people at once."""
        rows = [{"id": secrets.token_hex(16), "language": "sv", "created": date(2026, 12, 1)} for _ in range(count)]
        chats = [{"chat_id": first + n, "subscriber_id": row["id"]} for n, row in enumerate(rows)]
        async with self.store.write() as connection:
            await connection.execute(insert(subscriber), rows)
            await connection.execute(insert(telegram_chat), chats)
            usual = {"quiet_from": 21, "quiet_until": 8, "is_blocked": False, "next_at": 0}
            everything = {"subject": ANY, "area": ANY, "audience": ANY, "mode": Mode.INSTANT, "paused_until": 0}
            ids = [{"subscriber_id": row["id"]} for row in rows]
            await connection.execute(insert(recipient), [one | usual for one in ids])
            await connection.execute(
                insert(subscription), [one | everything | {"created": date(2026, 12, 1)} for one in ids]
            )
        return [first + n for n in range(count)]

    def put(self, *activities: Activity) -> None:
        """Save a file: these are on the programme now, besides those with other ids."""
        self.programme = Programme({**self.programme.activities, **{one.id: one for one in activities}})

    async def plan(self) -> int:
        """Notice what is new or due."""
        return await self.announcer.plan_once()

    async def send(self) -> int:
        """Send until nothing has been due for three seconds; how many arrived."""
        total = empty = 0
        while empty < 3:
            sent = await self.announcer.sender.send_page(30)
            total += sent
            empty = 0 if sent else empty + 1
            if not sent:
                self.clock.forward(seconds=1)
        return total

    async def announce(self, *activities: Activity) -> int:
        """Save, plan, send, and send receipts."""
        self.put(*activities)
        await self.plan()
        sent = await self.send()
        await self.announcer.receipts.step()
        return sent

    def heard(self, chat_id: int) -> list[str]:
        """What arrived in a chat."""
        return self.messenger.arrived[chat_id]

    async def states(self, kind: Kind | None = None) -> Counter[str]:
        """How many deliveries there are in each state."""
        query = select(delivery.c.state)
        async with self.store.read() as connection:
            rows = await connection.scalars(query.where(delivery.c.kind == kind) if kind else query)
            return Counter(rows.all())
