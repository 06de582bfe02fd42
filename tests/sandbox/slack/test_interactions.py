from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.app import start
from sandbox.person import Person, SandboxError
from sandbox.slack.installation import DUEBOT

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


BUTTONS: list[Json] = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "share",
                "text": plain("Share with the channel"),
                "value": "q1",
            },
            {
                "type": "static_select",
                "action_id": "sort",
                "options": [
                    {"text": plain("Due"), "value": "due"},
                    {"text": plain("Total"), "value": "total"},
                ],
            },
        ],
    }
]
MODAL: Json = {
    "type": "modal",
    "callback_id": "subscribe",
    "title": plain("Subscribe"),
    "submit": plain("Save"),
    "private_metadata": "p1",
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": plain("Name"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@pytest.mark.usefixtures("connected")
async def test_a_click_on_a_message_carries_it_and_its_value(
    app: AsyncApp,
    client: AsyncWebClient,
    akiko: Person,
) -> None:
    seen: list[Json] = []

    @app.action("share")
    async def share(ack: Any, body: Json) -> None:
        seen.append(body)
        await ack()

    posted = await client.chat_postMessage(
        channel="C0BILLING", text="x", blocks=BUTTONS
    )
    (message,) = await akiko.messages()
    assert (await akiko.click(message, "Share"))["ok"] is True
    (body,) = seen
    (action,) = body["actions"]
    assert (action["action_id"], action["block_id"]) == ("share", "row")
    assert action["value"] == "q1"
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": "C0BILLING",
        "is_ephemeral": False,
    }
    assert body["message"]["blocks"] == BUTTONS
    assert body["user"]["id"] == "U0AKIKO"
    assert body["channel"] == {"id": "C0BILLING", "name": "billing"}


@pytest.mark.usefixtures("connected")
async def test_a_choice_carries_the_option_and_only_offered_ones_can_be_chosen(
    app: AsyncApp,
    client: AsyncWebClient,
    akiko: Person,
) -> None:
    seen: list[Json] = []

    @app.action("sort")
    async def sort(ack: Any, body: Json) -> None:
        seen.append(body)
        await ack()

    await client.chat_postMessage(channel="C0BILLING", text="x", blocks=BUTTONS)
    (message,) = await akiko.messages()
    await akiko.choose(message, "sort", "Total")
    chosen = {"text": plain("Total"), "value": "total"}
    assert seen[0]["actions"][0]["selected_option"] == chosen
    state = seen[0]["state"]["values"]["row"]["sort"]
    assert state == {"type": "static_select", "selected_option": chosen}
    with pytest.raises(SandboxError, match="not offered"):
        await akiko.click(message, "sort", selected_option={"value": "size"})
    with pytest.raises(SandboxError, match="offers no 'Size', only: Due, Total"):
        await akiko.choose(message, "sort", "Size")
    with pytest.raises(SandboxError, match="has to be chosen"):
        await akiko.click(message, "sort")
    with pytest.raises(SandboxError, match="there is no 'Delete' here"):
        await akiko.click(message, "Delete")


@pytest.mark.usefixtures("connected")
async def test_an_ephemeral_answer_is_replaced_and_deleted_by_its_response_url(
    app: AsyncApp, akiko: Person
) -> None:
    seen: list[Json] = []

    @app.command("/unpaid")
    async def answer(ack: Any) -> None:
        await ack(response_type="ephemeral", text="page 1", blocks=BUTTONS)

    @app.action("share")
    async def turn(ack: Any, body: Json) -> None:
        seen.append(body)
        await ack()

    await akiko.command("/unpaid")
    (shown,) = await akiko.answers()
    await akiko.click(shown, "Share")
    assert "message" not in seen[0]
    assert seen[0]["container"]["is_ephemeral"] is True
    url = seen[0]["response_url"]
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"replace_original": True, "text": "page 2"})
        (changed,) = await akiko.answers()
        assert (changed["ts"], changed["text"]) == (shown["ts"], "page 2")
        await session.post(url, json={"delete_original": True})
    assert await akiko.answers() == []


@pytest.mark.usefixtures("connected")
async def test_a_response_url_works_five_times(app: AsyncApp, akiko: Person) -> None:
    urls: list[str] = []

    @app.command("/unpaid")
    async def answer(ack: Any, command: Json) -> None:
        urls.append(command["response_url"])
        await ack()

    await akiko.command("/unpaid")
    async with aiohttp.ClientSession() as session:
        for number in range(5):
            async with session.post(urls[0], json={"text": str(number)}) as response:
                assert response.status == 200
        async with session.post(urls[0], json={"text": "6"}) as response:
            assert response.status == 404
            assert (await response.json())["error"] == "used_url"
    assert len(await akiko.answers()) == 5
    assert [one["status"] for one in await akiko.calls("response_url")] == [
        200, 200, 200, 200, 200, 404,
    ]  # fmt: skip


@pytest.mark.usefixtures("connected")
async def test_a_response_url_ends_after_thirty_minutes(
    app: AsyncApp, akiko: Person
) -> None:
    urls: list[str] = []

    @app.command("/unpaid")
    async def answer(ack: Any, command: Json) -> None:
        urls.append(command["response_url"])
        await ack()

    await akiko.command("/unpaid")
    async with aiohttp.ClientSession() as session:
        await akiko.post("clock", forward="29m")
        async with session.post(urls[0], json={"text": "just in time"}) as response:
            assert response.status == 200
        await akiko.post("clock", forward="2m")
        async with session.post(urls[0], json={"text": "too late"}) as response:
            assert (await response.json())["error"] == "expired_url"


@pytest.mark.usefixtures("connected")
async def test_bad_blocks_at_a_response_url_are_refused(
    app: AsyncApp, akiko: Person
) -> None:
    urls: list[str] = []

    @app.command("/unpaid")
    async def answer(ack: Any, command: Json) -> None:
        urls.append(command["response_url"])
        await ack()

    await akiko.command("/unpaid")
    (url,) = urls
    bad = {"text": "x", "blocks": [{"type": "marquee"}]}
    async with aiohttp.ClientSession() as session, session.post(url, json=bad) as got:
        assert got.status == 400
        assert (await got.json())["error"] == "invalid_blocks"
    assert await akiko.answers() == []


async def open_modal(app: AsyncApp, akiko: Person, view: Json = MODAL) -> Json:
    @app.command("/invoices")
    async def show(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    await akiko.command("/invoices", "subscribe")
    return await akiko.modal()


@pytest.mark.usefixtures("connected")
async def test_a_modal_is_opened_filled_in_and_submitted(
    app: AsyncApp, akiko: Person
) -> None:
    seen: list[Json] = []

    @app.view("subscribe")
    async def save(ack: Any, view: Json) -> None:
        seen.append(view)
        await ack()

    view = await open_modal(app, akiko)
    missing = await akiko.submit(view)
    assert missing["errors"] == {"name": "Please complete this required field."}
    assert seen == []
    outcome = await akiko.submit(view, {"name": {"text": {"value": "Ours"}}})
    assert outcome == {"ok": True, "errors": None}
    assert seen[0]["private_metadata"] == "p1"
    assert seen[0]["state"]["values"] == {
        "name": {"text": {"type": "plain_text_input", "value": "Ours"}}
    }
    assert (await akiko.views())["modals"] == []


@pytest.mark.usefixtures("connected")
async def test_errors_of_a_submission_stand_at_their_fields(
    app: AsyncApp, akiko: Person
) -> None:
    @app.view("subscribe")
    async def refuse(ack: Any, view: Json) -> None:
        named = view["state"]["values"]["name"]["text"]["value"]
        block = "name" if named == "taken" else "nowhere"
        await ack(response_action="errors", errors={block: "Taken."})

    view = await open_modal(app, akiko)
    outcome = await akiko.submit(view, {"name": {"text": {"value": "taken"}}})
    assert outcome["errors"] == {"name": "Taken."}
    wrong = await akiko.submit(view, {"name": {"text": {"value": "other"}}})
    assert (wrong["ok"], wrong["error"]) == (False, "invalid_arguments")
    assert len((await akiko.views())["modals"]) == 1


@pytest.mark.usefixtures("connected")
async def test_a_submission_can_update_push_and_clear(
    app: AsyncApp, akiko: Person
) -> None:
    steps = iter(["update", "push", "clear"])

    @app.view("subscribe")
    async def go_on(ack: Any) -> None:
        step = next(steps)
        if step == "clear":
            await ack(response_action="clear")
        else:
            await ack(response_action=step, view=MODAL)

    view = await open_modal(app, akiko)
    typed = {"name": {"text": {"value": "x"}}}
    await akiko.submit(view, typed)
    (updated,) = (await akiko.views())["modals"]
    assert updated["id"] == view["id"]
    assert updated["hash"] != view["hash"]
    await akiko.submit(updated, typed)
    below, top = (await akiko.views())["modals"]
    assert top["previous_view_id"] == below["id"]
    await akiko.submit(top, typed)
    assert (await akiko.views())["modals"] == []


@pytest.mark.usefixtures("connected")
async def test_closing_a_modal_is_told_when_it_asked_to_be(
    app: AsyncApp, akiko: Person
) -> None:
    seen: list[bool] = []

    @app.view_closed("subscribe")
    async def note(ack: Any, body: Json) -> None:
        seen.append(body["is_cleared"])
        await ack()

    view = await open_modal(app, akiko)
    await akiko.post("view/close", user="U0AKIKO", view_id=view["id"])
    assert seen == [False]


@pytest.mark.usefixtures("connected")
async def test_a_trigger_opens_one_modal_and_stale_hashes_are_refused(
    app: AsyncApp,
    client: AsyncWebClient,
    akiko: Person,
) -> None:
    triggers: list[str] = []

    @app.command("/unpaid")
    async def keep(ack: Any, command: Json) -> None:
        triggers.append(command["trigger_id"])
        await ack()

    await akiko.command("/unpaid")
    opened = await client.views_open(trigger_id=triggers[0], view=MODAL)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=triggers[0], view=MODAL)
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_open(trigger_id="none", view=MODAL)
    first = opened["view"]
    await client.views_update(view_id=first["id"], hash=first["hash"], view=MODAL)
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=first["id"], hash=first["hash"], view=MODAL)
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.views_update(view_id=first["id"], view={**MODAL, "title": None})


async def test_the_home_tab_is_as_the_manifest_says(client: AsyncWebClient) -> None:
    home: Json = {"type": "home", "blocks": [{"type": "divider"}]}
    assert (await client.views_publish(user_id="U0AKIKO", view=home))["view"]["hash"]
    async with start(installation=replace(DUEBOT, home_tab=False)) as sandbox:
        other = AsyncWebClient(
            token="xoxb-sandbox", base_url=f"{sandbox.url}/api/", retry_handlers=[]
        )
        with pytest.raises(SlackApiError, match="not_enabled"):
            await other.views_publish(user_id="U0AKIKO", view=home)


@pytest.mark.usefixtures("connected")
async def test_an_external_menu_asks_for_its_options(
    app: AsyncApp,
    client: AsyncWebClient,
    akiko: Person,
) -> None:
    @app.options("customer")
    async def offer(ack: Any, payload: Json) -> None:
        await ack(options=[{"text": plain(payload["value"].title()), "value": "1"}])

    menu: Json = {"type": "external_select", "action_id": "customer"}
    blocks: list[Json] = [{"type": "actions", "block_id": "b", "elements": [menu]}]
    posted = await client.chat_postMessage(channel="C0BILLING", text="x", blocks=blocks)
    answer = await akiko.post(
        "options",
        user="U0AKIKO",
        channel="C0BILLING",
        message_ts=posted["ts"],
        block_id="b",
        action_id="customer",
        value="heron",
    )
    assert answer["options"] == [{"text": plain("Heron"), "value": "1"}]
