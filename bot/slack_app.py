"""The Slack side of the bot: Bolt, its transport, the scheduler, the HTTP server."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

from bot.app import DRAIN_SECONDS, Core, Now, file_values, privacy_rule
from bot.flows.abilities import BELIEVED, Abilities
from bot.flows.access import Access, AccessRule
from bot.flows.care import Caring
from bot.flows.deliver import Deliverer
from bot.flows.document import Documents
from bot.flows.export import Exports
from bot.flows.home import Homes
from bot.flows.housekeeping import keep_house
from bot.flows.overview import Overview
from bot.flows.picture import Pictures
from bot.flows.preferences import Preferences
from bot.flows.privacy import Privacy
from bot.flows.repeats import Repeats
from bot.flows.reply import Replies
from bot.flows.settling import Lateness
from bot.flows.subscribe import Subscriptions
from bot.jobs import Jobs, next_run_in
from bot.listeners import register_listeners
from bot.listeners.services import Services
from bot.metrics import Metrics
from bot.queries.orders import Pace
from bot.settings import Settings, SettingsError
from bot.slack import Slack, SlackDirectory, cause_of, make_client, make_session
from bot.socket_mode import connected
from bot.tasks import Tasks
from bot.uploads import Uploads
from bot.web import (
    Health,
    SlackEndpoint,
    make_listener,
    make_site,
    serving,
    why_no_listener,
)
from storage.errors import StorageError

log = structlog.get_logger(__name__)

#: Slack's words for a token that no waiting makes valid (auth.test, "Errors").
DEAD_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
)


class Identity:
    """Who the bot is in Slack, asked once."""

    def __init__(self, client: AsyncWebClient, token: str) -> None:
        self._client = client
        self._token = token
        self._result: AuthorizeResult | None = None
        #: Why Slack did not say so, the last time.
        self.refused: str | None = None
        self._asking = asyncio.Lock()

    @property
    def team(self) -> str | None:
        """The workspace's id, once it is known."""
        return self._result.team_id if self._result else None

    async def introduce(self) -> None:
        """Ask for the first time; Slack being away is no reason to stop.

        Raises:
            SettingsError: Slack refuses the token for good.
        """
        if await self.authorize() is None and self.refused in DEAD_TOKEN:
            raise SettingsError(
                f"Slack refuses SLACK_BOT_TOKEN ({self.refused}); copy the Bot User "
                "OAuth Token from the app's Install App page."
            )

    async def authorize(self) -> AuthorizeResult | None:
        """Tell Bolt who it acts as; ``None`` while Slack does not say."""
        async with self._asking:
            if self._result is None:
                try:
                    answer = await self._client.auth_test()
                except (
                    SlackClientError,
                    aiohttp.ClientError,
                    TimeoutError,
                    OSError,
                ) as error:
                    self.refused = cause_of(error)
                    log.error("Slack does not say who Duebot is", cause=self.refused)
                    return None
                self._result = AuthorizeResult.from_auth_test_response(
                    bot_token=self._token, auth_test_response=answer
                )
        return self._result


def _nobody(app: AsyncApp, services: Services) -> None:
    """Drive nothing."""


@asynccontextmanager
async def slack_side(
    core: Core, *, made: Callable[[AsyncApp, Services], None] = _nobody
) -> AsyncIterator[int]:
    """Run everything that has to do with Slack; gives the HTTP port.

    *made* is told of the app, to drive it by other ways than Slack's.

    Raises:
        SettingsError: the HTTP address cannot be listened on, or Slack refuses us.
    """
    settings, store, now = core.settings, core.store, core.now
    token = settings.secrets.bot_token or ""
    async with AsyncExitStack() as stack:
        metrics = Metrics(
            store=store,
            connections=core.providers,
            now=now,
            providers=core.providers,
        )
        core.syncer.listen(metrics.sync)
        session = await stack.enter_async_context(make_session(metrics.slack_call))
        client = make_client(
            token=token, api_url=settings.secrets.api_url, session=session
        )
        abilities = Abilities(store, now=now)
        slack = Slack(client, session, abilities)
        privacy = Privacy(store=store, rule=privacy_rule(settings), now=now)
        uploads = Uploads(
            client=client, store=store, now=now, may_show=privacy.may_show
        )
        identity = Identity(client, token)
        access = Access(
            rule=_rule(settings),
            directory=SlackDirectory(slack, team=lambda: identity.team),
        )
        labels = {name: p.config.label for name, p in core.providers.items()}
        tasks = Tasks()
        subscriptions = Subscriptions(
            store=store,
            access=access,
            next_run=next_run_in(settings.bot.timezone),
            pace=Pace(settings.sync.every, settings.sync.due_soon),
            now=now,
            zone=settings.bot.timezone,
            labels=labels,
            budget=core.news.budget,
        )
        caring = Caring(store=store, now=now, zone=settings.bot.timezone)
        replies = Replies(
            questions=core.questions,
            access=access,
            subscriptions=subscriptions,
            preferences=make_preferences(core, access),
            privacy=privacy,
            caring=caring,
            now=now,
            zone=settings.bot.timezone,
            locale=settings.bot.locale,
        )
        homes = Homes(
            store=store,
            questions=core.questions,
            replies=replies,
            overview=Overview(
                store=store,
                questions=core.questions,
                access=access,
                subscriptions=subscriptions,
                now=now,
                zone=settings.bot.timezone,
            ),
            publisher=slack,
        )
        services = Services(
            replies=replies,
            homes=homes,
            subscriptions=subscriptions,
            documents=Documents(
                store=store,
                providers=core.providers,
                uploader=uploads,
                now=now,
                zone=settings.bot.timezone,
            ),
            exports=Exports(
                questions=core.questions,
                store=store,
                uploader=uploads,
                now=now,
                zone=settings.bot.timezone,
            ),
            pictures=Pictures(
                questions=core.questions,
                store=store,
                uploader=uploads,
                now=now,
                zone=settings.bot.timezone,
            ),
            caring=caring,
            slack=slack,
            store=store,
            tasks=tasks,
            metrics=metrics,
            now=now,
        )
        app = make_app(client, identity, services)
        made(app, services)
        deliverer = Deliverer(
            store=store,
            client=client,
            news=core.news,
            may_post=access.may_post,
            now=now,
            today=core.today,
            labels=labels,
            privacy=privacy,
            zone=settings.bot.timezone,
            make_file=services.exports.make_planned,
            count=metrics.post,
            abilities=abilities,
        )
        jobs = Jobs(
            store=store,
            deliverer=deliverer,
            sync=lambda name: core.syncer.sync((name,)),
            every=settings.sync.every,
            zone=settings.bot.timezone,
            now=now,
            connections=tuple(core.providers),
        )
        repeats = Repeats(store=store)
        repeats.load(now=now())
        endpoint = None
        if settings.slack.transport == "http":
            endpoint = SlackEndpoint(
                app=app,
                signing_secret=settings.secrets.signing_secret or "",
                repeats=repeats,
                metrics=metrics,
            )
        health = Health(
            store=store,
            connections={c.name: c.provider for c in settings.connections},
            metrics=metrics,
        )
        site = make_site(health=health, slack=endpoint)
        port = await stack.enter_async_context(_served(site, settings))
        await identity.introduce()
        # Taken down in reverse: no new requests, then what they began, then the rest.
        stack.push_async_callback(_save, repeats, now)
        stack.push_async_callback(tasks.drain, DRAIN_SECONDS)
        stack.push_async_callback(jobs.stop, DRAIN_SECONDS)
        if endpoint is not None:
            stack.callback(endpoint.close)
        jobs.start()
        keeping = asyncio.create_task(
            keep_house(
                store=store, repeats=repeats, keep=settings.keep_deliveries, now=now
            ),
            name="housekeeping",
        )
        stack.callback(keeping.cancel)
        asking = asyncio.create_task(_find_out(slack), name="blocks")
        stack.callback(asking.cancel)
        watching = asyncio.create_task(homes.watch(), name="Home tabs")
        stack.callback(watching.cancel)
        if settings.slack.transport == "socket":
            await stack.enter_async_context(
                connected(app, settings.secrets.app_token or "", client)
            )
        yield port


@asynccontextmanager
async def _served(site: Starlette, settings: Settings) -> AsyncIterator[int]:
    """Serve *site* where the configuration says; gives the port.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    host, port = settings.http.host, settings.http.port
    try:
        listener = make_listener(host, port)
    except (OSError, UnicodeError) as error:
        key, cause = why_no_listener(host, port, error)
        raise SettingsError(f"http.{key} in {settings.path}: {cause}.") from None
    async with serving(site, listener) as taken:
        yield taken


def make_preferences(core: Core, access: Access) -> Preferences:
    """Make what shows and changes the settings of a bot."""
    settings = core.settings
    return Preferences(
        store=core.store,
        file=file_values(settings),
        access=access,
        lateness=Lateness(
            due_soon=settings.sync.due_soon, remind_after=settings.sync.remind_after
        ),
        adjust=core.adjust,
        now=core.now,
        today=core.today,
        zone=settings.bot.timezone,
    )


def make_app(
    client: AsyncWebClient, identity: Identity, services: Services
) -> AsyncApp:
    """Make the Bolt app.

    ``process_before_response`` lets the answer leave when the listener returns; without
    it Bolt polls every 10 ms and can lose an acknowledgement. The signature is checked
    in front of Bolt (`bot.web`), which would log the body of a wrong request.
    """

    async def authorize() -> AuthorizeResult | None:
        return await identity.authorize()

    app = AsyncApp(
        client=client,
        logger=logging.getLogger("slack_bolt"),
        authorize=authorize,  # type: ignore[arg-type]  # Bolt takes None as a refusal
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
    )
    register_listeners(app, services)
    return app


def _rule(settings: Settings) -> AccessRule:
    table = settings.access
    return AccessRule(
        users=frozenset(table.users),
        usergroups=table.usergroups,
        channels=frozenset(table.channels),
        guests=table.guests,
        external=table.external,
        admins=table.admins,
    )


async def _find_out(slack: Slack) -> None:
    """Ask which blocks the workspace takes, now and once a day."""
    while True:
        await slack.abilities.find_out(slack.takes)
        await asyncio.sleep(BELIEVED.total_seconds())


async def _save(repeats: Repeats, now: Now) -> None:
    try:
        await repeats.save(now=now())
    except StorageError as error:
        log.error("remembered requests are lost", cause=str(error))
