"""The answer alone, without Slack's packages: from the text typed to encoded blocks.

Run it with ``python -m bench.one_answer CONFIG [--profile]``.
"""

import argparse
import asyncio
import cProfile
import json
import pstats
import sys
from pathlib import Path

import msgspec

from bench.load import months
from bench.peers.fetch import processor_seconds
from bot.app import Core, opened_core, privacy_rule
from bot.flows.access import Access, AccessRule, Person, Place
from bot.flows.care import Caring
from bot.flows.privacy import Privacy
from bot.flows.reply import Asker, Replies
from bot.flows.subscribe import Subscriptions
from bot.jobs import next_run_in
from bot.queries.orders import Pace
from bot.settings import read_settings
from bot.slack_app import make_preferences

TIMES = 600


class Everybody:
    """A directory in which everybody is a full member."""

    async def person(self, user: str) -> Person:
        """Describe anybody."""
        return Person(user, guest=False, outsider=False)

    async def place(
        self,
        channel: str,
        *,
        asker: str | None = None,  # noqa: ARG002 - the directory's form
        anew: bool = False,  # noqa: ARG002 - as above
    ) -> Place:
        """Describe any channel."""
        return Place(channel, direct=False, shared=False)

    async def direct_message(self, user: str) -> str:
        """Name the direct message with anybody."""
        return f"D{user[1:]}"

    async def members(self, usergroup: str) -> frozenset[str]:  # noqa: ARG002 - as above
        """Know of no group."""
        return frozenset()


def main() -> None:
    """Answer many times, and print what one costs in milliseconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    settings = read_settings(given.config)

    async def measure() -> float:
        async with opened_core(settings) as core:
            replies = _replies(core)
            await _answer(replies, 100)
            if given.profile:
                return await _profile(replies)
            before = processor_seconds()
            await _answer(replies, TIMES)
            return processor_seconds() - before

    print(json.dumps({"ms": asyncio.run(measure()) / TIMES * 1000}))


def _replies(core: Core) -> Replies:
    settings = core.settings
    access = Access(rule=AccessRule(), directory=Everybody())
    return Replies(
        questions=core.questions,
        access=access,
        subscriptions=Subscriptions(
            store=core.store,
            access=access,
            next_run=next_run_in(settings.bot.timezone),
            pace=Pace(settings.sync.every, settings.sync.due_soon),
            now=core.now,
            zone=settings.bot.timezone,
            labels={each.name: each.label for each in settings.connections},
        ),
        preferences=make_preferences(core, access),
        privacy=Privacy(store=core.store, rule=privacy_rule(settings), now=core.now),
        caring=Caring(store=core.store, now=core.now, zone=settings.bot.timezone),
        now=core.now,
        zone=settings.bot.timezone,
    )


async def _answer(replies: Replies, times: int) -> None:
    asker, texts = Asker(user="U0BENCH", channel="C0BENCH"), months()
    for _ in range(times):
        reply = await replies.to_text(f"/invoices {next(texts)}", asker)
        if not reply.is_answer:
            raise RuntimeError(f"no answer: {reply.message.text}")
        msgspec.json.encode(reply.message.blocks)


async def _profile(replies: Replies) -> float:
    with cProfile.Profile() as profile:
        await _answer(replies, TIMES)
    found = pstats.Stats(profile, stream=sys.stderr)
    found.sort_stats("tottime").print_stats(40)
    return 0.0


if __name__ == "__main__":
    main()
