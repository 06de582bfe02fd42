"""With an app that declares more than Duebot does today."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.app import Running, start
from sandbox.person import Person
from sandbox.slack.installation import read_manifest

Json = dict[str, Any]
MANIFEST = """
display_information: {name: Fuller}
features:
  bot_user: {display_name: Fuller}
  app_home: {home_tab_enabled: true, messages_tab_enabled: false}
  shortcuts:
    - {name: New, type: global, callback_id: new, description: x}
    - {name: Pay, type: message, callback_id: pay, description: x}
oauth_config:
  scopes: {bot: [commands, "chat:write", "im:history"]}
settings:
  event_subscriptions: {bot_events: [app_home_opened, message.im]}
  interactivity: {is_enabled: true}
"""
PICK: Json = {
    "type": "modal",
    "callback_id": "pick",
    "title": {"type": "plain_text", "text": "Pick"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "where",
            "label": {"type": "plain_text", "text": "Where"},
            "element": {
                "type": "conversations_select",
                "action_id": "channel",
                "response_url_enabled": True,
            },
        }
    ],
}


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with start(installation=read_manifest(MANIFEST)) as sandbox:
        yield sandbox


@pytest.mark.usefixtures("connected")
async def test_opening_the_home_tab_lets_the_bot_publish_it(
    app: AsyncApp, akiko: Person
) -> None:
    published: list[Json] = []

    @app.event("app_home_opened")
    async def show(event: Json, client: AsyncWebClient) -> None:
        blocks: list[Json] = [{"type": "divider"}]
        answer = await client.views_publish(
            user_id=event["user"],
            view={"type": "home", "blocks": blocks},
            hash=event.get("view", {}).get("hash"),
        )
        published.append({"tab": event["tab"], "hash": answer["view"]["hash"]})

    await akiko.post("home", user="U0AKIKO", tab="home")
    await akiko.wait_for(lambda _: published)
    first = (await akiko.views())["home"]
    assert first["type"] == "home"
    await akiko.post("home", user="U0AKIKO", tab="home")
    await akiko.wait_for(lambda _: published[1:])
    second = (await akiko.views())["home"]
    assert second["id"] == first["id"]
    assert second["hash"] == published[1]["hash"] != first["hash"]


async def test_without_a_messages_tab_nothing_is_posted_to_it(
    client: AsyncWebClient,
) -> None:
    with pytest.raises(SlackApiError, match="messages_tab_disabled"):
        await client.chat_postMessage(channel="U0AKIKO", text="x")


@pytest.mark.usefixtures("connected")
async def test_a_global_shortcut_opens_a_modal_that_gives_a_response_url(
    app: AsyncApp, akiko: Person
) -> None:
    seen: list[Json] = []

    @app.shortcut("new")
    async def begin(ack: Any, shortcut: Json, client: AsyncWebClient) -> None:
        await ack()
        seen.append(shortcut)
        await client.views_open(trigger_id=shortcut["trigger_id"], view=PICK)

    @app.view("pick")
    async def save(ack: Any, body: Json) -> None:
        seen.append(body)
        await ack()

    await akiko.post("shortcut", user="U0AKIKO", callback_id="new")
    await akiko.wait_for(lambda _: seen)
    assert "channel" not in seen[0]
    assert "response_url" not in seen[0]
    view = await akiko.modal()
    chosen = {"selected_conversation": "C0FINANCE"}
    await akiko.submit(view, {"where": {"channel": chosen}})
    (url,) = seen[1]["response_urls"]
    assert (url["block_id"], url["channel_id"]) == ("where", "C0FINANCE")
    assert url["response_url"].startswith("http://127.0.0.1:")


@pytest.mark.usefixtures("connected")
async def test_a_message_shortcut_carries_its_message(
    app: AsyncApp, akiko: Person
) -> None:
    seen: list[Json] = []

    @app.message_shortcut("pay")
    async def pay(ack: Any, body: Json) -> None:
        seen.append(body)
        await ack()

    ts = await akiko.say("pay me")
    await akiko.post(
        "shortcut",
        user="U0AKIKO",
        callback_id="pay",
        channel="C0BILLING",
        message_ts=ts,
    )
    assert seen[0]["message"]["text"] == "pay me"
    assert seen[0]["message_ts"] == ts
    assert seen[0]["response_url"]
