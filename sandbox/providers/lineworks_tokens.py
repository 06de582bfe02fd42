"""Who may ask LINE WORKS: service accounts, refresh tokens and static tokens.

Sources: LINE WORKS API, "Authentication with User Account" and "Authentication with
Service Account (JWT)"; the token endpoint's errors have OAuth's own shape (RFC 6749).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from aiohttp import web

from sandbox.providers.gate import Stage, json_response

STATIC_TOKEN = "lw-sandbox-token"  # noqa: S105  the sandbox's well-known token
#: A valid token that was never granted a partner scope.
BOT_TOKEN = "lw-sandbox-bot-token"  # noqa: S105  the sandbox's well-known token
CLIENT_ID = "lw-sandbox-client"
CLIENT_SECRET = "lw-sandbox-secret"  # noqa: S105  the sandbox's well-known secret
SERVICE_ACCOUNT = "duebot.serviceaccount@sandbox"
REFRESH_TOKEN = "lw-sandbox-refresh"  # noqa: S105  the sandbox's well-known token

_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPES = {"partner", "partner.read", "bot", "user.read"}
_PARTNER = {"partner", "partner.read"}
_ACCESS_LASTS = timedelta(hours=24)
_REFRESH_LASTS = timedelta(days=90)
#: How far a caller's clock may be ahead of ours.
_LEEWAY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows, and until when (None: for good)."""

    scopes: frozenset[str]
    until: datetime | None

    @property
    def may_read_partners(self) -> bool:
        """Listed scopes are alternatives; one is enough."""
        return bool(self.scopes & _PARTNER)


class OAuthError(Exception):
    """A token request that is turned down."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.description = description
        self.status = status


class TokenDesk:
    """Hands out tokens and knows which are good."""

    def __init__(self, stage: Stage) -> None:
        self._world = stage.world
        self._clock = stage.clock
        partner = frozenset({"partner.read"})
        self._access = {
            STATIC_TOKEN: Grant(partner, None),
            BOT_TOKEN: Grant(frozenset({"bot"}), None),
        }
        until = stage.clock.now() + _REFRESH_LASTS
        self._refresh = {REFRESH_TOKEN: Grant(partner, until)}

    def grant(self, authorization: str | None) -> Grant | None:
        """Tell what an Authorization header allows; None when it is no good.

        The scheme word and exactly one space are required (LINE WORKS API, "API Call").
        """
        scheme, _, token = (authorization or "").partition(" ")
        found = self._access.get(token) if scheme == "Bearer" else None
        if found is None or self._is_past(found):
            return None
        return found

    def revoke_all(self) -> None:
        """Make every token that was handed out useless, as an administrator may."""
        static = {STATIC_TOKEN, BOT_TOKEN}
        self._access = {k: v for k, v in self._access.items() if k in static}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer ``POST /oauth2/v2.0/token``."""
        form = {key: str(value) for key, value in (await request.post()).items()}
        try:
            return json_response(self._hand_out(form))
        except OAuthError as error:
            body = {"error": error.code, "error_description": error.description}
            return json_response(body, status=error.status)

    def _hand_out(self, form: dict[str, str]) -> dict[str, Any]:
        kind = form.get("grant_type")
        if form.get("client_id") != CLIENT_ID:
            raise OAuthError("invalid_client", "Client not found.", 401)
        if form.get("client_secret") != CLIENT_SECRET:
            raise OAuthError("invalid_client", "Client secret is not valid.", 401)
        if kind == _JWT_GRANT:
            self._verify(form.get("assertion", ""))
            # "expires_in" has been seen as text and as a number; both occur here.
            return self._issue(_scopes(form.get("scope", "")), text=True)
        if kind == "refresh_token":
            return self._rotate(form.get("refresh_token", ""))
        msg = "Grant type is not supported here."
        raise OAuthError("unsupported_grant_type", msg)

    def _rotate(self, token: str) -> dict[str, Any]:
        """Give new tokens for a refresh token, which dies by that (since 2024)."""
        found = self._refresh.pop(token, None)
        if found is None or self._is_past(found):
            raise OAuthError("invalid_grant", "Refresh token is not valid.")
        return self._issue(found.scopes, text=False)

    def _issue(self, scopes: frozenset[str], *, text: bool) -> dict[str, Any]:
        now = self._clock.now()
        access, refresh = (
            f"jp1AA{secrets.token_hex(20)}",
            f"jp1r{secrets.token_hex(20)}",
        )
        self._access[access] = Grant(scopes, now + _ACCESS_LASTS)
        self._refresh[refresh] = Grant(scopes, now + _REFRESH_LASTS)
        seconds = int(_ACCESS_LASTS.total_seconds())
        return {
            "access_token": access,
            "refresh_token": refresh,
            "scope": " ".join(sorted(scopes)),
            "token_type": "Bearer",
            "expires_in": str(seconds) if text else seconds,
        }

    def _verify(self, assertion: str) -> None:
        try:
            claims = jwt.decode(
                assertion,
                self._world.lineworks_public_key_pem,
                algorithms=["RS256"],
                issuer=CLIENT_ID,
                options={
                    "require": ["iss", "sub", "iat", "exp"],
                    # Judged below, by the sandbox's clock or the real one.
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidTokenError as error:
            msg = f"Assertion is not valid: {type(error).__name__}."
            raise OAuthError("invalid_grant", msg) from None
        if claims["sub"] != SERVICE_ACCOUNT:
            raise OAuthError("invalid_grant", "Service account not found.")
        if not self._is_timely(claims["iat"], claims["exp"]):
            raise OAuthError("invalid_grant", "Assertion has expired, or is early.")

    def _is_timely(self, issued: object, expires: object) -> bool:
        """Compare with both clocks: the bot may not know that the sandbox's moved."""
        if not isinstance(issued, (int, float)) or not isinstance(
            expires, (int, float)
        ):
            return False
        sandbox = self._clock.now()
        early = _LEEWAY.total_seconds()
        return any(
            issued - early <= now.timestamp() < expires
            for now in (sandbox, sandbox - self._clock.offset)
        )

    def _is_past(self, grant: Grant) -> bool:
        return grant.until is not None and self._clock.now() >= grant.until


_NO = {
    "down": (503, "temporarily_unavailable"),
    "busy": (429, "temporarily_unavailable"),
    "busy_bare": (429, "temporarily_unavailable"),
    "missing": (404, "invalid_request"),
}


def say_no_token(kind: str) -> web.Response:
    """Answer a refusal in OAuth's words (RFC 6749, 5.2)."""
    status, code = _NO.get(kind, (401, "invalid_client"))
    body = {"error": code, "error_description": "No token is given."}
    return json_response(body, status=status)


def _scopes(asked: str) -> frozenset[str]:
    scopes = frozenset(asked.replace(",", " ").split())
    if not scopes or not scopes <= _SCOPES:
        raise OAuthError("invalid_scope", "Request scope is not valid.")
    return scopes
