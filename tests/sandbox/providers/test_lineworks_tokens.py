import time
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.sandbox.providers.conftest import Stand

TOKEN_PATH = "/sim/lineworks/oauth2/v2.0/token"
INVOICES = "/sim/lineworks/v1.0/partners/invoices?year=2026"


def _assertion(stand: Stand, *, key: str | None = None, **changed: Any) -> str:
    issued = int(time.time())
    claims: dict[str, Any] = {
        "iss": "lw-sandbox-client",
        "sub": "duebot.serviceaccount@sandbox",
        "iat": issued,
        "exp": issued + 3600,
    }
    claims = {k: v for k, v in (claims | changed).items() if v is not None}
    pem = key or stand.world.lineworks_private_key_pem
    return jwt.encode(claims, pem, algorithm="RS256")


async def _ask(stand: Stand, **form: str) -> httpx.Response:
    fields = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "client_id": "lw-sandbox-client",
        "client_secret": "lw-sandbox-secret",
        "scope": "partner.read",
    }
    return await stand.http.post(TOKEN_PATH, data=fields | form)


async def _read(stand: Stand, authorization: str) -> httpx.Response:
    return await stand.http.get(INVOICES, headers={"Authorization": authorization})


async def test_a_signed_assertion_gives_a_token_that_reads(stand: Stand) -> None:
    answer = await _ask(stand, assertion=_assertion(stand))
    token = answer.json()
    assert answer.status_code == 200
    assert (token["token_type"], token["scope"]) == ("Bearer", "partner.read")
    assert token["expires_in"] == "86400"
    read = await _read(stand, f"Bearer {token['access_token']}")
    assert read.status_code == 200


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"iss": "somebody-else"}, "invalid_grant"),
        ({"sub": "other.serviceaccount@sandbox"}, "invalid_grant"),
        ({"exp": 1_700_000_000}, "invalid_grant"),
        ({"iat": 4_000_000_000, "exp": 4_000_003_600}, "invalid_grant"),
        ({"exp": None}, "invalid_grant"),
        ({"sub": None}, "invalid_grant"),
    ],
)
async def test_an_assertion_with_wrong_claims_is_turned_down(
    stand: Stand, changed: dict[str, Any], error: str
) -> None:
    answer = await _ask(stand, assertion=_assertion(stand, **changed))
    assert (answer.status_code, answer.json()["error"]) == (400, error)


async def test_a_signature_by_another_key_is_turned_down(stand: Stand) -> None:
    other = generate_private_key(public_exponent=65537, key_size=2048)
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    answer = await _ask(stand, assertion=_assertion(stand, key=pem.decode()))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_an_unsigned_assertion_is_turned_down(stand: Stand) -> None:
    issued = int(time.time())
    claims = {
        "iss": "lw-sandbox-client",
        "sub": "duebot.serviceaccount@sandbox",
        "iat": issued,
        "exp": issued + 3600,
    }
    answer = await _ask(stand, assertion=jwt.encode(claims, "", algorithm="none"))
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"scope": "partner.write"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_form_is_turned_down_in_oauths_words(
    stand: Stand, form: dict[str, str], status: int, error: str
) -> None:
    answer = await _ask(stand, **({"assertion": _assertion(stand)} | form))
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.json()["error"] == error


async def test_a_refresh_token_works_once_and_is_followed_by_another(
    stand: Stand,
) -> None:
    async def refresh(token: str) -> httpx.Response:
        return await _ask(stand, grant_type="refresh_token", refresh_token=token)

    first = await refresh("lw-sandbox-refresh")
    assert first.json()["expires_in"] == 86400
    again = await refresh("lw-sandbox-refresh")
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    second = await refresh(first.json()["refresh_token"])
    assert second.status_code == 200
    read = await _read(stand, f"Bearer {second.json()['access_token']}")
    assert read.status_code == 200


async def test_a_refresh_token_dies_after_90_days(stand: Stand) -> None:
    stand.clock.forward(timedelta(days=91))
    form = {"grant_type": "refresh_token", "refresh_token": "lw-sandbox-refresh"}
    answer = await _ask(stand, **form)
    assert answer.json()["error"] == "invalid_grant"


async def test_an_access_token_dies_after_a_day_and_says_so(stand: Stand) -> None:
    token = (await _ask(stand, assertion=_assertion(stand))).json()["access_token"]
    stand.clock.forward(timedelta(hours=25))
    answer = await _read(stand, f"Bearer {token}")
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token"')
    # An assertion by the real clock is still good.
    assert (await _ask(stand, assertion=_assertion(stand))).status_code == 200


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        ("Bearer lw-sandbox-token", 200),
        ("Bearer lw-sandbox-bot-token", 403),
        ("Bearer guess", 401),
        ("lw-sandbox-token", 401),
        ("bearer lw-sandbox-token", 401),
        ("Bearer  lw-sandbox-token", 401),
        ("", 401),
    ],
)
async def test_static_tokens_need_the_scheme_and_a_partner_scope(
    stand: Stand, authorization: str, status: int
) -> None:
    assert (await _read(stand, authorization)).status_code == status


async def test_a_token_without_partner_scope_is_forbidden(stand: Stand) -> None:
    answer = await _ask(stand, assertion=_assertion(stand), scope="bot")
    read = await _read(stand, f"Bearer {answer.json()['access_token']}")
    assert (read.status_code, read.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ("refused", 401, "invalid_client"),
        ("down", 503, "temporarily_unavailable"),
        ("busy", 429, "temporarily_unavailable"),
    ],
)
async def test_faults_speak_oauth_here(
    stand: Stand, fault: str, status: int, error: str
) -> None:
    stand.faults.set("lineworks", fault)
    answer = await _ask(stand, assertion=_assertion(stand))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
