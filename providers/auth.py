"""What proves who we are, for more than one provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from providers.base import ConnectionConfig
from providers.errors import ProviderSetupError


class Access(Protocol):
    """Where the headers that sign a request come from."""

    async def headers(self) -> dict[str, str]:
        """Give the headers to send; may ask for a token first."""
        ...

    async def renew(self, refused: Mapping[str, str]) -> bool:
        """Replace the *refused* headers; false where there is nothing newer."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class FixedHeader:
    """A key that never changes, in the header *name*."""

    name: str
    value: str

    async def headers(self) -> dict[str, str]:
        """Give the one header."""
        return {self.name: self.value}

    async def renew(self, refused: Mapping[str, str]) -> bool:  # noqa: ARG002 - there is no other key
        """Say that there is no other key."""
        return False


def token_of(config: ConnectionConfig) -> str:
    """Find the fixed token of *config*, fit for a header.

    Raises:
        ProviderSetupError: there is none, or it holds what no header can.
    """
    key = f"connections.{config.name}.{'auth.token' if config.auth else 'token'}"
    token = (config.token or config.auth.get("token") or "").strip()
    if not token:
        raise ProviderSetupError(
            key, f"{key} is missing; write env:NAME of the variable that holds it."
        )
    return require_key_text(token, key=key)


def fits_header(text: str) -> bool:
    """Tell whether *text* can stand in a header as one word."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def require_key_text(text: str, *, key: str) -> str:
    """Give back *text* when it can stand in a header.

    Raises:
        ProviderSetupError: it holds spaces, control or non-ASCII characters.
    """
    if not fits_header(text):
        raise ProviderSetupError(
            key,
            f"{key} holds a space or a letter that no key has; copy it again, whole.",
        )
    return text
