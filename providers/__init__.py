"""Invoices from elsewhere: which adapters there are, and how one is made.

Adapters are found through the entry point group ``duebot.providers``, so that one from
outside this repository is known as soon as it is installed. Only the adapter that is
asked for is loaded.
"""

from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from providers.base import (
    ConnectionConfig,
    MakeProvider,
    Now,
    Provider,
    ProviderDefaults,
    Vault,
)
from providers.errors import ProviderSetupError

__all__ = ["known_providers", "make_provider", "provider_defaults"]

GROUP = "duebot.providers"


def known_providers() -> tuple[str, ...]:
    """Name every installed adapter, in alphabetical order."""
    return tuple(sorted({found.name for found in entry_points(group=GROUP)}))


def provider_defaults(name: str) -> ProviderDefaults:
    """Tell what a connection to the provider *name* may leave out.

    Raises:
        ProviderSetupError: no adapter of that name is installed, or it does not load.
    """
    return _adapter(name).defaults


def make_provider(config: ConnectionConfig, *, now: Now, vault: Vault) -> Provider:
    """Build the adapter for *config*; nothing is asked over the network yet.

    Raises:
        ProviderSetupError: the configuration cannot work.
    """
    return _adapter(config.provider)(config, now=now, vault=vault)


def _adapter(name: str) -> MakeProvider:
    entry = _entry(name)
    try:
        return cast(MakeProvider, entry.load())
    except (ImportError, AttributeError) as error:
        raise ProviderSetupError(
            "provider",
            f'The adapter "{name}" is installed but does not load: {error}.',
        ) from error


def _entry(name: str) -> EntryPoint:
    found = entry_points(group=GROUP, name=name)
    if found:
        return next(iter(found))
    known = known_providers()
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    meant = f" Did you mean {near[0]}?" if near else ""
    raise ProviderSetupError(
        "provider",
        f'There is no provider "{name}"; there is {", ".join(known)}.{meant}',
    )
