"""What people do about invoices: each deed once, in one transaction with its traces."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

import structlog
from sqlite_utils import Database

from bot.answers.care import Care, Done
from bot.flows.living import touch
from bot.queries.care import CareOrder, Deed
from bot.views import words
from bot.views.care import NOTE, can_be_silent, person
from bot.views.kit import outside
from providers.models import Invoice
from storage import care, notices, snapshots
from storage.care import Standing
from storage.store import Store

log = structlog.get_logger(__name__)

#: The longest snooze; what is to be silent for good is acknowledged.
LONGEST_DAYS = 366
GONE = "I know no such invoice any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to do about an invoice; *person* is an id of Slack's.

    *channel* and *thread* are where a snooze that ends is told; without them it is
    told to the person alone.
    """

    deed: Deed
    connection: str
    id: str
    until: date | None = None
    person: str = ""
    words: str = ""
    channel: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said to whoever wanted it, in mrkdwn; and whether anything was done."""

    sentence: str
    done: bool = True


class Caring:
    """Does what people want; who may is checked before."""

    def __init__(
        self, *, store: Store, now: Callable[[], datetime], zone: tzinfo
    ) -> None:
        self._store = store
        self._now = now
        self._zone = zone

    async def do(self, wanted: Wanted, *, by: str) -> Outcome:
        """Do it, or say why not; two people at once are told who was first.

        Raises:
            StorageError: it could not be kept.
        """
        outcome = await self._store.run(
            act, wanted, by=by, now=self._now(), zone=self._zone
        )
        log.info(
            "care",
            deed=wanted.deed,
            connection=wanted.connection,
            invoice=wanted.id,
            by=by,
            done=outcome.done,
        )
        return outcome

    def today(self) -> date:
        """Say which day it is."""
        return self._now().astimezone(self._zone).date()

    def about_thread(self, channel: str, thread: str) -> Invoice | None:
        """Find the invoice whose message the thread is of."""
        if not thread:
            return None
        notice = self._store.read(notices.at, channel, thread)
        if notice is None:
            return None
        return self.invoice(notice.connection, notice.invoice)

    def find(self, order: CareOrder, *, channel: str, thread: str) -> list[Invoice]:
        """Find the invoices that an order may be about; there should be one."""
        if not order.number:
            found = self.about_thread(channel, thread)
            return [] if found is None else [found]
        stored = self._store.read(snapshots.by_number, order.number, order.connections)
        return [each.invoice for each in stored]

    def read_day(self, text: str) -> date | None:
        """Read a day that a form sends; ``None`` when it is none."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None

    def care_of(self, connection: str, invoice: str) -> Care:
        """Read how an invoice stands with people, and everything they did."""
        return self._store.read(care_of, connection, invoice, zone=self._zone)

    def invoice(self, connection: str, invoice: str) -> Invoice | None:
        """Read an invoice as it was last seen."""
        found = self._store.read(snapshots.get, connection, [invoice]).get(invoice)
        return None if found is None else found.invoice


def care_of(db: Database, connection: str, invoice: str, *, zone: tzinfo) -> Care:
    """Read how an invoice stands with people, and everything they did, as shown."""
    stands = care.standing(db, connection, invoice)
    return Care(
        acknowledged_by=stands.acknowledged_by,
        acknowledged_on=_day(stands.acknowledged_at, zone),
        snoozed_until=stands.snoozed_until,
        snoozed_by=stands.snoozed_by,
        assignee=stands.assignee,
        log=tuple(
            Done(each.deed, each.by, each.at, each.detail)
            for each in care.log_of(db, connection, invoice)
        ),
    )


def act(
    db: Database, wanted: Wanted, *, by: str, now: datetime, zone: tzinfo
) -> Outcome:
    """Do what is wanted, once, and let the invoice's messages show it."""
    stored = snapshots.get(db, wanted.connection, [wanted.id]).get(wanted.id)
    if stored is None:
        return Outcome(GONE, done=False)
    before = care.standing(db, wanted.connection, wanted.id)
    now_day = now.astimezone(zone).date()
    about = _About(stored.invoice, before, by=by, now=now, today=now_day)
    outcome = _DEEDS[wanted.deed](db, wanted, about)
    if outcome.done:
        touch(db, wanted.connection, wanted.id, now=now)
    return outcome


@dataclass(frozen=True, slots=True)
class _About:
    """What a deed is decided on."""

    invoice: Invoice
    before: Standing
    by: str
    now: datetime
    today: date

    @property
    def name(self) -> str:
        return f"{words.kind(self.invoice.kind)} {outside(self.invoice.number, 80)}"

    @property
    def key(self) -> tuple[str, str]:
        return self.invoice.connection, self.invoice.id

    def who(self, id_: str | None) -> str:
        return "You" if id_ == self.by else person(id_ or "")

    def nothing_to_silence(self) -> Outcome:
        state = words.status(self.invoice.status)
        return Outcome(
            f"The {self.name} is {state}; there is nothing to keep silent about.",
            done=False,
        )


def _acknowledge(db: Database, _wanted: Wanted, about: _About) -> Outcome:
    before = about.before
    if before.acknowledged_by is not None:
        return Outcome(
            f"{about.who(before.acknowledged_by)} acknowledged the {about.name} "
            "already.",
            done=False,
        )
    if not can_be_silent(about.invoice):
        return about.nothing_to_silence()
    care.acknowledge(db, *about.key, by=about.by, now=about.now)
    return Outcome(
        f"Acknowledged: the {about.name} stays silent until something about it changes."
    )


def _take_back(db: Database, _wanted: Wanted, about: _About) -> Outcome:
    if about.before.acknowledged_by is None:
        return Outcome(f"Nobody has acknowledged the {about.name}.", done=False)
    care.take_back(db, *about.key, by=about.by, now=about.now)
    return Outcome(f"Taken back: the {about.name} is told of again.")


def _snooze(db: Database, wanted: Wanted, about: _About) -> Outcome:
    if not can_be_silent(about.invoice):
        return about.nothing_to_silence()
    until, before = wanted.until, about.before
    if problem := why_not_until(until, today=about.today):
        return Outcome(problem, done=False)
    assert until is not None
    day = words.day(until)
    first = about.who(before.snoozed_by)
    if before.snoozed_until == until:
        return Outcome(
            f"{first} snoozed the {about.name} until {day} already.", done=False
        )
    care.snooze(
        db,
        *about.key,
        until=until,
        by=about.by,
        now=about.now,
        channel=wanted.channel or None,
        thread=wanted.thread or None,
    )
    said = f"Snoozed: the {about.name} stays silent until {day}, unless it changes."
    if before.snoozed_until is not None:
        said += f" {first} had snoozed it until {words.day(before.snoozed_until)}."
    return Outcome(said)


def why_not_until(until: date | None, *, today: date) -> str | None:
    """Say why something cannot be snoozed until that day; ``None`` when it can."""
    if until is None:
        return "Choose a day until which it is snoozed."
    if until <= today:
        return f"{words.day(until)} is not in the future; choose a later day."
    if (until - today).days > LONGEST_DAYS:
        return "A snooze lasts a year at most; acknowledge what is to stay silent."
    return None


def _unsnooze(db: Database, _wanted: Wanted, about: _About) -> Outcome:
    if about.before.snoozed_until is None:
        return Outcome(f"The {about.name} is not snoozed.", done=False)
    care.end_snooze(db, *about.key, by=about.by, now=about.now)
    return Outcome(f"No longer snoozed: the {about.name} is told of again.")


def _assign(db: Database, wanted: Wanted, about: _About) -> Outcome:
    before, to = about.before, wanted.person
    if before.assignee == to:
        first = about.who(before.assigned_by)
        return Outcome(
            f"{first} assigned the {about.name} to {person(to)} already.", done=False
        )
    care.assign(db, *about.key, to=to, by=about.by, now=about.now)
    said = f"Assigned: {person(to)} looks after the {about.name}."
    if before.assignee is not None:
        said += (
            f" It was {person(before.assignee)}, by {person(before.assigned_by or '')}."
        )
    return Outcome(said)


def _unassign(db: Database, _wanted: Wanted, about: _About) -> Outcome:
    if about.before.assignee is None:
        return Outcome(f"The {about.name} is assigned to nobody.", done=False)
    care.unassign(db, *about.key, by=about.by, now=about.now)
    was = person(about.before.assignee)
    return Outcome(f"The {about.name} is assigned to nobody now; it was {was}.")


def _note(db: Database, wanted: Wanted, about: _About) -> Outcome:
    text = " ".join(wanted.words.split())
    if not text:
        return Outcome("The note is empty.", done=False)
    if len(text) > NOTE:
        return Outcome(
            f"A note has {NOTE} characters at most; this one has {len(text)}.",
            done=False,
        )
    care.note(db, *about.key, text=text, by=about.by, now=about.now)
    return Outcome(f"Noted for the {about.name}.")


_DEEDS: dict[Deed, Callable[[Database, Wanted, _About], Outcome]] = {
    "acknowledge": _acknowledge,
    "take_back": _take_back,
    "snooze": _snooze,
    "unsnooze": _unsnooze,
    "assign": _assign,
    "unassign": _unassign,
    "note": _note,
}


def _day(moment: datetime | None, zone: tzinfo) -> date | None:
    return None if moment is None else moment.astimezone(zone).date()
