"""Settings that admins change in Slack: kept in the database, over the file's values.

Every process reads them from there when it needs them, so all of them know at once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlite_utils import Database

from bot.flows.access import Access
from bot.flows.privacy import DEFAULT_KEY, PrivacyRule, channel_key
from bot.flows.settling import Lateness
from bot.queries.preferences import (
    DEFAULT,
    EVERYWHERE,
    ChangeSetting,
    Name,
    SettingsOrder,
    ShowSettings,
)
from bot.queries.wording import tr
from bot.views.kit import Message
from bot.views.preferences import (
    Holding,
    changed_message,
    effects,
    name_words,
    not_admin_message,
    settings_message,
    value_words,
)
from bot.views.trouble import sentence_message
from providers.base import ConnectionConfig
from storage import lapses, preferences, years
from storage.lapses import DueDays
from storage.preferences import Preference
from storage.store import Store
from storage.terms import apply_terms

log = structlog.get_logger(__name__)

NO_TERMS = "none"


@dataclass(frozen=True, slots=True)
class FileValues:
    """What the configuration file says of everything that can be set in Slack."""

    connections: tuple[ConnectionConfig, ...]
    fiscal_year_start: int = 1
    date_order: str | None = None
    number_format: str | None = None
    privacy: PrivacyRule = field(default_factory=PrivacyRule)
    #: The settings that stand in the file, by the key they are kept under.
    written: frozenset[str] = frozenset()


def terms_key(connection: str) -> str:
    """Name the setting of a connection's payment terms."""
    return f"terms:{connection}"


def adjusted(
    config: ConnectionConfig, kept: Mapping[str, str], years: tuple[int, ...] = ()
) -> ConnectionConfig:
    """Give a connection the terms that were set in Slack, and the older *years*."""
    config = replace(config, years=years)
    said = kept.get(terms_key(config.name))
    return config if said is None else replace(config, payment_terms=_terms(said))


def overrides(kept: tuple[Preference, ...], file: FileValues) -> list[str]:
    """Say what is set in Slack, a sentence each; `duebot check` shows it."""
    known = {each.name for each in file.connections}
    said = []
    for each in kept:
        name, _, about = each.key.partition(":")
        gone = name == "terms" and about not in known
        over = " over the configuration file" if each.key in file.written else ""
        said.append(
            f"{each.key.replace(':', ' ')} is {each.value}, set in Slack{over} by "
            f"{each.set_by} on {each.set_at:%Y-%m-%d}"
            + ("; there is no such connection any more" if gone else "")
        )
    return said


class Preferences:
    """Shows and changes settings, for admins.

    *adjust* makes this process's connections what the settings say.
    """

    def __init__(  # noqa: PLR0913 - wired once, by keyword
        self,
        *,
        store: Store,
        file: FileValues,
        access: Access,
        lateness: Lateness,
        adjust: Callable[[], None],
        now: Callable[[], datetime],
        today: Callable[[], date],
        zone: ZoneInfo,
    ) -> None:
        self._store = store
        self._file = file
        self._access = access
        self._lateness = lateness
        self._adjust = adjust
        self._now = now
        self._today = today
        self._zone = zone
        self._labels = {each.name: each.label for each in file.connections}

    async def obey(self, order: SettingsOrder, *, user: str, channel: str) -> Message:
        """Show or change settings, if *user* is an admin; else say who may.

        Raises:
            StorageError: it could not be kept.
        """
        refused = await self.refusal(user)
        if refused is not None:
            return refused
        if isinstance(order, ShowSettings):
            return self._show()
        if order.name == "privacy" and not order.about:
            order = replace(order, about=channel)
        if order.name == "privacy" and order.about.startswith("D"):
            return sentence_message(
                tr(
                    "A direct message always shows everything. Name a channel, or "
                    "write everywhere."
                )
            )
        changed = await self._store.run(
            change,
            order,
            by=user,
            now=self._now(),
            file=self._file,
            late=self._lateness.on(self._today()),
        )
        self._adjust()
        log.info("setting changed", key=key_of(order), value=order.value, by=user)
        return changed_message(order, self._one(order), effects=effects(order, changed))

    async def refusal(self, user: str) -> Message | None:
        """Say who may change settings; ``None`` when *user* may."""
        if await self._access.is_admin(user):
            return None
        return not_admin_message(self._access.named_admins)

    def _show(self) -> Message:
        # Now, not as the last question found it.
        kept = self._store.read(preferences.every)
        examples = [
            "/invoices settings date-order dmy",
            '/invoices settings number-format "1,234.56"',
            "/invoices settings fiscal-year april",
            "/invoices settings privacy counts",
        ]
        return settings_message(list(self._holding(kept)), examples, zone=self._zone)

    def _one(self, order: ChangeSetting) -> Holding:
        kept = {each.key: each for each in self._store.read(preferences.every)}
        key = key_of(order)
        return self._held(kept.get(key), key, order.name, order.about)

    def _holding(self, kept: tuple[Preference, ...]) -> Iterator[Holding]:
        by_key = {each.key: each for each in kept}
        for name in ("date-order", "number-format", "fiscal-year"):
            yield self._held(by_key.get(name), name, name)
        for each in self._file.connections:
            key = terms_key(each.name)
            yield self._held(by_key.get(key), key, "terms", each.name)
        yield from self._years()
        yield self._held(by_key.get(DEFAULT_KEY), DEFAULT_KEY, "privacy", EVERYWHERE)
        channels = dict.fromkeys(self._file.privacy.channels) | dict.fromkeys(
            each.key.partition(":")[2]
            for each in kept
            if each.key.startswith(f"{DEFAULT_KEY}:")
        )
        for channel in channels:
            key = channel_key(channel)
            yield self._held(by_key.get(key), key, "privacy", channel)

    def _years(self) -> Iterator[Holding]:
        """Say from when connections are read that do not reach back for ever."""
        loaded = self._store.read(years.loaded)
        for each in self._file.connections:
            older = loaded.get(each.name, ())
            if older or each.since:
                since = str(each.since) if each.since else tr("last year")
                value = ", ".join([since, *(str(year) for year in older)])
                name = name_words("backfill", each.name, labels=self._labels)
                yield Holding(name, value, in_file=each.since is not None)

    def _held(
        self, kept: Preference | None, key: str, name: Name, about: str = ""
    ) -> Holding:
        value = self._in_file(name, about) if kept is None else kept.value
        return Holding(
            name=name_words(name, about, labels=self._labels),
            value=value_words(name, value),
            in_file=key in self._file.written,
            set_by=None if kept is None else kept.set_by,
            set_at=None if kept is None else kept.set_at,
        )

    def _in_file(self, name: Name, about: str) -> str:
        file = self._file
        match name:
            case "date-order":
                return file.date_order or ""
            case "number-format":
                return file.number_format or ""
            case "fiscal-year":
                return str(file.fiscal_year_start)
            case "terms":
                return str(_file_days(file, about) or NO_TERMS)
            case "privacy":
                level = file.privacy.channels.get(about, file.privacy.default)
                return level.value
            case _:
                return ""


def key_of(order: ChangeSetting) -> str:
    """Name what *order* sets, as it is kept."""
    match order.name:
        case "terms":
            return terms_key(order.about)
        case "privacy" if order.about == EVERYWHERE:
            return DEFAULT_KEY
        case "privacy":
            return channel_key(order.about)
        case name:
            return name


def change(  # noqa: PLR0913 - a change, and what it changes
    db: Database,
    order: ChangeSetting,
    *,
    by: str,
    now: datetime,
    file: FileValues,
    late: DueDays,
) -> int:
    """Keep a setting and what follows from it; count the due dates that moved.

    A due date that only our terms have moved makes nothing newly late, so nobody is
    told of what is late by it already; what comes later is told as ever.
    """
    key = key_of(order)
    if order.value == DEFAULT:
        preferences.remove(db, key)
    else:
        preferences.put(db, key, order.value, by=by, now=now)
    if order.name != "terms":
        return 0
    if order.value == DEFAULT:
        days = _file_days(file, order.about)
    else:
        days = None if order.value == NO_TERMS else int(order.value)
    moved = apply_terms(db, order.about, days)
    if moved:
        lapses.mark_told(db, order.about, late, keys=moved)
    return len(moved)


def _file_days(file: FileValues, connection: str) -> int | None:
    for each in file.connections:
        if each.name == connection and each.payment_terms:
            return each.payment_terms // timedelta(days=1)
    return None


def _terms(said: str) -> timedelta | None:
    return None if said == NO_TERMS else timedelta(days=int(said))
