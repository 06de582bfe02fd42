"""What people do about invoices: each deed once, in one transaction with its traces."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

import structlog
from sqlite_utils import Database

from bot.answers.care import Care, Done
from bot.flows.living import touch
from bot.queries.care import CareOrder, Deed
from bot.queries.wording import mark, tr
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
GONE = mark("I know no such invoice any more.")


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
        return Outcome(tr(GONE), done=False)
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
        """The document, within a sentence."""
        number = outside(self.invoice.number, 80)
        if self.invoice.kind == "invoice":
            return tr("the invoice {number}", number=number)
        return tr("the credit note {number}", number=number)

    @property
    def subject(self) -> str:
        """The document, where a sentence begins."""
        number = outside(self.invoice.number, 80)
        if self.invoice.kind == "invoice":
            return tr("The invoice {number}", number=number)
        return tr("The credit note {number}", number=number)

    @property
    def key(self) -> tuple[str, str]:
        return self.invoice.connection, self.invoice.id

    def say(self, own: str, other: str, of: str | None, /, **values: object) -> str:
        """Say what somebody did already: *own* where it was whoever wants it now."""
        values["document"] = self.name
        if of == self.by:
            return tr(own, **values)
        return tr(other, person=person(of or ""), **values)

    def nothing_to_silence(self) -> Outcome:
        state = words.status(self.invoice.status)
        return Outcome(
            tr(
                "{document} is {status}; there is nothing to keep silent about.",
                document=self.subject,
                status=state,
            ),
            done=False,
        )


def _acknowledge(db: Database, _wanted: Wanted, about: _About) -> Outcome:
    before = about.before
    if before.acknowledged_by is not None:
        return Outcome(
            about.say(
                mark("You acknowledged {document} already."),
                mark("{person} acknowledged {document} already."),
                before.acknowledged_by,
            ),
            done=False,
        )
    if not can_be_silent(about.invoice):
        return about.nothing_to_silence()
    care.acknowledge(db, *about.key, by=about.by, now=about.now)
    return Outcome(
        tr(
            "Acknowledged: {document} stays silent until something about it changes.",
            document=about.name,
        )
    )


def _take_back(db: Database, _wanted: Wanted, about: _About) -> Outcome:
    if about.before.acknowledged_by is None:
        return Outcome(
            tr("Nobody has acknowledged {document}.", document=about.name), done=False
        )
    care.take_back(db, *about.key, by=about.by, now=about.now)
    return Outcome(tr("Taken back: {document} is told of again.", document=about.name))


def _snooze(db: Database, wanted: Wanted, about: _About) -> Outcome:
    if not can_be_silent(about.invoice):
        return about.nothing_to_silence()
    until, before = wanted.until, about.before
    if problem := why_not_until(until, today=about.today):
        return Outcome(problem, done=False)
    assert until is not None
    day = words.day(until)
    if before.snoozed_until == until:
        return Outcome(
            about.say(
                mark("You snoozed {document} until {day} already."),
                mark("{person} snoozed {document} until {day} already."),
                before.snoozed_by,
                day=day,
            ),
            done=False,
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
    said = tr(
        "Snoozed: {document} stays silent until {day}, unless it changes.",
        document=about.name,
        day=day,
    )
    if before.snoozed_until is None:
        return Outcome(said)
    had = about.say(
        mark("You had snoozed it until {day}."),
        mark("{person} had snoozed it until {day}."),
        before.snoozed_by,
        day=words.day(before.snoozed_until),
    )
    return Outcome(f"{said} {had}")


def why_not_until(until: date | None, *, today: date) -> str | None:
    """Say why something cannot be snoozed until that day; ``None`` when it can."""
    if until is None:
        return tr("Choose a day until which it is snoozed.")
    if until <= today:
        return tr(
            "{day} is not in the future; choose a later day.", day=words.day(until)
        )
    if (until - today).days > LONGEST_DAYS:
        return tr("A snooze lasts a year at most; acknowledge what is to stay silent.")
    return None


def _unsnooze(db: Database, _wanted: Wanted, about: _About) -> Outcome:
    if about.before.snoozed_until is None:
        return Outcome(
            tr("{document} is not snoozed.", document=about.subject), done=False
        )
    care.end_snooze(db, *about.key, by=about.by, now=about.now)
    return Outcome(
        tr("No longer snoozed: {document} is told of again.", document=about.name)
    )


def _assign(db: Database, wanted: Wanted, about: _About) -> Outcome:
    before, to = about.before, wanted.person
    if before.assignee == to:
        return Outcome(
            about.say(
                mark("You assigned {document} to {assignee} already."),
                mark("{person} assigned {document} to {assignee} already."),
                before.assigned_by,
                assignee=person(to),
            ),
            done=False,
        )
    care.assign(db, *about.key, to=to, by=about.by, now=about.now)
    said = tr(
        "Assigned: {person} looks after {document}.",
        person=person(to),
        document=about.name,
    )
    if before.assignee is None:
        return Outcome(said)
    was = tr(
        "It was {assignee}, by {person}.",
        assignee=person(before.assignee),
        person=person(before.assigned_by or ""),
    )
    return Outcome(f"{said} {was}")


def _unassign(db: Database, _wanted: Wanted, about: _About) -> Outcome:
    if about.before.assignee is None:
        return Outcome(
            tr("{document} is assigned to nobody.", document=about.subject), done=False
        )
    care.unassign(db, *about.key, by=about.by, now=about.now)
    was = person(about.before.assignee)
    return Outcome(
        tr(
            "{document} is assigned to nobody now; it was {person}.",
            document=about.subject,
            person=was,
        )
    )


def _note(db: Database, wanted: Wanted, about: _About) -> Outcome:
    text = " ".join(wanted.words.split())
    if not text:
        return Outcome(tr("The note is empty."), done=False)
    if len(text) > NOTE:
        return Outcome(
            tr(
                "A note has {most} characters at most; this one has {n}.",
                most=NOTE,
                n=len(text),
            ),
            done=False,
        )
    care.note(db, *about.key, text=text, by=about.by, now=about.now)
    return Outcome(tr("Noted for {document}.", document=about.name))


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
