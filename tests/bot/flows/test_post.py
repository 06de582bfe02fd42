from datetime import datetime, timedelta

from bot.flows.post import Absent, Posted, Target, Unreadable, post, search
from tests.bot.flows.newsroom import START
from tests.bot.flows.slack_stand_in import SlackStandIn, serving


def kept(slack: SlackStandIn, *names: str, thread_ts: str | None = None) -> list[str]:
    """Let the channel hold messages of these deliveries; return their ts."""
    first = len(slack.messages)
    for name in names:
        slack.messages.append(
            {
                "channel": "C1",
                "ts": f"{slack.start + len(slack.messages):.6f}",
                "text": name,
                "metadata": {
                    "event_type": "duebot_delivery",
                    "event_payload": {"delivery": name},
                },
            }
            | ({"thread_ts": thread_ts} if thread_ts else {})
        )
    return [each["ts"] for each in slack.messages[first:]]


async def look(
    slack: SlackStandIn,
    name: str,
    *,
    since: datetime = START,
    after: str | None = None,
    thread_ts: str | None = None,
) -> object:
    async with serving(slack) as client:
        target = Target(name, "C1", thread_ts)
        return await search(client, target, since=since, after=after)


async def test_a_message_is_found_pages_back() -> None:
    slack = SlackStandIn()
    stamps = kept(slack, *(f"d{number}" for number in range(9)))
    assert await look(slack, "d1") == Posted(stamps[1])
    assert slack.searches == 4


async def test_what_is_not_there_is_absent() -> None:
    slack = SlackStandIn()
    kept(slack, "d1", "d2", "d3")
    assert await look(slack, "d4") == Absent()


async def test_a_search_goes_back_to_our_last_message_and_no_further() -> None:
    slack = SlackStandIn()
    stamps = kept(slack, *(f"d{number}" for number in range(9)))
    assert await look(slack, "other", after=stamps[6]) == Absent()
    assert slack.searches == 1


async def test_without_one_it_ends_an_hour_before_the_first_try() -> None:
    slack = SlackStandIn()
    kept(slack, *(f"d{number}" for number in range(9)))
    assert await look(slack, "x", since=START + timedelta(hours=2)) == Absent()
    assert slack.searches == 1


async def test_clocks_that_differ_by_years_hide_nothing_recent() -> None:
    slack = SlackStandIn()
    stamps = kept(slack, "d0", "d1")
    since = START + timedelta(days=900)
    assert await look(slack, "d1", since=since) == Posted(stamps[1])


async def test_a_thread_is_read_to_its_end() -> None:
    slack = SlackStandIn()
    [parent] = kept(slack, "parent")
    stamps = kept(slack, *(f"r{number}" for number in range(5)), thread_ts=parent)
    since = START + timedelta(days=1)
    found = await look(slack, "r4", since=since, thread_ts=parent)
    assert found == Posted(stamps[4])


async def test_metadata_of_others_is_not_ours() -> None:
    slack = SlackStandIn()
    kept(slack, "d1")
    slack.messages[0]["metadata"]["event_type"] = "another_app"
    assert await look(slack, "d1") == Absent()


async def test_a_channel_that_may_not_be_read_tells_nothing() -> None:
    slack = SlackStandIn(history_error="missing_scope")
    assert await look(slack, "d1") == Unreadable("missing_scope")


async def test_a_post_carries_its_name_and_can_be_found_by_it() -> None:
    slack = SlackStandIn()
    async with serving(slack) as client:
        target = Target("d1", "C1")
        posted = await post(client, target, text="Hello")
        assert isinstance(posted, Posted)
        assert await search(client, target, since=START, after=None) == posted
