"""Names in a question: whose they are, and what cannot be known about whom.

A name is looked for whole, then as a beginning, then word by word; several hits are
asked about, and where there is none the nearest ones are offered, never taken.
Customers are those that LINE WORKS invoices are broken down to; a seller is the
counterparty of an invoice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz.distance import OSA

from bot.flows.notes import undated, unlate
from bot.queries.commands import to_command
from bot.queries.model import Context, Query, QueryError, Suggestion
from bot.queries.tokens import normalise
from bot.queries.wording import mark, together, tr, trn
from providers.models import OWED
from storage.criteria import ANY_WITH
from storage.folding import fold_text
from storage.names import Role, folded_names, spelled

ROLES: tuple[Role, ...] = ("customer", "seller")
#: Names that a question about several lists, and buttons it has.
MOST_NAMED, MOST_BUTTONS = 10, 3
_COUNTS = (
    mark("No"),
    mark("One"),
    mark("Two"),
    mark("Three"),
    mark("Four"),
    mark("Five"),
    mark("Six"),
    mark("Seven"),
    mark("Eight"),
    mark("Nine"),
)


@dataclass(frozen=True, slots=True)
class Look:
    """A look into the snapshot, for a question that has not been answered yet."""

    context: Context
    read: Callable[..., Any]
    counted: Callable[[Query], Mapping[str, int]]

    def names(self, role: Role) -> tuple[str, ...]:
        """List the names of a role, folded."""
        names: tuple[str, ...] = self.read(folded_names, role)
        return names

    def spelled(self, role: Role, name: str) -> str:
        """Write a folded name as an invoice has it."""
        return str(self.read(spelled, role, name))

    def count(self, query: Query) -> int:
        """Count what *query* is about."""
        return sum(self.counted(query).values())

    def command(self, query: Query) -> str:
        """Write *query* as a command."""
        return to_command(query, self.context)


def needs_a_look(query: Query, context: Context) -> bool:
    """Tell whether the snapshot has to be asked before *query* can be answered."""
    named = query.customer or query.seller
    return bool(named or (query.overdue and undated(query, context)))


def settle(
    query: Query,
    *,
    context: Context,
    read: Callable[..., Any],
    counted: Callable[[Query], Mapping[str, int]],
) -> Query:
    """Write the names of *query* in full; *counted* counts a question by status.

    Raises:
        QueryError: A name is nobody's or several people's, or the connections asked
            about say nothing of due dates.
    """
    look = Look(context, read, counted)
    _check_dates(query, look)
    for role in ROLES:
        said = getattr(query, role)
        if not said or said.endswith(ANY_WITH):
            continue
        names = look.names(role)
        if not names:
            continue  # nothing was read yet, or no provider has such names
        found = matching(said, names)
        if not found:
            raise _nobody(query, role, said, look)
        if len(found) > 1:
            raise _several(query, role, said, found, look)
        query = _with(query, role, look.spelled(role, found[0]))
    return query


def matching(said: str, names: Sequence[str]) -> list[str]:
    """Choose the folded *names* that *said* means."""
    wanted = _key(said)
    keys = {name: _key(name) for name in names}
    whole = [name for name, key in keys.items() if key == wanted]
    if whole:
        return whole[:1]
    starting = [name for name, key in keys.items() if key.startswith(wanted)]
    if starting:
        return starting
    words = wanted.split()
    return [name for name, key in keys.items() if _has_words(key.split(), words)]


def similar(said: str, names: Sequence[str]) -> list[str]:
    """Choose the folded *names* that *said* may have been meant for, nearest first."""
    wanted = _key(said)
    limit = 1 if len(wanted) <= 4 else 2
    found: dict[str, int] = {}
    for name in names:
        key = _key(name)
        distance = min(
            OSA.distance(wanted, part, score_cutoff=limit)
            for part in (key, *key.split())
        )
        if distance <= limit:
            found[name] = distance
    return sorted(found, key=lambda name: (found[name], name))


def _key(name: str) -> str:
    """Reduce a name to what is compared; quotes and dashes as in a question."""
    return fold_text(normalise(name)).replace('"', "").replace("'", "")


def _has_words(name: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(each.startswith(word) for each in name) for word in wanted)


def _with(query: Query, role: Role, name: str) -> Query:
    if role == "customer":
        return replace(query, customer=name)
    return replace(query, seller=name)


def _several(
    query: Query, role: Role, said: str, found: Sequence[str], look: Look
) -> QueryError:
    """Ask which of several was meant, with how much of each there is."""
    full = [look.spelled(role, name) for name in found[:MOST_NAMED]]
    count = len(found)
    # One question is about all of them where nobody else has these letters.
    together = [n for n in look.names(role) if fold_text(said) in n] == list(found)
    unpaid = set(query.status) == set(OWED)
    amounts = {name: look.count(_with(_plain(query), role, name)) for name in full}
    full.sort(key=lambda name: -amounts[name])
    labels = {name: _with_count(name, amounts[name], unpaid=unpaid) for name in full}
    buttons = [
        Suggestion(labels[name], look.command(_with(query, role, name)))
        for name in full[: MOST_BUTTONS - together]
    ]
    both = tr("Both") if count == 2 else tr("All {n}", n=count)
    if together:
        everyone = _with(query, role, f"{_key(said)}{ANY_WITH}")
        buttons.append(Suggestion(both, look.command(everyone)))
    named = " ".join(f"[{label}]" for label in labels.values())
    if more := count - len(full):
        named = tr("{names} and {n} more", names=named, n=more)
    problem = _match_of(role, said, named, count)
    return QueryError(
        f"{problem} [{both}]" if together else problem, suggestions=tuple(buttons)
    )


def _match_of(role: Role, said: str, named: str, count: int) -> str:
    """Say that several names match."""
    number = tr(_COUNTS[count]) if count < len(_COUNTS) else str(count)
    if role == "customer":
        return trn(
            "{n} customers match `{text}`: {names}",
            "{n} customers match `{text}`: {names}",
            count,
            n=number,
            text=said,
            names=named,
        )
    return trn(
        "{n} sellers match `{text}`: {names}",
        "{n} sellers match `{text}`: {names}",
        count,
        n=number,
        text=said,
        names=named,
    )


def _with_count(name: str, count: int, *, unpaid: bool) -> str:
    """Name somebody with how much there is of them."""
    if unpaid:
        return tr("{name} ({n} unpaid)", name=name, n=count)
    return trn(
        "{name} ({n} invoice)", "{name} ({n} invoices)", count, name=name, n=count
    )


def _plain(query: Query) -> Query:
    return replace(
        query, group=None, aged_by=None, limit=None, chart=False, compared=None
    )


def _nobody(query: Query, role: Role, said: str, look: Look) -> QueryError:
    """Say that nobody is called so, and offer who nearly is."""
    other: Role = "seller" if role == "customer" else "customer"
    offered: list[tuple[Role, str]] = [
        (role, look.spelled(role, name)) for name in similar(said, look.names(role))
    ]
    offered += [
        (other, look.spelled(other, name)) for name in matching(said, look.names(other))
    ]
    commands = [
        look.command(_with(_unnamed(query, role), kind, name))
        for kind, name in offered[:MOST_BUTTONS]
    ]
    left = _unnamed(query, role)
    anywhere = replace(left, text=fold_text(said)) if query.text is None else left
    last = Suggestion(
        tr("Search all words") if query.text is None else tr("Leave it out"),
        look.command(anywhere),
    )
    nearest = tuple(
        Suggestion(tr("Run {command}", command=each), each) for each in commands
    )
    return QueryError(
        " ".join([_none_of(role, said), *(_closest(*each) for each in offered[:1])]),
        suggestions=(*nearest[: MOST_BUTTONS - 1], last),
    )


def _none_of(role: Role, said: str) -> str:
    if role == "customer":
        return tr("No customer is called `{name}`.", name=said)
    return tr("No seller is called `{name}`.", name=said)


def _closest(role: Role, name: str) -> str:
    if role == "customer":
        return tr("Closest: customer `{name}`.", name=name)
    return tr("Closest: seller `{name}`.", name=name)


def _unnamed(query: Query, role: Role) -> Query:
    if role == "customer":
        return replace(query, customer=None)
    return replace(query, seller=None)


def _check_dates(query: Query, look: Look) -> None:
    """Refuse what is overdue where no connection says when anything is due."""
    if not query.overdue:
        return
    touched = [
        each
        for each in look.context.connections
        if (not query.connections or each.name in query.connections)
        and each.name not in query.not_connections
    ]
    if not touched or not all(each.undated for each in touched):
        return
    unpaid = unlate(query)
    count = look.count(unpaid)
    problem = trn(
        "{connections} does not give due dates and no payment term is set, so I cannot "
        "say what is overdue.",
        "{connections} do not give due dates and no payment term is set, so I cannot "
        "say what is overdue.",
        len(touched),
        connections=together([each.label for each in touched]),
    )
    instead = trn("Unpaid: {n} invoice.", "Unpaid: {n} invoices.", count, n=count)
    raise QueryError(
        f"{problem} {instead}",
        hint=tr(
            "Admin: `/invoices settings terms {connection} net30` — results will be "
            "marked *assumed*.",
            connection=touched[0].name,
        ),
        suggestions=(Suggestion(tr("Show unpaid"), look.command(unpaid)),),
    )
