"""What `duebot check` says of a connection, against the sandbox's billing services."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.commands.connection import check_connection
from bot.commands.finding import Finding
from sandbox.clock import Clock
from tests.sandbox.providers.adapters import LABELS, make_adapter
from tests.sandbox.providers.conftest import Stand, standing

NEW_KEY = "make a new key in the provider's portal and put it in the configuration"
KEY_REFUSED = (
    "i3D.net is reachable but refused the key (403): the key is wrong, expired, or "
    "bound to other addresses"
)


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    """The services at the real time, which the dates of their replies tell."""
    async with standing(Clock()) as made:
        yield made


async def found(stand: Stand, provider: str, **changes: Any) -> list[Finding]:
    adapter = make_adapter(stand, provider, **changes)
    try:
        return await check_connection(adapter)
    finally:
        await adapter.aclose()


def fine(sentence: str) -> Finding:
    return Finding("connection one", "ok", sentence)


async def test_a_lineworks_connection_in_order(stand: Stand) -> None:
    assert await found(stand, "lineworks") == [
        fine(
            "LINE WORKS is reachable and accepts the key: the partner "
            "蒼鷺ソリューションズ株式会社"
        ),
        fine("LINE WORKS lets us read invoices, line items"),
        fine("our clock agrees with that of LINE WORKS"),
    ]


async def test_a_softwareone_connection_in_order(stand: Stand) -> None:
    papers = stand.world.papers("softwareone")
    memos = sum(paper.sort == "memo" for paper in papers)
    assert await found(stand, "softwareone") == [
        fine(
            "SoftwareOne is reachable and accepts the key: the client Blue Heron, "
            f"{len(papers) - memos} invoices, {memos} credit memos"
        ),
        fine("SoftwareOne lets us read invoices, line items, PDFs"),
        fine("our clock agrees with that of SoftwareOne"),
    ]


async def test_an_i3dnet_connection_in_order(stand: Stand) -> None:
    assert await found(stand, "i3dnet") == [
        fine(
            "i3D.net is reachable and accepts the key: the account "
            "Blue Heron Trading B.V."
        ),
        fine("i3D.net lets us read invoices, line items, PDFs"),
        fine("our clock agrees with that of i3D.net"),
    ]


@pytest.mark.parametrize(
    ("kind", "sentence", "next_step"),
    [
        ("refused", KEY_REFUSED, NEW_KEY),
        (
            "down",
            "i3D.net is reachable but answered 503",
            "check base_url and the network, or try again later",
        ),
        (
            "busy",
            "i3D.net is reachable but asks for fewer requests (429)",
            "try again in 1 s",
        ),
        (
            "missing",
            "i3D.net is reachable but says there is no such thing (404)",
            "check base_url; it leads to something else",
        ),
        (
            "html",
            "i3D.net is reachable but answered with a web page instead of data",
            "check base_url; a proxy or another service may answer in its place",
        ),
        (
            "drop",
            "i3D.net broke the connection before its answer was whole",
            "check base_url and the network, or try again later",
        ),
    ],
)
async def test_what_must_be_mended_comes_with_the_next_step(
    stand: Stand, kind: str, sentence: str, next_step: str
) -> None:
    stand.faults.set("i3dnet", kind)
    first = (await found(stand, "i3dnet"))[0]
    assert first == Finding("connection one", "error", sentence, next_step)


async def test_a_service_that_is_not_there_is_not_reachable(stand: Stand) -> None:
    assert await found(stand, "i3dnet", base_url="http://127.0.0.1:9") == [
        Finding(
            "connection one",
            "error",
            "i3D.net cannot be reached",
            "check base_url and the network, or try again later",
        )
    ]


async def test_a_vendors_token_is_told_apart(stand: Stand) -> None:
    (refusal, _) = await found(stand, "softwareone", token="idt:TKN-0002-0002:vendor")
    assert refusal.finding == (
        "SoftwareOne is reachable but refused the key (403): the token's account type "
        "cannot read invoices, or it lacks the module"
    )


async def test_a_key_that_is_known_but_may_not_read_is_told_apart(stand: Stand) -> None:
    stand.faults.set("i3dnet", "empty_403", method="/account/invoice")
    accepted, refusal, _ = await found(stand, "i3dnet")
    assert accepted.level == "ok"
    assert refusal == Finding("connection one", "error", KEY_REFUSED, NEW_KEY)


@pytest.mark.parametrize(
    ("off", "level", "sentence"),
    [
        (timedelta(seconds=20), "ok", "our clock agrees with that of i3D.net"),
        (
            timedelta(minutes=3),
            "warning",
            "our clock is 3 min ahead of that of i3D.net",
        ),
        (timedelta(hours=-3), "error", "our clock is 3 h behind that of i3D.net"),
        (timedelta(minutes=9), "error", "our clock is 9 min ahead of that of i3D.net"),
    ],
)
async def test_a_clock_that_is_off_is_said(
    stand: Stand, off: timedelta, level: str, sentence: str
) -> None:
    findings = await found(stand, "i3dnet", now=lambda: stand.clock.now() + off)
    clock = findings[-1]
    assert (clock.level, clock.finding) == (level, sentence)
    assert clock.next_step == (
        "" if level == "ok" else "let this machine set its clock by NTP"
    )


@pytest.mark.parametrize("provider", LABELS)
async def test_no_finding_holds_the_key(stand: Stand, provider: str) -> None:
    stand.faults.set(provider, "refused")
    assert "sandbox" not in repr(await found(stand, provider))
