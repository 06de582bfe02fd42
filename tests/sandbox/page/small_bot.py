"""The listeners of a small app, so that the page has somebody to talk to."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def button(action_id: str, text: str) -> dict[str, Any]:
    """Return a button with a plain label."""
    label = {"type": "plain_text", "text": text}
    return {"type": "button", "action_id": action_id, "text": label, "value": "v"}


def menu(action_id: str, *names: str) -> dict[str, Any]:
    """Return a menu whose values are its names."""
    options = [
        {"text": {"type": "plain_text", "text": name}, "value": name} for name in names
    ]
    placeholder = {"type": "plain_text", "text": "Details"}
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": placeholder,
        "options": options,
    }


def answer(asked: str) -> list[dict[str, Any]]:
    """Return an answer's blocks: a sentence that names the question, and controls."""
    text = {"type": "mrkdwn", "text": f"Answer to *{asked}*"}
    controls = [
        button("share", "Share Here"),
        button("form", "Snooze"),
        menu("details", "F26-1", "F26-2"),
    ]
    return [
        {"type": "section", "text": text},
        {"type": "actions", "elements": controls},
    ]


def form() -> dict[str, Any]:
    """Return a modal with a date and a note."""
    return {
        "type": "modal",
        "callback_id": "snooze",
        "title": {"type": "plain_text", "text": "Snooze"},
        "submit": {"type": "plain_text", "text": "Save"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [
            _field("until", "Until", {"type": "datepicker", "action_id": "value"}),
            _field("note", "Note", {"type": "plain_text_input", "action_id": "value"}),
        ],
    }


def _field(block_id: str, label: str, element: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": element,
    }


def add_listeners(app: AsyncApp) -> None:
    """Register one listener for each thing the tests do."""
    app.command("/invoices")(_answer)
    app.action("share")(_share)
    app.action("pdf")(_upload)
    app.action("details")(_tell)
    app.action("form")(_open)
    app.view("snooze")(_save)
    app.event("app_mention")(_reply)


async def _answer(ack: AsyncAck, command: dict[str, Any]) -> None:
    await ack(text="answer", blocks=answer(command["text"]))


async def _share(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
    await ack()
    text = {"type": "mrkdwn", "text": "*Shared* with the channel"}
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": text},
        {"type": "actions", "elements": [button("pdf", "PDF")]},
    ]
    await client.chat_postMessage(
        channel=body["channel"]["id"], text="shared", blocks=blocks
    )


async def _upload(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
    await ack()
    await client.files_upload_v2(
        channel=body["channel"]["id"],
        thread_ts=body["message"]["ts"],
        filename="F26-1.pdf",
        title="F26-1",
        content=PDF,
    )


async def _tell(ack: AsyncAck, body: dict[str, Any], say: AsyncSay) -> None:
    await ack()
    await say(text=f"Details of {body['actions'][0]['selected_option']['value']}")


async def _open(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=form())


async def _save(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient) -> None:
    values = view["state"]["values"]
    note = values["note"]["value"]["value"]
    if note == "no":
        await ack(response_action="errors", errors={"note": "Say a little more."})
        return
    await ack()
    until = values["until"]["value"]["selected_date"]
    await client.chat_postMessage(channel="C0BILLING", text=f"{until}: {note}")


async def _reply(event: dict[str, Any], say: AsyncSay) -> None:
    await say(text="I heard you", thread_ts=event.get("thread_ts") or event["ts"])
