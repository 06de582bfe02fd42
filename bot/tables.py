"""The tables of `duebot.toml`: which keys there are, and what may stand there.

What is wrong is said in words of ours by `bot.settings`, which reads them.
"""

import re
from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

DURATION = re.compile(r"(\d+)\s*([smhd])", re.ASCII)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

EventName = Literal[
    "issued", "amended", "payment", "due_soon", "overdue", "withdrawn", "trouble"
]


def parse_duration(value: object) -> timedelta:
    """Read ``90s``, ``15m``, ``6h`` or ``30d``.

    Raises:
        ValueError: it is anything else, or nothing.
    """
    match = DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0 or int(match[1]) > 10_000_000:
        raise ValueError("write a duration as 90s, 15m, 6h or 30d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            "it is not a time zone; write an IANA name such as Europe/Amsterdam"
        ) from None


def _cron_or_now(value: str) -> str:
    if value == "now":
        return value
    from bot.jobs import read_cron  # noqa: PLC0415 - loads the scheduler, rarely needed

    try:
        read_cron(value)
    except ValueError as error:
        raise ValueError(
            f'{error}; write "now" or a cron line such as "0 9 * * mon-fri"'
        ) from None
    return value


def _locale(value: str) -> str:
    from bot.views.words import speech  # noqa: PLC0415 - loads CLDR, needed once

    if speech(value) is None:
        raise ValueError("it is not a locale; write one such as en, de or ja-JP")
    return value


def _currency(value: str) -> str:
    from babel.numbers import list_currencies  # noqa: PLC0415 - rarely needed

    if value not in list_currencies():
        raise ValueError("it is not a currency; write an ISO 4217 code such as JPY")
    return value


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
SlackUser = Annotated[str, Field(pattern="^[UW][A-Z0-9]+$")]
SlackChannel = Annotated[str, Field(pattern="^[CG][A-Z0-9]+$")]
Level = Literal["full", "no_names", "counts"]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]


class Table(BaseModel):
    """Base of every table of the file: closed to unknown keys, unchangeable."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, strict=True
    )


class BotTable(Table):
    """``[bot]``."""

    timezone: Zone = ZoneInfo("UTC")
    locale: Annotated[str, AfterValidator(_locale)] = "en"
    fresh_for: Duration = timedelta(minutes=5)
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1
    date_order: Literal["dmy", "mdy"] | None = None
    number_format: Literal["1,234.56", "1.234,56"] | None = None


class SlackTable(Table):
    """``[slack]``."""

    transport: Literal["socket", "http"] = "socket"
    messages_per_hour: Annotated[int, Field(ge=1, le=3_600)] | None = None


class HttpTable(Table):
    """``[http]``: health and metrics; in HTTP mode Slack's requests too."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 3000


class StorageTable(Table):
    """``[storage]``."""

    url: str = "sqlite:///duebot.db"
    keep_deliveries: Duration = timedelta(days=90)


class SyncTable(Table):
    """``[sync]``."""

    every: Duration = timedelta(minutes=15)
    due_soon: Duration = timedelta(days=3)
    remind_after: tuple[Duration, ...] = Field(
        default=(timedelta(days=7), timedelta(days=14), timedelta(days=30)),
        strict=False,
    )


class AccessTable(Table):
    """``[access]``: who may ask, and where. Empty lists mean every full member."""

    users: tuple[str, ...] = Field(default=(), strict=False)
    usergroups: tuple[str, ...] = Field(default=(), strict=False)
    channels: tuple[str, ...] = Field(default=(), strict=False)
    guests: bool = False
    external: bool = False
    admins: tuple[SlackUser, ...] = Field(default=(), strict=False)


class PrivacyTable(Table):
    """``[privacy]``: what others in a channel see of an invoice."""

    default: Level = "full"
    channels: dict[SlackChannel, Level] = {}


class AuthTable(Table):
    """``[connections.NAME.auth]``."""

    kind: Literal["service_account", "refresh_token", "token"]
    token_url: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    service_account: str | None = None
    private_key: str | None = None
    refresh_token: str | None = None
    scope: str | None = None
    token: str | None = None


class ConnectionTable(Table):
    """``[connections.NAME]``."""

    provider: str
    label: str | None = None
    base_url: str | None = None
    timezone: Zone | None = None
    currency: (
        Annotated[str, Field(pattern="^[A-Z]{3}$"), AfterValidator(_currency)] | None
    ) = None
    payment_terms: Duration | None = None
    since: Annotated[int, Field(ge=1990, le=2099)] | None = None
    portal: (
        Annotated[str, Field(pattern=r"^https://[^/\s]+", max_length=500)] | None
    ) = None
    token: str | None = None
    auth: AuthTable | None = None


class SubscriptionTable(Table):
    """One ``[[subscriptions]]``."""

    channel: Annotated[str, Field(pattern="^[CDGU][A-Z0-9]+$")]
    events: tuple[EventName, ...] = Field(default=("issued", "overdue"), strict=False)
    connections: tuple[str, ...] | None = Field(default=None, strict=False)
    when: Annotated[str, AfterValidator(_cron_or_now)] = "now"
    follow: Literal["thread", "message", "update"] = "message"
    even_if_empty: bool = False
    attach: Literal["csv", "xlsx"] | None = None


class FileTables(Table):
    """The whole file."""

    bot: BotTable = BotTable()
    slack: SlackTable = SlackTable()
    http: HttpTable = HttpTable()
    storage: StorageTable = StorageTable()
    sync: SyncTable = SyncTable()
    access: AccessTable = AccessTable()
    privacy: PrivacyTable = PrivacyTable()
    connections: dict[str, ConnectionTable] = {}
    subscriptions: tuple[SubscriptionTable, ...] = Field(default=(), strict=False)
