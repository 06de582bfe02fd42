"""What `duebot check` asks a connection: is it there, and what does it let us read."""

from collections.abc import AsyncGenerator

from bot.commands.finding import Finding
from providers.base import Dated, Provider, Record, Unreadable
from providers.errors import (
    BadReplyError,
    BusyError,
    NotThereError,
    ProviderError,
    SignedOutError,
)
from providers.models import Invoice

#: Replies tell the time in whole seconds and take a while to come.
CLOSE_SECONDS = 60
#: Slack refuses requests that differ by more, and token endpoints assertions.
FAR_SECONDS = 300


async def check_connection(provider: Provider) -> list[Finding]:
    """Find out who we are to a provider, what we may read, and whose clock is right."""
    what = f"connection {provider.config.name}"
    label = provider.config.label
    found: list[Finding] = []
    try:
        whom = await provider.whoami()
        said = f"{label} is reachable and accepts the key: {whom}"
        found.append(Finding(what, "ok", said))
        found.append(await _what_is_read(what, label, provider))
    except ProviderError as error:
        answered = _ahead(provider) is not None
        found.append(_refusal(what, label, error, answered=answered))
    ahead = _ahead(provider)
    return found if ahead is None else [*found, _clock(what, label, ahead)]


async def _what_is_read(what: str, label: str, provider: Provider) -> Finding:
    """Read the first document that a sync would read, and its details."""
    first = await _first(provider)
    if first is None:
        return Finding(what, "ok", f"{label} lets us read invoices; there is none yet")
    if isinstance(first, Unreadable):
        return Finding(
            what,
            "error",
            f"{label} sent an invoice that could not be read ({first.problem})",
            "its API may be newer than this Duebot; look for a newer one",
        )
    parts = _parts(await provider.details(first.invoice))
    return Finding(what, "ok", f"{label} lets us read {parts}")


async def _first(provider: Provider) -> Record | Unreadable | None:
    pages = provider.pages()
    try:
        async for page in pages:
            if page.documents:
                (first,) = await provider.read(page.source, page.documents[:1])
                return first
    finally:
        if isinstance(pages, AsyncGenerator):
            await pages.aclose()
    return None


def _parts(invoice: Invoice) -> str:
    parts = ["invoices"]
    if invoice.lines:
        parts.append("line items")
    if invoice.has_pdf:
        parts.append("PDFs")
    return ", ".join(parts)


def _refusal(what: str, label: str, error: ProviderError, *, answered: bool) -> Finding:
    reachable = "is reachable but " if answered else ""
    said = f"{label} {reachable}{error.detail}"
    return Finding(what, "error", said, _next_step(error))


def _next_step(error: ProviderError) -> str:
    match error:
        case SignedOutError():
            return (
                "make a new key in the provider's portal and put it in the "
                "configuration"
            )
        case BusyError(wait_seconds=float() as seconds):
            return f"try again in {seconds:.0f} s"
        case BusyError():
            return "check base_url and the network, or try again later"
        case NotThereError():
            return "check base_url; it leads to something else"
        case BadReplyError():
            return "check base_url; a proxy or another service may answer in its place"
        case _:
            return "check the connection's base_url and auth in the configuration"


def _ahead(provider: Provider) -> float | None:
    return provider.ahead_seconds if isinstance(provider, Dated) else None


def _clock(what: str, label: str, ahead: float) -> Finding:
    apart = abs(ahead)
    if apart <= CLOSE_SECONDS:
        return Finding(what, "ok", f"our clock agrees with that of {label}")
    return Finding(
        what,
        "warning" if apart <= FAR_SECONDS else "error",
        f"our clock is {_span(apart)} {'ahead of' if ahead > 0 else 'behind'} that of "
        f"{label}",
        "let this machine set its clock by NTP",
    )


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
