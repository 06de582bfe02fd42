import asyncio
import gzip
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import structlog
from aiohttp import web
from stamina import instrumentation
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from providers.auth import FixedHeader
from providers.errors import (
    BadReplyError,
    BusyError,
    NotThereError,
    ProviderError,
    ProviderSetupError,
)
from providers.http import Http, Patience
from tests.providers.builders import QUICK, now
from tests.providers.stand_in import Answer, in_turn, replying, silent, standing

ACCESS = FixedHeader("Authorization", "Bearer s3cret-key")
OK = replying(200, b"[]")


async def get(answer: Answer, **changes: Any) -> tuple[bytes | ProviderError, int]:
    """What came of one page, and how many requests it took."""
    patience = Patience(
        **{name: getattr(QUICK, name) for name in QUICK.__slots__} | changes
    )
    async with standing(answer) as stand_in:
        http = Http("one", stand_in.url, now=now, patience=patience)
        try:
            return await http.get("/list", access=ACCESS), len(stand_in.asked)
        except ProviderError as error:
            assert http.requests == len(stand_in.asked)
            return error, len(stand_in.asked)
        finally:
            await http.aclose()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_what_waiting_mends_is_asked_again(status: int) -> None:
    assert await get(in_turn(replying(status), OK)) == (b"[]", 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 501])
async def test_what_waiting_does_not_mend_is_asked_once(status: int) -> None:
    error, asked = await get(replying(status))
    assert not isinstance(error, bytes | BusyError)
    assert asked == 1


async def test_attempts_end() -> None:
    error, asked = await get(replying(503), attempts=3)
    assert isinstance(error, BusyError)
    assert asked == 3


async def test_silence_is_tried_twice() -> None:
    error, asked = await get(silent)
    assert isinstance(error, BusyError)
    assert (error.detail, asked) == ("did not answer within 0.1 s", 2)


async def test_a_short_wait_is_kept_and_a_long_one_is_handed_on() -> None:
    began = time.monotonic()
    short = replying(429, headers={"Retry-After": "0.1"})
    assert await get(in_turn(short, OK)) == (b"[]", 2)
    assert time.monotonic() - began >= 0.1
    error, asked = await get(replying(503, headers={"Retry-After": "3600"}))
    assert isinstance(error, BusyError)
    assert (error.wait_seconds, asked) == (3600, 1)


async def test_a_date_to_wait_for_is_understood() -> None:
    headers = {"Retry-After": "Tue, 15 Mar 2022 10:00:00 GMT"}
    error, _ = await get(replying(503, headers=headers))
    assert isinstance(error, BusyError)
    assert error.wait_seconds == 3600


async def test_a_page_that_drips_is_given_up_in_the_end() -> None:
    async def drips(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b" ")
            await asyncio.sleep(0.02)
        return response

    error, _ = await get(drips, total_seconds=0.2)
    assert isinstance(error, BusyError)
    assert error.detail == "did not answer within 0.2 s"


async def test_a_reply_is_bounded_even_when_packed() -> None:
    packed = gzip.compress(bytes(2_000_000))
    bomb = replying(200, packed, headers={"Content-Encoding": "gzip"})
    error, asked = await get(bomb, most_bytes=1_000_000)
    assert isinstance(error, BadReplyError)
    assert (error.detail, asked) == ("answered with more than 1 MB", 1)


async def test_a_packed_reply_is_unpacked() -> None:
    packed = replying(200, gzip.compress(b"[1]"), headers={"Content-Encoding": "gzip"})
    assert await get(packed) == (b"[1]", 1)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://a..b/"])
async def test_nobody_listening_is_a_sentence(url: str) -> None:
    http = Http("one", url, now=now, patience=QUICK)
    with pytest.raises(BusyError, match=r"^cannot be reached$"):
        await http.get("/list", access=ACCESS)
    await http.aclose()


async def test_a_server_without_tls_is_not_trusted() -> None:
    async with standing(OK) as stand_in:
        url = stand_in.url.replace("http:", "https:")
        http = Http("one", url, now=now, patience=QUICK)
        with pytest.raises(ProviderError, match=r"TLS|cannot be reached|proper HTTP"):
            await http.get("/list", access=ACCESS)
        await http.aclose()
    assert stand_in.asked == []


async def test_at_most_four_requests_are_under_way() -> None:
    under_way: list[int] = [0]
    most: list[int] = []

    async def slow(_: web.Request) -> web.StreamResponse:
        under_way[0] += 1
        most.append(under_way[0])
        await asyncio.sleep(0.01)
        under_way[0] -= 1
        return web.json_response([])

    async with standing(slow) as stand_in:
        http = Http("one", stand_in.url, now=now, patience=QUICK)
        await asyncio.gather(*(http.get("/", access=ACCESS) for _ in range(12)))
        await http.aclose()
    assert max(most) == 4


async def test_a_wait_asked_of_one_request_is_kept_by_the_others() -> None:
    moments: list[float] = []

    async def answer(_: web.Request) -> web.StreamResponse:
        moments.append(time.monotonic())
        first = len(moments) == 1
        headers = {"rateLimit-remaining": "0", "rateLimit-reset": "0.15"}
        return web.json_response([], headers=headers if first else None)

    async with standing(answer) as stand_in:
        http = Http("one", stand_in.url, now=now, patience=QUICK)
        await http.get("/", access=ACCESS)
        await http.get("/", access=ACCESS)
        await http.aclose()
    assert moments[1] - moments[0] >= 0.14


async def test_a_download_begins_anew_after_a_break() -> None:
    pdf = b"%PDF-1.7\n" + b"x" * 100_000

    async def breaks(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(pdf))})
        response.content_type = "application/pdf"
        await response.prepare(request)
        await response.write(pdf[:50_000])
        assert request.transport is not None
        request.transport.close()
        return response

    whole = replying(200, pdf, kind="application/pdf")
    into = BytesIO(b"before ")
    into.seek(0, 2)
    async with standing(in_turn(breaks, whole)) as stand_in:
        http = Http("one", stand_in.url, now=now, patience=QUICK)
        await http.download("/pdf", into, access=ACCESS, accept="application/pdf")
        await http.aclose()
    assert into.getvalue() == b"before " + pdf


async def test_a_download_that_goes_round_in_circles_ends() -> None:
    circle = replying(301, headers={"Location": "/pdf"})
    async with standing(circle) as stand_in:
        http = Http("one", stand_in.url, now=now, patience=QUICK)
        with pytest.raises(BadReplyError, match="around in circles"):
            await http.download("/pdf", BytesIO(), access=ACCESS, accept="*/*")
        await http.aclose()
    assert len(stand_in.asked) == 3
    assert ["authorization" in one.headers for one in stand_in.asked] == [
        True,
        False,
        False,
    ]


async def test_words_explain_a_status() -> None:
    words = {404: "look at base_url"}
    async with standing(replying(404)) as stand_in:
        http = Http("one", stand_in.url, now=now, patience=QUICK, words=words)
        with pytest.raises(NotThereError) as caught:
            await http.get("/", access=ACCESS)
        await http.aclose()
    assert caught.value.detail == "says there is no such thing (404): look at base_url"


def test_an_address_that_is_none_is_a_sentence() -> None:
    with pytest.raises(ProviderSetupError, match="is no address") as caught:
        Http("one", "http://host:port", now=now)
    assert caught.value.key == "base_url"


@pytest.fixture
def fresh_logging() -> Iterator[None]:
    """No logger that an earlier test has bound to a configuration of its own."""
    structlog.reset_defaults()
    instrumentation.set_on_retry_hooks([instrumentation.StructlogOnRetryHook])
    yield
    instrumentation.set_on_retry_hooks(None)


@pytest.mark.usefixtures("fresh_logging")
async def test_a_retry_is_a_log_line_that_names_the_connection_and_the_cause() -> None:
    with capture_logs(processors=[merge_contextvars]) as logs:
        assert await get(in_turn(replying(503), OK)) == (b"[]", 2)
    (line,) = logs
    assert line["connection"] == "one"
    assert line["caused_by"] == "BusyError('answered 503')"
    assert "s3cret" not in str(logs)
