"""The whole bot behind its Bolt app, over the sandbox's Slack, for tests of doors.

Only Slack's transport is left out: what it would bring is handed to the app.
"""

import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlite_utils import Database

from bot.app import Core, Now, opened_core, real_now
from bot.listeners.services import Services
from bot.slack_app import slack_side
from bot.views import ids
from bot.views.ids import AnswerRef, InvoiceRef, PrivateRef
from providers.models import Invoice
from sandbox.app import Running
from sandbox.slack.cast import Human
from sandbox.slack.installation import BOT_USER, TEAM
from storage import snapshots
from storage.criteria import Criteria
from tests.e2e.inside import configured

Json = dict[str, Any]
#: A channel that the bot is in, which stands in whatever needs one.
PLACE = "C0BILLING"
#: Tables that the bot writes by itself, whoever asks what.
ITS_OWN = {
    "seen",
    "runs",
    "connections",
    "answers_version",
    "slack_busy",
    "tallies",
    "abilities",
}


@dataclass
class Desk:
    """The bot's doors, and what comes out of them."""

    core: Core
    app: AsyncApp
    services: Services
    running: Running
    numbers: "itertools.count[int]"

    @property
    def invoices(self) -> list[Invoice]:
        criteria = Criteria(today=self.core.today())
        return self.core.store.read(snapshots.find, criteria)

    def hidden(self) -> set[str]:
        """What nobody without rights may be told: numbers, ids and amounts."""
        found: set[str] = set()
        for one in self.invoices:
            found |= {one.number, f"{one.total:,}", f"{one.total}"}
        return {each for each in found if len(each) > 4}

    def tables(self) -> Json:
        """Everything that has to stay as it is."""
        return self.core.store.read(_tables)

    async def send(self, body: Json) -> str:
        """Hand *body* to the app; return all that anybody was sent for it."""
        calls = self.running.workspace.calls
        before = len(calls)
        answer = await self.app.async_dispatch(
            AsyncBoltRequest(mode="socket_mode", body=body)
        )
        await self.services.tasks.idle()
        called = [each["args"] for each in calls[before:]]
        return json.dumps([answer.body, called], ensure_ascii=False)

    def number(self) -> int:
        return next(self.numbers)


def _tables(db: Database) -> Json:
    return {name: [*db[name].rows] for name in {*db.table_names()} - ITS_OWN}


@asynccontextmanager
async def opened(
    tmp_path: Path, running: Running, *, now: Now = real_now, **tables: Any
) -> AsyncIterator[Desk]:
    """The whole bot, with one connection read."""
    running.workspace.people["U0GONE"] = Human(
        "U0GONE", "Gone", "Left", "deleted", "GO", "#000", "UTC", "UTC", 0
    )
    settings = configured(
        running.url,
        tmp_path,
        slack={"transport": "http"},
        subscriptions=[],
        **tables,
    )
    made: list[tuple[AsyncApp, Services]] = []
    async with (
        opened_core(settings, now=now) as core,
        slack_side(core, made=lambda *parts: made.append(parts)),
    ):
        await core.syncer.sync(None)
        ((app, services),) = made
        yield Desk(core, app, services, running, itertools.count(1))


def envelope(user: str) -> Json:
    team = {"id": TEAM, "domain": "duebot"}
    return {"user": {"id": user, "team_id": TEAM}, "team": team, "api_app_id": "A1"}


def command(name: str, text: str) -> Callable[[Desk, str, str], Json]:
    def made(_desk: Desk, user: str, channel: str) -> Json:
        return {
            "command": name,
            "text": text,
            "user_id": user,
            "channel_id": channel,
            "team_id": TEAM,
            "response_url": "",
            "trigger_id": "1.2.3",
        }

    return made


def event(kind: str, text: str) -> Callable[[Desk, str, str], Json]:
    def made(desk: Desk, user: str, channel: str) -> Json:
        number = desk.number()
        said = {
            "type": kind,
            "user": user,
            "text": text,
            "channel": channel,
            "ts": f"1795500000.{number:06d}",
        }
        if channel.startswith("D"):
            said |= {"type": "message", "channel_type": "im"}
        return {
            "type": "event_callback",
            "event_id": f"Ev{number}",
            "team_id": TEAM,
            "event": said,
            "authorizations": [{"user_id": BOT_USER, "team_id": TEAM, "is_bot": True}],
        }

    return made


def press(action: str) -> Callable[[Desk, str, str], Json]:
    """Somebody presses a button of a message that others see."""

    def made(desk: Desk, user: str, channel: str) -> Json:
        number = desk.number()
        ts = f"1795500000.{number:06d}"
        return {
            **envelope(user),
            "type": "block_actions",
            "actions": [
                {
                    "type": "button",
                    "action_id": action,
                    "block_id": "b",
                    "value": value_of(desk, action),
                    "action_ts": f"{number}.0",
                }
            ],
            "container": {
                "type": "message",
                "message_ts": ts,
                "channel_id": channel,
                "is_ephemeral": False,
            },
            "channel": {"id": channel, "name": "x"},
            "message": {"ts": ts, "text": "x"},
            "trigger_id": "1.2.3",
        }

    return made


def press_at_home(action: str) -> Callable[[Desk, str, str], Json]:
    """Somebody presses a button of their Home tab."""

    def made(desk: Desk, user: str, channel: str) -> Json:
        body = press(action)(desk, user, channel)
        for gone in ("channel", "message"):
            del body[gone]
        view = {"id": "V1", "type": "home", "hash": "1.a", "blocks": []}
        return body | {"container": {"type": "view", "view_id": "V1"}, "view": view}

    return made


def submit(callback_id: str) -> Callable[[Desk, str, str], Json]:
    """Somebody submits a window, whatever it was."""

    def made(desk: Desk, user: str, _channel: str) -> Json:
        chosen = {"selected_conversation": PLACE}
        view = {
            "id": f"V{desk.number()}",
            "type": "modal",
            "callback_id": callback_id,
            "hash": "1.a",
            "private_metadata": AnswerRef(command="/unpaid").model_dump_json(),
            "state": {
                "values": {
                    "question": {"question": {"type": "text", "value": "unpaid"}},
                    "place": {"place": {"type": "conversation", **chosen}},
                }
            },
        }
        return {
            **envelope(user),
            "type": "view_submission",
            "view": view,
            "trigger_id": "1.2.3",
        }

    return made


def shortcut(callback_id: str) -> Callable[[Desk, str, str], Json]:
    def made(desk: Desk, user: str, channel: str) -> Json:
        number = desk.number()
        one = desk.invoices[0].number
        return {
            **envelope(user),
            "type": "message_action" if channel else "shortcut",
            "callback_id": callback_id,
            "action_ts": f"{number}.0",
            "trigger_id": "1.2.3",
            "message_ts": f"1795500000.{number:06d}",
            "channel": {"id": channel, "name": "x"},
            # What stands in the message is known to whoever reads it.
            "message": {"ts": f"1795500000.{number:06d}", "text": f"see {one[:4]}"},
        }

    return made


def home_opened(desk: Desk, user: str, channel: str) -> Json:
    body = event("app_home_opened", "")(desk, user, channel or "D0X")
    body["event"] = {"type": "app_home_opened", "tab": "home", "user": user}
    return body


def value_of(desk: Desk, action: str) -> str:
    """What a button of this kind carries."""
    one = desk.invoices[0]
    if action in {ids.SEND_PRIVATELY, ids.WITHHELD_REFRESH}:
        return PrivateRef(answer="a key").to_value()
    if "invoice" in action or "details" in action:
        return InvoiceRef(connection=one.connection, id=one.id).to_value()
    return AnswerRef(command="/unpaid").model_dump_json()
