"""Ask a provider over HTTP: one client per connection, and one way to fail.

Every request has a time limit, every reply a size limit; what waiting may mend is
asked again a few times, and nothing else is. No error holds a header, a body or an
address with its query.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from io import SEEK_SET
from ipaddress import ip_address
from typing import BinaryIO, TypeVar
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
import stamina
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream
from structlog.contextvars import bound_contextvars

from providers.auth import Access
from providers.base import Now
from providers.errors import (
    BadReplyError,
    BusyError,
    ProviderError,
    ProviderSetupError,
)
from providers.paginate import IN_FLIGHT, MOST_PAGES
from providers.replies import Words, asked_wait, http_date, status_error

T = TypeVar("T")

PDF_TYPES = ("application/pdf", "application/octet-stream")
MOST_PDF_BYTES = 20_000_000
MOST_HOPS = 3
#: Bodies are taken in pieces of up to this size; small ones cost an eighth of a fetch.
PIECE_BYTES = 1_000_000
JSON = {"Accept": "application/json"}
NO_HEADERS: Mapping[str, str] = {}
FAILURES = (httpx.HTTPError, aiohttp.ClientError, TimeoutError, UnicodeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait and how often to ask; tests use smaller numbers."""

    connect_seconds: float = 10
    #: Longest silence within a reply.
    answer_seconds: float = 30
    #: Everything for one page: attempts, and waits between them.
    total_seconds: float = 90
    attempts: int = 4
    #: A silent server is rarely mended by more silence.
    silent_attempts: int = 2
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 20
    jitter_seconds: float = 0.5
    #: A provider that asks for a longer wait is left alone until the next sync.
    longest_asked_seconds: float = 60
    most_bytes: int = 50_000_000
    #: No list we read has more replies; one that goes on is not trusted.
    most_pages: int = MOST_PAGES


PATIENCE = Patience()


class Http:
    """The HTTP client of one connection.

    *words* explain a status in the provider's terms. *transport* replaces the network
    in tests.
    """

    def __init__(  # noqa: PLR0913 - keyword-only, each a part that is handed in
        self,
        connection: str,
        base_url: str,
        *,
        now: Now,
        words: Words | None = None,
        patience: Patience = PATIENCE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.connection = connection
        self.base_url = base_url
        #: Requests sent so far, attempts included.
        self.requests = 0
        #: How they were answered, by status.
        self.answers: Counter[int] = Counter()
        #: How far our clock is ahead of the server's, as its last reply tells.
        self.ahead_seconds: float | None = None
        self._now = now
        self._words = words or {}
        self._patience = patience
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._rest_until = 0.0
        self._client = httpx.AsyncClient(
            transport=transport or _transport(base_url),
            timeout=httpx.Timeout(
                patience.answer_seconds, connect=patience.connect_seconds
            ),
            follow_redirects=False,
            headers={"User-Agent": f"duebot/{version('duebot')}"},
        )

    async def get(
        self,
        path: str,
        *,
        access: Access,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> bytes:
        """Ask for *path* under the base address, its query encoded; give the body.

        Raises:
            ProviderError: the reply is no success, or there was none.
        """

        async def once() -> bytes:
            return await self._get_once(path, access, headers)

        return await self._patiently(once)

    async def post_form(self, url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        """Send *form* to *url*; give the status, of success or refusal, and the body.

        Raises:
            ProviderError: the server is busy or cannot be reached.
        """

        async def once() -> tuple[int, bytes]:
            request = self._client.build_request(
                "POST", url, data=dict(form), headers=JSON
            )
            async with self._reply(request) as response:
                error = self._error(response)
                if isinstance(error, BusyError):
                    raise error
                return response.status_code, await self._body(response)

        # Those who wait for a token hold the slots, so asking for one takes none.
        return await self._in_time(once)

    async def download(
        self, path: str, into: BinaryIO, *, access: Access, accept: str
    ) -> None:
        """Stream the PDF at *path* to *into*, which can seek.

        A redirect is followed without our credentials, whatever host it names.

        Raises:
            BadReplyError: what comes is no PDF, or larger than 20 MB.
            ProviderError: the reply is no success, or there was none.
        """
        start = into.tell()

        async def once() -> None:
            into.seek(start, SEEK_SET)
            into.truncate()
            await self._download_once(path, into, access=access, accept=accept)

        await self._patiently(once)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _get_once(
        self, path: str, access: Access, headers: Mapping[str, str]
    ) -> bytes:
        for last in (False, True):
            sent = await access.headers()
            request = self._client.build_request(
                "GET", self.base_url + path, headers={**JSON, **headers, **sent}
            )
            async with self._reply(request) as response:
                error = self._error(response)
                if error is None:
                    return await self._body(response)
            if last or response.status_code != 401 or not await access.renew(sent):
                raise error
        raise AssertionError("the second attempt returns or raises")

    async def _download_once(
        self, path: str, into: BinaryIO, *, access: Access, accept: str
    ) -> None:
        url = httpx.URL(self.base_url + path)
        headers = {"Accept": accept, **await access.headers()}
        for _ in range(MOST_HOPS):
            request = self._client.build_request("GET", url, headers=headers)
            async with self._reply(request) as response:
                if response.is_redirect and "location" in response.headers:
                    url = self._next_address(url, response.headers["location"])
                    headers = {"Accept": accept}
                    continue
                if (error := self._error(response)) is not None:
                    raise error
                await self._save_pdf(response, into)
                return
        raise BadReplyError(self.connection, "sent us around in circles for the PDF")

    def _next_address(self, url: httpx.URL, location: str) -> httpx.URL:
        try:
            following = url.join(location)
        except httpx.InvalidURL:
            following = httpx.URL("")
        safe = following.scheme in {"https", url.scheme}
        if not safe or not following.host:
            raise BadReplyError(
                self.connection, "sent us to an unsafe address for the PDF"
            )
        return following

    async def _save_pdf(self, response: httpx.Response, into: BinaryIO) -> None:
        kind = response.headers.get("content-type", "").partition(";")[0].strip()
        if kind and kind.lower() not in PDF_TYPES:
            raise BadReplyError(
                self.connection, "answered with something else instead of a PDF"
            )
        head = b""
        size = 0
        async for chunk in _chunks(response):
            size += len(chunk)
            if size > MOST_PDF_BYTES:
                raise BadReplyError(
                    self.connection, "answered with a PDF of more than 20 MB"
                )
            if len(head) < 5:
                head += chunk
                if len(head) < 5:
                    continue
                self._require_pdf(head)
                chunk = head  # noqa: PLW2901 - everything so far, now known to be one
            into.write(chunk)
        self._require_pdf(head)

    def _require_pdf(self, head: bytes) -> None:
        if not head.startswith(b"%PDF-"):
            raise BadReplyError(self.connection, "answered with a file that is no PDF")

    async def _body(self, response: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for chunk in _chunks(response):
            size += len(chunk)
            if size > self._patience.most_bytes:
                most = self._patience.most_bytes // 1_000_000
                raise BadReplyError(
                    self.connection, f"answered with more than {most} MB"
                )
            parts.append(chunk)
        return b"".join(parts)

    def _error(self, response: httpx.Response) -> ProviderError | None:
        return status_error(
            self.connection,
            response.status_code,
            headers=response.headers,
            words=self._words,
            now=self._now(),
        )

    async def _patiently(self, once: Callable[[], Awaitable[T]]) -> T:
        """Do *once* when it is its turn, in time."""
        async with self._slots:
            return await self._in_time(once)

    async def _in_time(self, once: Callable[[], Awaitable[T]]) -> T:
        """Do *once*, again where it may help, within the total time."""
        total = self._patience.total_seconds
        try:
            async with asyncio.timeout(total):
                return await self._attempts(once)
        except TimeoutError:
            raise BusyError(
                self.connection, f"did not answer within {total:g} s"
            ) from None

    async def _attempts(self, once: Callable[[], Awaitable[T]]) -> T:
        patience = self._patience
        retries = stamina.retry_context(
            on=_Judge(patience, began=self._clock()),
            attempts=patience.attempts,
            timeout=None,
            wait_initial=patience.first_wait_seconds,
            wait_max=patience.longest_wait_seconds,
            wait_jitter=patience.jitter_seconds,
        )
        # The log of retries is the library's; it would not say which connection it is.
        with bound_contextvars(connection=self.connection):
            async for attempt in retries:
                with attempt:
                    return await once()
        raise AssertionError("the last attempt returns or raises")

    @asynccontextmanager
    async def _reply(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        """Send *request*; give the reply with its body not yet read, and close it."""
        # What the provider asked of one request, all of this connection's obey.
        await asyncio.sleep(max(0.0, self._rest_until - self._clock()))
        self.requests += 1
        try:
            response = await self._client.send(request, stream=True)
            self.answers[response.status_code] += 1
            try:
                self._note_limit(response)
                self._note_date(response)
                yield response
            finally:
                await response.aclose()
        except FAILURES as error:
            raise _broken(
                error, connection=self.connection, patience=self._patience
            ) from error

    def _note_limit(self, response: httpx.Response) -> None:
        exhausted = response.headers.get("ratelimit-remaining", "").strip() == "0"
        if response.status_code != 429 and not exhausted:
            return
        wait = asked_wait(response.headers, now=self._now())
        if wait is not None and wait <= self._patience.longest_asked_seconds:
            self._rest_until = max(self._rest_until, self._clock() + wait)

    def _note_date(self, response: httpx.Response) -> None:
        there = http_date(response.headers.get("date", ""))
        if there is not None:
            self.ahead_seconds = (self._now() - there).total_seconds()

    @staticmethod
    def _clock() -> float:
        return asyncio.get_running_loop().time()


def _broken(error: Exception, *, connection: str, patience: Patience) -> ProviderError:
    """Say why there was no reply, or only a part of one."""
    # The transport's own mapping calls a dropped connection a timeout; the cause knows.
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLError | aiohttp.ClientConnectorCertificateError):
        return BadReplyError(connection, "has a TLS certificate we cannot verify")
    if isinstance(cause, aiohttp.ConnectionTimeoutError | httpx.ConnectTimeout):
        seconds = patience.connect_seconds
        return SilentError(connection, f"could not be reached within {seconds:g} s")
    if isinstance(cause, TimeoutError | httpx.TimeoutException):
        seconds = patience.answer_seconds
        return SilentError(connection, f"did not answer within {seconds:g} s")
    # A host's name that is none shows only when it is looked up.
    if isinstance(
        cause, aiohttp.ClientConnectorError | httpx.ConnectError | UnicodeError
    ):
        return BusyError(connection, "cannot be reached")
    if isinstance(cause, aiohttp.ClientResponseError | httpx.DecodingError):
        return BadReplyError(connection, "did not answer in proper HTTP")
    return BusyError(connection, "broke the connection before its answer was whole")


class SilentError(BusyError):
    """Nothing came in time."""


class _Judge:
    """Decides after a failure whether to ask again, and when."""

    def __init__(self, patience: Patience, *, began: float) -> None:
        self._patience = patience
        self._began = began
        self._silent = 0

    def __call__(self, error: Exception) -> bool | float:
        if not isinstance(error, BusyError):
            return False
        if isinstance(error, SilentError):
            self._silent += 1
            return self._silent < self._patience.silent_attempts
        wait = error.wait_seconds
        if wait is None:
            return True
        spent = asyncio.get_running_loop().time() - self._began
        left = self._patience.total_seconds - spent
        longest = min(self._patience.longest_asked_seconds, left)
        return wait if wait <= longest else False


async def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the body; unpacked where it came packed."""
    plain = "content-encoding" not in response.headers
    async for chunk in response.aiter_raw() if plain else response.aiter_bytes():
        yield chunk


class _Transport(AiohttpTransport):
    """Gives bodies in large pieces."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if isinstance(response.stream, AiohttpResponseStream):
            response.stream.CHUNK_SIZE = PIECE_BYTES
        return response


def _transport(base_url: str) -> AiohttpTransport:
    """Make the way to *base_url*: over the environment's proxy, but never to loopback.

    aiohttp carries it because that takes half the CPU of httpx's own transport.

    Raises:
        ProviderSetupError: the address cannot be one.
    """
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise ProviderSetupError(
            "base_url", f'base_url "{base_url}" is no address; write it as https://….'
        ) from None
    return _Transport(verify=_tls(), proxy=_proxy(url))


def _proxy(url: httpx.URL) -> httpx.Proxy | None:
    if _is_loopback(url.host) or proxy_bypass(url.host):
        return None
    address = getproxies().get(url.scheme)
    return httpx.Proxy(address) if address else None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@cache
def _tls() -> ssl.SSLContext:
    """Read the trusted certificates once for the process; it takes 20 ms."""
    return httpx.create_ssl_context()
