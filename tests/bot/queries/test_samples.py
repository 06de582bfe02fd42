"""The samples of what people type, asked for real: text in, slots and reply out."""

import asyncio
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.flows.reply import Reply
from bot.queries.commands import to_command, understood
from bot.queries.follow import parse_follow_up
from bot.queries.model import Query, QueryError
from bot.queries.parse import parse_query
from bot.views import ids
from bot.views.limits import check
from storage.store import Store
from tests.bot.queries.sampling import PORTAL, Replying, keep_samples

SAMPLES: list[dict[str, Any]] = tomllib.loads(  # Any: rows differ in their columns
    Path(__file__).with_name("samples.toml").read_text(encoding="utf-8")
)["sample"]
NAMES = [f"{row.get('number', '–')} {row['text']}" for row in SAMPLES]
#: What belongs to later work: conversion, another day, three languages.
LATER = {25, 29, 32, 38, 39, 40, 48, 50, 65}


@pytest.fixture(scope="module")
def replying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replying]:
    store = Store(tmp_path_factory.mktemp("samples") / "duebot.db")
    asyncio.run(keep_samples(store))
    yield Replying(store)
    store.close()


def said(reply: Reply) -> list[str]:
    """Everything a reply says besides tables and buttons."""
    texts = []
    for block in reply.message.blocks:
        if block["type"] == "section" and "text" in block:
            texts.append(block["text"]["text"])
        elif block["type"] == "context":
            texts += [each["text"] for each in block["elements"] if "text" in each]
    return texts


def buttons(reply: Reply) -> list[tuple[str, str]]:
    """The labels of the buttons that run a command or open a page, and which."""
    return [
        (each["text"]["text"], each.get("url") or command(each["value"]))
        for block in reply.message.blocks
        if block["type"] == "actions"
        for each in block["elements"]
        if each["type"] == "button"
        and each["action_id"].startswith((ids.RUN_COMMAND, ids.OPEN_AT_PROVIDER))
    ]


def command(value: str) -> str:
    return ids.AnswerRef.model_validate_json(value).command


def test_the_samples_are_complete() -> None:
    assert {row["number"] for row in SAMPLES if "number" in row} == (
        set(range(1, 67)) - LATER
    )


async def read(row: dict[str, Any], replying: Replying) -> Query:
    context = replying.questions.context()
    if "after" in row:
        query, _ = parse_follow_up(row["text"], row["after"], context=context)
    else:
        query = parse_query(row["text"], context=context)
    return await replying.questions.settled(query)


@pytest.mark.parametrize("row", SAMPLES, ids=NAMES)
async def test_a_sample_is_read_as_it_should(
    row: dict[str, Any], replying: Replying
) -> None:
    if "slots" not in row:
        with pytest.raises(QueryError):
            await read(row, replying)
        return
    query = await read(row, replying)
    found = {k: v for k, v in understood(query).items() if v is not None}
    assert found == row["slots"]
    assert to_command(query, replying.questions.context()) == row["command"]


@pytest.mark.parametrize("row", SAMPLES, ids=NAMES)
async def test_a_sample_gets_its_reply(row: dict[str, Any], replying: Replying) -> None:
    reply = await replying.to(row["text"], row.get("after"))
    check(reply.message)
    assert reply.is_answer == ("slots" in row)
    assert said(reply) == row["reply"]
    assert buttons(reply) == [tuple(each) for each in row["buttons"]]


@pytest.mark.parametrize("row", SAMPLES, ids=NAMES)
async def test_every_command_of_a_reply_works(
    row: dict[str, Any], replying: Replying
) -> None:
    reply = await replying.to(row["text"], row.get("after"))
    assert reply.is_answer or buttons(reply)
    for _, runs in buttons(reply):
        if not runs.startswith(PORTAL):
            replying.replies.read(runs)
