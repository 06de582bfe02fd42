"""The real adapters, connected to the stand-ins."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from providers.base import ConnectionConfig
from providers.http import Patience
from providers.i3dnet import I3dNet
from providers.lineworks import LineWorks
from providers.softwareone import SoftwareOne
from tests.providers.builders import Memory
from tests.sandbox.providers.conftest import BASES, Stand

Adapter = LineWorks | SoftwareOne | I3dNet
ADAPTERS: Mapping[str, type[Adapter]] = {
    "lineworks": LineWorks,
    "softwareone": SoftwareOne,
    "i3dnet": I3dNet,
}
LABELS = {name: adapter.defaults.label for name, adapter in ADAPTERS.items()}
TOKENS = {
    "lineworks": "lw-sandbox-token",
    "softwareone": "idt:TKN-0001-0001:sandbox",
    "i3dnet": "i3d-sandbox-key",
}
#: As patient as in earnest, but for the waits and the bounds.
QUICK = Patience(
    first_wait_seconds=0.001,
    longest_wait_seconds=0.002,
    jitter_seconds=0,
    longest_asked_seconds=0.5,
    most_pages=12,
)


def make_adapter(
    stand: Stand,
    provider: str,
    *,
    patience: Patience = QUICK,
    now: Callable[[], datetime] | None = None,
    **changes: Any,
) -> Adapter:
    """Connect to one of the stand-ins, as the connection "one"."""
    defaults = ADAPTERS[provider].defaults
    fields: dict[str, Any] = {
        "name": "one",
        "provider": provider,
        "label": defaults.label,
        "base_url": str(stand.http.base_url).rstrip("/") + BASES[provider],
        "timezone": ZoneInfo(defaults.timezone),
        "currency": "JPY" if provider == "lineworks" else None,
        "since": stand.clock.now().year if provider == "lineworks" else None,
        "token": TOKENS[provider],
    }
    return ADAPTERS[provider](
        ConnectionConfig(**(fields | changes)),
        now=now or stand.clock.now,
        vault=Memory(),
        patience=patience,
    )
