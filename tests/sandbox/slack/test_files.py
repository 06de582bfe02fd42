from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.person import Person

PDF = b"%PDF-1.4 invoice"


async def test_a_pdf_is_uploaded_into_a_thread_and_can_be_opened(
    client: AsyncWebClient, akiko: Person
) -> None:
    parent = (await client.chat_postMessage(channel="C0BILLING", text="p"))["ts"]
    await client.files_upload_v2(
        content=PDF,
        filename="F25 0000101.pdf",
        title="F25-0000101",
        channel="C0BILLING",
        thread_ts=parent,
        initial_comment="Here it is.",
    )
    _, reply = await akiko.thread(parent)
    assert reply["text"] == "Here it is."
    (file,) = reply["files"]
    assert (file["title"], file["mimetype"]) == ("F25-0000101", "application/pdf")
    assert file["size"] == len(PDF)
    assert await akiko.download(file) == PDF
    history = await client.conversations_replies(channel="C0BILLING", ts=parent)
    assert history["messages"][1]["files"][0]["id"] == file["id"]


async def test_several_files_make_one_message(
    client: AsyncWebClient, akiko: Person
) -> None:
    uploads: list[dict[str, Any]] = [
        {"content": PDF, "filename": "a.pdf"},
        {"content": b"a,b", "filename": "b.csv"},
    ]
    await client.files_upload_v2(file_uploads=uploads, channel="C0FINANCE")
    (message,) = await akiko.messages("C0FINANCE")
    assert [one["name"] for one in message["files"]] == ["a.pdf", "b.csv"]


async def test_files_go_only_where_the_bot_is_a_member(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.files_upload_v2(content=PDF, filename="a.pdf", channel="C0GENERAL")


async def test_bytes_that_are_not_as_many_as_announced_are_refused(
    client: AsyncWebClient,
) -> None:
    promised = await client.files_getUploadURLExternal(filename="a.pdf", length=99)
    url = promised["upload_url"]
    async with aiohttp.ClientSession() as session, session.post(url, data=PDF) as got:
        assert got.status == 400
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": promised["file_id"]}])


async def test_an_upload_that_breaks_is_not_shared(
    client: AsyncWebClient, akiko: Person
) -> None:
    await akiko.post("faults", target="slack", kind="down", method="upload", count=1)
    with pytest.raises(SlackRequestError):
        await client.files_upload_v2(content=PDF, filename="a.pdf", channel="C0BILLING")
    assert await akiko.messages() == []


async def test_an_empty_file_is_refused(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="missing_argument"):
        await client.files_getUploadURLExternal(filename="a.pdf", length=0)


async def test_file_facts_need_their_scope_and_say_where_it_was_shared(
    client: AsyncWebClient, akiko: Person
) -> None:
    await client.files_upload_v2(content=PDF, filename="a.pdf", channel="C0BILLING")
    (message,) = await akiko.messages()
    file_id = message["files"][0]["id"]
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client.files_info(file=file_id)
    await akiko.post("scopes", granted=["files:read", "files:write"])
    shown = await client.files_info(file=file_id)
    assert shown["file"]["shares"] == {"public": {"C0BILLING": [{"ts": message["ts"]}]}}
    await client.files_delete(file=file_id)
    (message,) = await akiko.messages()
    assert message["files"] == []
