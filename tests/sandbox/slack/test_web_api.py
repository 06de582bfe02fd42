import asyncio
import time
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.app import Running, start
from sandbox.person import Person

DELIVERY = {"event_type": "duebot_delivery", "event_payload": {"delivery": "d1"}}


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_the_bot_learns_who_it_is_and_its_scopes(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert answer["user_id"] == "U0DUEBOT"
    assert answer["bot_id"] == "B0DUEBOT"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("headers", "query", "error"),
    [
        pytest.param({}, {}, "not_authed", id="no token"),
        pytest.param(
            {"Authorization": "Bearer xoxb-1"}, {}, "invalid_auth", id="wrong"
        ),
        pytest.param(
            {}, {"token": "xoxb-sandbox"}, "invalid_auth", id="in the address"
        ),
        pytest.param(
            {"Authorization": "Bearer xapp-sandbox"},
            {},
            "not_allowed_token_type",
            id="the app's token",
        ),
    ],
)
async def test_a_call_needs_the_bots_token(
    running: Running, headers: dict[str, str], query: dict[str, str], error: str
) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{running.url}/api/auth.test"
        async with session.post(url, headers=headers, params=query) as response:
            assert (await response.json())["error"] == error


@pytest.mark.parametrize("how", ["query", "form", "json"])
async def test_arguments_come_by_query_form_or_json(running: Running, how: str) -> None:
    fields = {"channel": "C0BILLING", "text": how}
    key = {"query": "params", "form": "data", "json": "json"}[how]
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    options: Any = {key: fields}
    async with aiohttp.ClientSession(headers=headers) as session:
        url = f"{running.url}/api/chat.postMessage"
        async with session.post(url, **options) as response:
            assert (await response.json())["message"]["text"] == how


async def test_an_unknown_method_is_named(client: AsyncWebClient) -> None:
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"


async def test_a_missing_scope_is_named_with_what_was_granted(
    client: AsyncWebClient, akiko: Person
) -> None:
    await akiko.post("scopes", remove=["channels:history"])
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_history(channel="C0BILLING")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "channels:history"
    assert "channels:history" not in caught.value.response["provided"]
    await client.conversations_history(channel="C0FINANCE")


async def test_the_bot_posts_where_it_may(running: Running, akiko: Person) -> None:
    client = AsyncWebClient(token="xoxb-sandbox", base_url=f"{running.url}/api/")
    await client.chat_postMessage(channel="C0GENERAL", text="with chat:write.public")
    await akiko.post("scopes", remove=["chat:write.public"])
    outside = client.chat_postMessage(channel="C0GENERAL", text="x")
    assert await error_of(outside) == "not_in_channel"
    await akiko.post("remove", channel="C0FINANCE")
    hidden = client.chat_postMessage(channel="C0FINANCE", text="x")
    assert await error_of(hidden) == "channel_not_found"
    await akiko.post("archive", channel="C0BILLING")
    old = client.chat_postMessage(channel="C0BILLING", text="x")
    assert await error_of(old) == "is_archived"
    nowhere = client.chat_postMessage(channel="C0NOWHERE", text="x")
    assert await error_of(nowhere) == "channel_not_found"


async def test_history_is_for_members_even_of_public_channels(
    client: AsyncWebClient,
) -> None:
    call = client.conversations_history(channel="C0GENERAL")
    assert await error_of(call) == "not_in_channel"


async def test_metadata_is_shown_whole_only_when_asked_for(
    client: AsyncWebClient,
) -> None:
    await client.chat_postMessage(channel="C0BILLING", text="x", metadata=DELIVERY)
    brief = await client.conversations_history(channel="C0BILLING")
    assert brief["messages"][0]["metadata"] == {"event_type": "duebot_delivery"}
    whole = await client.conversations_history(
        channel="C0BILLING", include_all_metadata=True
    )
    assert whole["messages"][0]["metadata"] == DELIVERY
    assert whole["messages"][0]["bot_id"] == "B0DUEBOT"


async def test_history_pages_newest_first_between_two_moments(
    client: AsyncWebClient,
) -> None:
    stamps = [
        (await client.chat_postMessage(channel="C0BILLING", text=str(n)))["ts"]
        for n in range(5)
    ]
    assert stamps == sorted(stamps)
    first = await client.conversations_history(
        channel="C0BILLING", oldest=stamps[0], limit=3
    )
    assert [one["text"] for one in first["messages"]] == ["4", "3", "2"]
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(
        channel="C0BILLING", oldest=stamps[0], limit=3, cursor=cursor
    )
    assert [one["text"] for one in second["messages"]] == ["1"]
    only = await client.conversations_history(
        channel="C0BILLING", oldest=stamps[2], latest=stamps[2], inclusive=True
    )
    assert [one["text"] for one in only["messages"]] == ["2"]


async def test_replies_stand_in_their_thread_alone(client: AsyncWebClient) -> None:
    parent = (await client.chat_postMessage(channel="C0BILLING", text="p"))["ts"]
    reply = (
        await client.chat_postMessage(channel="C0BILLING", text="r", thread_ts=parent)
    )["ts"]
    history = await client.conversations_history(channel="C0BILLING")
    assert [one["text"] for one in history["messages"]] == ["p"]
    assert history["messages"][0]["reply_count"] == 1
    thread = await client.conversations_replies(channel="C0BILLING", ts=parent)
    assert [one["text"] for one in thread["messages"]] == ["p", "r"]
    below = client.chat_postMessage(channel="C0BILLING", text="x", thread_ts=reply)
    assert await error_of(below) == "cannot_reply_to_message"
    lost = client.chat_postMessage(channel="C0BILLING", text="x", thread_ts="1.000001")
    assert await error_of(lost) == "thread_not_found"


async def test_updating_keeps_metadata_and_drops_blocks_that_are_not_sent_again(
    client: AsyncWebClient,
) -> None:
    posted = await client.chat_postMessage(
        channel="C0BILLING", text="x", blocks=[{"type": "divider"}], metadata=DELIVERY
    )
    changed = await client.chat_update(
        channel="C0BILLING", ts=posted["ts"], text="paid"
    )
    assert changed["message"]["text"] == "paid"
    assert "blocks" not in changed["message"]
    assert changed["message"]["metadata"] == DELIVERY
    long = client.chat_update(channel="C0BILLING", ts=posted["ts"], text="x" * 4001)
    assert await error_of(long) == "msg_too_long"
    await client.chat_delete(channel="C0BILLING", ts=posted["ts"])
    gone = client.chat_update(channel="C0BILLING", ts=posted["ts"], text="x")
    assert await error_of(gone) == "message_not_found"


async def test_nobody_elses_message_can_be_changed(
    client: AsyncWebClient, akiko: Person
) -> None:
    ts = await akiko.say("mine")
    call = client.chat_update(channel="C0BILLING", ts=ts, text="yours")
    assert await error_of(call) == "cant_update_message"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        pytest.param({"text": " "}, "no_text", id="nothing said"),
        pytest.param({"blocks": [{"type": "x"}]}, "invalid_blocks", id="bad block"),
        pytest.param({"blocks": "[{"}, "invalid_blocks_format", id="no JSON"),
        pytest.param(
            {
                "text": "x",
                "blocks": [
                    {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2500}}
                ]
                * 5,
            },
            "msg_blocks_too_long",
            id="too much text in all",
        ),
        pytest.param(
            {"text": "x", "markdown_text": "x"}, "markdown_text_conflict", id="both"
        ),
        pytest.param(
            {"text": "x", "metadata": {"event_type": "e"}},
            "invalid_metadata_schema",
            id="metadata without payload",
        ),
        pytest.param(
            {
                "text": "x",
                "metadata": {"event_type": "e", "event_payload": {"a": "x" * 17_000}},
            },
            "metadata_too_large",
            id="metadata too large",
        ),
    ],
)
async def test_a_message_that_slack_would_not_take_is_refused(
    client: AsyncWebClient, akiko: Person, fields: dict[str, Any], error: str
) -> None:
    call = client.api_call("chat.postMessage", json={"channel": "C0BILLING", **fields})
    assert await error_of(call) == error
    assert await akiko.messages() == []


async def test_invalid_blocks_say_where(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(
            channel="C0BILLING", text="x", blocks=[{"type": "marquee"}]
        )
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] unsupported type: marquee [json-pointer:/blocks/0/type]"
    ]


async def test_an_ephemeral_message_is_for_one_person_of_the_channel(
    running: Running, client: AsyncWebClient, akiko: Person
) -> None:
    await client.chat_postEphemeral(channel="C0BILLING", user="U0AKIKO", text="psst")
    assert [one["text"] for one in await akiko.messages()] == ["psst"]
    async with Person(running.url, "U0LENA") as lena:
        assert await lena.messages() == []
    history = await client.conversations_history(channel="C0BILLING")
    assert history["messages"] == []
    call = client.chat_postEphemeral(channel="C0BILLING", user="U0OUTER", text="x")
    assert await error_of(call) == "user_not_in_channel"


async def test_posting_to_a_person_opens_the_direct_message(
    client: AsyncWebClient, akiko: Person
) -> None:
    opened = await client.conversations_open(users="U0AKIKO")
    assert opened["channel"]["id"] == "D0AKIKO"
    posted = await client.chat_postMessage(channel="U0AKIKO", text="hello")
    assert posted["channel"] == "D0AKIKO"
    assert [one["text"] for one in await akiko.messages("D0AKIKO")] == ["hello"]


async def test_channels_and_people_say_what_access_rules_need(
    client: AsyncWebClient,
) -> None:
    shared = await client.conversations_info(channel="C0PARTNER")
    assert shared["channel"]["is_ext_shared"] is True
    private = await client.conversations_info(channel="C0FINANCE")
    assert private["channel"]["is_private"] is True
    guest = await client.users_info(user="U0GUEST")
    assert guest["user"]["is_restricted"] is True
    outsider = await client.users_info(user="U0OUTER")
    assert outsider["user"]["is_stranger"] is True
    assert outsider["user"]["team_id"] == "T0OTHER"
    members = await client.usergroups_users_list(usergroup="S0FINANCE")
    assert members["users"] == ["U0AKIKO"]
    listed = await client.conversations_list(types="public_channel,private_channel")
    assert {one["id"] for one in listed["channels"]} == {
        "C0BILLING", "C0FINANCE", "C0GENERAL", "C0PARTNER",
    }  # fmt: skip


async def test_the_bot_sees_the_conversations_it_is_in(
    client: AsyncWebClient,
) -> None:
    types = "public_channel,private_channel"
    page = await client.users_conversations(types=types, limit=2)
    assert [one["id"] for one in page["channels"]] == ["C0BILLING", "C0FINANCE"]
    cursor = page["response_metadata"]["next_cursor"]
    rest = await client.users_conversations(types=types, limit=2, cursor=cursor)
    assert [one["id"] for one in rest["channels"]] == ["C0PARTNER"]
    forged = client.users_conversations(cursor="bm9uZQ==")
    assert await error_of(forged) == "invalid_cursor"
    too_many = client.conversations_history(channel="C0BILLING", limit=1000)
    assert await error_of(too_many) == "invalid_limit"


async def test_a_reply_has_a_link_that_names_its_thread(
    running: Running, client: AsyncWebClient
) -> None:
    parent = (await client.chat_postMessage(channel="C0BILLING", text="p"))["ts"]
    reply = await client.chat_postMessage(
        channel="C0BILLING", text="r", thread_ts=parent
    )
    link = await client.chat_getPermalink(channel="C0BILLING", message_ts=reply["ts"])
    stamp = reply["ts"].replace(".", "")
    assert link["permalink"] == (
        f"{running.url}/archives/C0BILLING/p{stamp}?thread_ts={parent}&cid=C0BILLING"
    )


async def test_a_reaction_is_added_once(client: AsyncWebClient, akiko: Person) -> None:
    await akiko.post("scopes", granted=["reactions:write", "channels:history"])
    ts = await akiko.say("done?")
    add = {"channel": "C0BILLING", "timestamp": ts, "name": "white_check_mark"}
    await client.reactions_add(**add)
    assert await error_of(client.reactions_add(**add)) == "already_reacted"
    history = await client.conversations_history(channel="C0BILLING")
    (reaction,) = history["messages"][0]["reactions"]
    assert reaction["users"] == ["U0DUEBOT"]


async def test_posting_faster_than_a_message_a_second_is_answered_429() -> None:
    async with start() as running, Person(running.url) as akiko:
        client = AsyncWebClient(token="xoxb-sandbox", base_url=f"{running.url}/api/")
        for n in range(3):
            await client.chat_postMessage(channel="C0BILLING", text=str(n))
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel="C0BILLING", text="too much")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "1"
        await client.chat_postMessage(channel="C0FINANCE", text="elsewhere")
        assert len(await akiko.messages()) == 3


@pytest.mark.parametrize(
    ("kind", "status"), [("down", 503), ("html", 500), ("busy", 429)]
)
async def test_slack_fails_as_it_is_told_and_only_so_often(
    running: Running, akiko: Person, kind: str, status: int
) -> None:
    await akiko.post(
        "faults", target="slack", kind=kind, count=1, method="chat.postMessage"
    )
    url = f"{running.url}/api/chat.postMessage"
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    fields = {"channel": "C0BILLING", "text": "x"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post(f"{running.url}/api/auth.test") as response:
            assert response.status == 200
        async with session.post(url, json=fields) as response:
            assert response.status == status
        async with session.post(url, json=fields) as response:
            assert (await response.json())["ok"]
    assert len(await akiko.messages()) == 1
    calls = await akiko.calls("chat.postMessage")
    assert [one["ok"] for one in calls] == [False, True]


@pytest.mark.parametrize(("kind", "stored"), [("drop", 0), ("drop_after", 1)])
async def test_a_connection_can_break_before_or_after_the_message_is_stored(
    client: AsyncWebClient, akiko: Person, kind: str, stored: int
) -> None:
    await akiko.post("faults", target="slack", kind=kind, count=1)
    with pytest.raises(ClientError):
        await client.chat_postMessage(channel="C0BILLING", text="x")
    assert len(await akiko.messages()) == stored


async def test_a_slow_slack_does_the_call_all_the_same(
    client: AsyncWebClient, akiko: Person
) -> None:
    await akiko.post("faults", target="slack", kind="slow", seconds=0.15, count=1)
    began = time.monotonic()
    await client.chat_postMessage(channel="C0BILLING", text="x")
    assert time.monotonic() - began >= 0.15
    assert len(await akiko.messages()) == 1


async def test_a_caller_that_gave_up_does_not_post_later(
    running: Running, client: AsyncWebClient, akiko: Person
) -> None:
    await akiko.post("faults", target="slack", kind="hang", seconds=0.15, count=1)
    url = f"{running.url}/api/chat.postMessage"
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    fields = {"channel": "C0BILLING", "text": "too late"}
    patience = aiohttp.ClientTimeout(total=0.05)
    async with aiohttp.ClientSession(headers=headers, timeout=patience) as session:
        with pytest.raises(TimeoutError):
            await session.post(url, json=fields)
    await akiko.wait_for(lambda _: running.workspace.calls)
    await client.chat_postMessage(channel="C0BILLING", text="later")
    assert [one["text"] for one in await akiko.messages()] == ["later"]


async def test_messages_posted_at_once_get_rising_timestamps(
    client: AsyncWebClient, akiko: Person
) -> None:
    await asyncio.gather(
        *(client.chat_postMessage(channel="C0BILLING", text=str(n)) for n in range(20))
    )
    stamps = [one["ts"] for one in await akiko.messages()]
    assert len(set(stamps)) == 20
    assert stamps == sorted(stamps)


async def test_no_token_is_kept_in_the_record_of_calls(
    running: Running, akiko: Person
) -> None:
    async with aiohttp.ClientSession() as session:
        fields = {"token": "xoxb-sandbox", "channel": "C0BILLING", "text": "x"}
        async with session.post(f"{running.url}/api/chat.postMessage", data=fields):
            pass
    (call,) = await akiko.calls()
    assert call["args"] == {"channel": "C0BILLING", "text": "x"}
    assert call["ok"] is True
