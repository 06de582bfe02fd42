"""Puts the parts together, owns their lifetimes, and takes them down in reverse."""

import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import structlog

from bot.answers.privacy import Level
from bot.flows.ask import Questions, QuestionSettings
from bot.flows.line_items import LineItems
from bot.flows.news import News
from bot.flows.preferences import FileValues, adjusted, terms_key
from bot.flows.privacy import DEFAULT_KEY, PrivacyRule, channel_key
from bot.flows.settling import Lateness
from bot.flows.sync import Syncer
from bot.flows.years import Years
from bot.queries.model import KnownConnection
from bot.settings import Settings, SettingsError
from bot.views import words
from bot.views.listing import Setting
from providers import make_provider, provider_defaults
from providers.base import ConnectionConfig, Provider
from providers.errors import ProviderSetupError
from storage import lineage, outbox, preferences, subscriptions, years
from storage.reader import Aside
from storage.store import Store
from storage.subscriptions import Manner, Wish
from storage.vault import StoredVault

log = structlog.get_logger(__name__)

Now = Callable[[], datetime]
#: Everything under way has to end within 10 s of a signal.
DRAIN_SECONDS = 4.0
#: Messages an hour that a channel gets at least where nothing is said about it.
BUDGET = 12


def real_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Core:
    """What works without Slack."""

    settings: Settings
    store: Store
    providers: Mapping[str, Provider]
    syncer: Syncer
    questions: Questions
    news: News
    now: Now
    #: Makes the connections of this process what admins have set in Slack.
    adjust: Callable[[], None]

    def today(self) -> date:
        """Say which day it is in the configured time zone."""
        return self.now().astimezone(self.settings.bot.timezone).date()

    def setting(self) -> Setting:
        """Say where and when an answer is shown, outside Slack."""
        return Setting("", self.now(), self.settings.bot.timezone, shared=True)


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot at work; *port* is where its HTTP side listens."""

    core: Core
    port: int


@asynccontextmanager
async def opened_core(
    settings: Settings, *, now: Now = real_now
) -> AsyncIterator[Core]:
    """Open the database and make the providers.

    Raises:
        StorageError: the database cannot be opened.
        SettingsError: a connection cannot work as it is configured.
    """
    zone = settings.bot.timezone
    async with AsyncExitStack() as stack:
        # Inherited by every task that begins here: notices, digests, the terminal.
        stack.enter_context(words.speaking(words.configured(settings.bot.locale)))
        store = Store(settings.database)
        stack.callback(store.close)
        await _begin_again(store, now=now())
        providers: dict[str, Provider] = {}
        for config in settings.connections:
            vault = StoredVault(store, config.name)
            try:
                providers[config.name] = make_provider(config, now=now, vault=vault)
            except ProviderSetupError as error:
                raise SettingsError(f"{settings.path}: {error}") from None
            stack.push_async_callback(providers[config.name].aclose)
        await store.run(subscriptions.put_configured, _wishes(settings), now=now())

        def adjust() -> None:
            kept = store.held(preferences.values)
            for config in settings.connections:
                older = store.held(years.loaded).get(config.name, ())
                providers[config.name].config = adjusted(config, kept, older)

        adjust()
        news = News(connections=tuple(providers), now=now, budget=budget_of(settings))
        syncer = Syncer(
            providers,
            store=store,
            now=now,
            today=lambda: now().astimezone(zone).date(),
            due_soon=settings.sync.due_soon,
            remind_after=settings.sync.remind_after,
            sink=news,
            prepare=adjust,
        )
        stack.push_async_callback(syncer.aclose)
        aside = Aside(settings.database)
        stack.callback(aside.close)
        older_years = Years(
            providers,
            store=store,
            lateness=Lateness(
                due_soon=settings.sync.due_soon,
                remind_after=settings.sync.remind_after,
            ),
            alone=syncer.alone,
            adjust=adjust,
            now=now,
            today=lambda: now().astimezone(zone).date(),
        )
        stack.push_async_callback(older_years.aclose)
        questions = Questions(
            store=store,
            years=older_years,
            aside=aside,
            reader=syncer,
            settings=question_settings(settings),
            line_items=LineItems(providers),
            providers=providers,
            now=now,
            today=lambda: now().astimezone(zone).date(),
        )
        yield Core(settings, store, providers, syncer, questions, news, now, adjust)


async def _begin_again(store: Store, *, now: datetime) -> None:
    """Say, once, what a database that comes from a backup cannot know."""
    if store.read(lineage.copied_at) is None:
        return
    made = await store.run(lineage.begin_again, now=now)
    if made is None:  # another process was first
        return
    log.warning(
        "this database is a backup: what was not yet done then is searched for in its "
        "channels before it is posted, and what was told after it may be told again",
        made_at=made.isoformat(),
        deliveries=store.read(outbox.count_doubted),
    )


@asynccontextmanager
async def running_bot(settings: Settings, *, now: Now = real_now) -> AsyncIterator[Bot]:
    """Run the whole bot while inside.

    Raises:
        SettingsError: a token that the transport needs is missing.
        StorageError: see `opened_core`.
    """
    # Slack's packages take 0.4 s to load; `duebot sync` and `ask` need none of them.
    from bot.slack_app import slack_side  # noqa: PLC0415

    check_tokens(settings)
    async with opened_core(settings, now=now) as core, slack_side(core) as port:
        yield Bot(core, port)


def check_tokens(settings: Settings) -> None:
    """See that what the transport needs is there.

    Raises:
        SettingsError: a variable is missing.
    """
    secrets = settings.secrets
    needed = {"SLACK_BOT_TOKEN": secrets.bot_token}
    if settings.slack.transport == "socket":
        needed["SLACK_APP_TOKEN"] = secrets.app_token
    else:
        needed["SLACK_SIGNING_SECRET"] = secrets.signing_secret
    for name, value in needed.items():
        if not value:
            raise SettingsError(
                f"The environment variable {name} is not set; "
                f'slack.transport = "{settings.slack.transport}" in {settings.path} '
                "needs it."
            )


def question_settings(settings: Settings) -> QuestionSettings:
    """Take out of the configuration what answers depend on."""
    known = tuple(map(_known, settings.connections))
    return QuestionSettings(
        connections=known,
        no_due_dates=frozenset(
            each.name
            for each in settings.connections
            if not provider_defaults(each.provider).due_dates
        ),
        fresh_for=settings.bot.fresh_for,
        fiscal_year_start=settings.bot.fiscal_year_start,
        date_order=settings.bot.date_order,
        number_format=settings.bot.number_format,
        zone=settings.bot.timezone,
    )


def _known(connection: ConnectionConfig) -> KnownConnection:
    defaults = provider_defaults(connection.provider)
    return KnownConnection(
        connection.name,
        connection.label,
        connection.provider,
        undated=not defaults.due_dates and not connection.payment_terms,
        portal=connection.portal,
        provider_label=defaults.label,
        set_currency=defaults.currency and (connection.currency or defaults.currency),
    )


def file_values(settings: Settings) -> FileValues:
    """Take out of the configuration what admins may set otherwise in Slack."""
    bot, privacy = settings.bot, settings.privacy
    written = {each.replace("_", "-") for each in bot.model_fields_set}
    if "fiscal-year-start" in written:
        written.add("fiscal-year")
    if "default" in privacy.model_fields_set:
        written.add(DEFAULT_KEY)
    return FileValues(
        connections=settings.connections,
        fiscal_year_start=bot.fiscal_year_start,
        date_order=bot.date_order,
        number_format=bot.number_format,
        privacy=privacy_rule(settings),
        written=frozenset(
            written
            | {channel_key(each) for each in privacy.channels}
            | {terms_key(c.name) for c in settings.connections if c.payment_terms}
        ),
    )


def privacy_rule(settings: Settings) -> PrivacyRule:
    """Say how much each channel sees, as configured."""
    return PrivacyRule(
        default=Level(settings.privacy.default),
        channels={key: Level(each) for key, each in settings.privacy.channels.items()},
    )


def budget_of(settings: Settings) -> int:
    """Say how many messages an hour a channel gets, by itself or as configured.

    Who has everything read more often than that wants to hear of it as often.
    """
    if settings.slack.messages_per_hour is not None:
        return settings.slack.messages_per_hour
    return max(BUDGET, math.ceil(timedelta(hours=1) / settings.sync.every))


def _wishes(settings: Settings) -> list[Wish]:
    return [
        Wish(
            channel=each.channel,
            events=each.events,
            connections=each.connections,
            cron=None if each.when == "now" else each.when,
            manner=Manner(each.follow, each.even_if_empty, each.attach),
        )
        for each in settings.subscriptions
    ]
