"""The three ways in: a service account, a refresh token, or a token as it is.

A token is renewed before it expires and once after it was refused, by one request at a
time. Sources: LINE WORKS, Authorization, service account (JWT) and user account
(OAuth); RFC 7523, 3; RFC 6749, 5.2.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from providers.auth import (
    Access,
    FixedHeader,
    fits_header,
    require_key_text,
    token_of,
)
from providers.base import ConnectionConfig, Now, Vault
from providers.errors import BadReplyError, ProviderSetupError, SignedOutError
from providers.replies import decode

TOKEN_URL = "https://auth.worksmobile.com/oauth2/v2.0/token"  # noqa: S105 - an address
SCOPE = "partner.read"
GRANT_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
#: Where the answer names no lifetime. The shorter of the two that can be chosen.
DEFAULT_LIFE = timedelta(hours=1)
ASSERTION_LIFE = timedelta(hours=1)
#: A token is renewed this long before it ends, or at nine tenths of a short life.
AHEAD = timedelta(minutes=5)

PostForm = Callable[[str, Mapping[str, str]], Awaitable[tuple[int, bytes]]]

#: RFC 6749, 5.2, and what a person does about it.
REFUSALS = {
    "invalid_client": "the client id or secret is wrong",
    "invalid_grant": "what proves the access is wrong, used up, or expired",
    "invalid_scope": "the app does not have the scope",
    "unauthorized_client": "the app may not ask this way",
    "invalid_request": "the request lacks something",
    "unsupported_grant_type": "the app may not ask this way",
    "access_denied": "access is denied",
}


class Grant(msgspec.Struct):
    """The token endpoint's answer. ``expires_in`` comes as a number and as text."""

    access_token: str
    expires_in: int | float | str | None = None
    refresh_token: str | None = None


class Refusal(msgspec.Struct):
    """The token endpoint's other answer."""

    error: str = ""


GRANT = msgspec.json.Decoder(Grant)
REFUSAL = msgspec.json.Decoder(Refusal)


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """What signs requests until *stale_at*, when a new one is asked for."""

    text: str
    stale_at: datetime


class GrantRefusedError(SignedOutError):
    """The token endpoint refused; *code* is its word, where it is a known one."""

    def __init__(self, connection: str, detail: str, *, code: str) -> None:
        super().__init__(connection, detail)
        self.code = code


def make_access(
    config: ConnectionConfig, *, post_form: PostForm, now: Now, vault: Vault
) -> Access:
    """Choose the way in that *config* names.

    Raises:
        ProviderSetupError: a part of it is missing or cannot work.
    """
    match config.auth.get("kind", "token"):
        case "token":
            return FixedHeader("Authorization", f"Bearer {token_of(config)}")
        case "service_account":
            return TokenAccess(config, ServiceAccount(config, now), post_form, now)
        case "refresh_token":
            return TokenAccess(config, RefreshToken(config, vault), post_form, now)
        case kind:
            key = f"connections.{config.name}.auth.kind"
            raise ProviderSetupError(
                key,
                f'{key} is "{kind}"; write service_account, refresh_token or token.',
            )


class ServiceAccount:
    """Asks with an assertion signed by the account's private key."""

    def __init__(self, config: ConnectionConfig, now: Now) -> None:
        self._now = now
        self._client_id = _part(config, "client_id")
        self._account = _part(config, "service_account")
        self._secret = _part(config, "client_secret")
        self._key = _private_key(config)
        self._scope = config.auth.get("scope") or SCOPE
        self._refresh_token: str | None = None

    async def form(self) -> dict[str, str]:
        """Give the form that asks for a token: a refresh, where one was given."""
        client = {"client_id": self._client_id, "client_secret": self._secret}
        if self._refresh_token is not None:
            return _refresh_form(self._refresh_token, client)
        return {
            "assertion": self._assertion(),
            "grant_type": GRANT_JWT,
            **client,
            "scope": self._scope,
        }

    async def granted(self, grant: Grant) -> None:
        """Keep a new refresh token; an answer without one leaves the old."""
        self._refresh_token = grant.refresh_token or self._refresh_token

    async def refused(self, code: str) -> bool:
        """Go back to a signed assertion when a refresh token has come to its end."""
        had_one, self._refresh_token = self._refresh_token is not None, None
        return had_one and code == "invalid_grant"

    def _assertion(self) -> str:
        import jwt  # noqa: PLC0415 - its cryptography takes 60 ms, for this way alone

        now = self._now()
        claims = {
            "iss": self._client_id,
            "sub": self._account,
            "iat": int(now.timestamp()),
            "exp": int((now + ASSERTION_LIFE).timestamp()),
        }
        return jwt.encode(claims, self._key, algorithm="RS256")


class RefreshToken:
    """Asks with a refresh token, which each answer may replace.

    The newest is kept in the vault, beside a fingerprint of the configured one: when a
    person configures another, that one counts.
    """

    KEY = "refresh_token"

    def __init__(self, config: ConnectionConfig, vault: Vault) -> None:
        self._vault = vault
        self._client = {
            "client_id": _part(config, "client_id"),
            "client_secret": _part(config, "client_secret"),
        }
        self._configured = _part(config, "refresh_token")
        self._mark = hashlib.sha256(self._configured.encode()).hexdigest()[:16]

    async def form(self) -> dict[str, str]:
        """Give the form that asks for a token."""
        return _refresh_form(await self._newest(), self._client)

    async def granted(self, grant: Grant) -> None:
        """Keep a new refresh token before anything else can fail."""
        if grant.refresh_token:
            await self._vault.put(self.KEY, f"{self._mark} {grant.refresh_token}")

    async def refused(self, code: str) -> bool:  # noqa: ARG002 - any refusal ends here
        """Say that there is no other way in."""
        return False

    async def _newest(self) -> str:
        mark, _, token = (await self._vault.get(self.KEY) or "").partition(" ")
        return token if mark == self._mark and token else self._configured


class TokenAccess:
    """Signs requests with a token that it asks for and renews."""

    def __init__(
        self,
        config: ConnectionConfig,
        way: ServiceAccount | RefreshToken,
        post_form: PostForm,
        now: Now,
    ) -> None:
        self._connection = config.name
        self._url = config.auth.get("token_url") or TOKEN_URL
        self._way = way
        self._post_form = post_form
        self._now = now
        self._token: Token | None = None
        self._one_at_a_time = asyncio.Lock()

    async def headers(self) -> dict[str, str]:
        """Give the header with a token that is good for a while."""
        async with self._one_at_a_time:
            if self._token is None or self._now() >= self._token.stale_at:
                self._token = await self._ask()
            return _header(self._token)

    async def renew(self, refused: Mapping[str, str]) -> bool:
        """Get another token, unless somebody already has."""
        async with self._one_at_a_time:
            if self._token is None or _header(self._token) == dict(refused):
                self._token = await self._ask()
        return True

    async def _ask(self) -> Token:
        try:
            grant = await self._ask_once()
        except GrantRefusedError as error:
            if not await self._way.refused(error.code):
                raise
            grant = await self._ask_once()
        await self._way.granted(grant)
        if not fits_header(grant.access_token):
            raise BadReplyError(self._connection, "gave a token that cannot be sent")
        return Token(grant.access_token, self._now() + _useful_life(grant))

    async def _ask_once(self) -> Grant:
        status, body = await self._post_form(self._url, await self._way.form())
        if status == 200:
            return decode(self._connection, body, GRANT)
        raise _refusal(self._connection, status, body)


def _refusal(
    connection: str, status: int, body: bytes
) -> GrantRefusedError | BadReplyError:
    if not 400 <= status < 500:
        return BadReplyError(connection, f"gave no token ({status})")
    try:
        code = REFUSAL.decode(body).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        code = ""
    # Only words of the standard are repeated: the rest is somebody else's text.
    if code not in REFUSALS:
        return GrantRefusedError(connection, f"gave no token ({status})", code="")
    return GrantRefusedError(
        connection, f"gave no token ({code}): {REFUSALS[code]}", code=code
    )


def _header(token: Token) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.text}"}


def _useful_life(grant: Grant) -> timedelta:
    try:
        life = timedelta(seconds=float(grant.expires_in or 0))
    except (ValueError, OverflowError):
        life = timedelta(0)
    life = life if life > timedelta(0) else DEFAULT_LIFE
    return max(life - AHEAD, life * 0.9)


def _refresh_form(token: str, client: Mapping[str, str]) -> dict[str, str]:
    return {"refresh_token": token, "grant_type": "refresh_token", **client}


def _part(config: ConnectionConfig, name: str) -> str:
    value = config.auth.get(name, "").strip()
    key = f"connections.{config.name}.auth.{name}"
    if not value:
        raise ProviderSetupError(
            key, f'{key} is missing; kind = "{config.auth.get("kind")}" needs it.'
        )
    return require_key_text(value, key=key)


def _private_key(config: ConnectionConfig) -> str:
    key = f"connections.{config.name}.auth.private_key"
    pem = config.auth.get("private_key", "").strip()
    from cryptography.hazmat.primitives.asymmetric.rsa import (  # noqa: PLC0415 - as jwt
        RSAPrivateKey,
    )
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - as jwt
        load_pem_private_key,
    )

    try:
        if isinstance(load_pem_private_key(pem.encode(), None), RSAPrivateKey):
            return pem
    except (ValueError, TypeError, UnicodeError):
        pass
    raise ProviderSetupError(
        key,
        f"{key} is no RSA private key in PEM form without a password; name the file"
        " that the developer console gave, as file:PATH.",
    )
