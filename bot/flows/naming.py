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
from providers.models import OWED
from storage.criteria import ANY_WITH
from storage.folding import fold_text
from storage.names import Role, folded_names, spelled

ROLES: tuple[Role, ...] = ("customer", "seller")
#: Names that a question about several lists, and buttons it has.
MOST_NAMED, MOST_BUTTONS = 10, 3
_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


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
    what = "unpaid" if set(query.status) == set(OWED) else "invoices"
    amounts = {name: look.count(_with(_plain(query), role, name)) for name in full}
    full.sort(key=lambda name: -amounts[name])
    labels = {name: f"{name} ({amounts[name]} {what})" for name in full}
    buttons = [
        Suggestion(labels[name], look.command(_with(query, role, name)))
        for name in full[: MOST_BUTTONS - together]
    ]
    both = "Both" if count == 2 else f"All {count}"
    if together:
        everyone = _with(query, role, f"{_key(said)}{ANY_WITH}")
        buttons.append(Suggestion(both, look.command(everyone)))
    named = " ".join(f"[{label}]" for label in labels.values())
    more = f" and {count - len(full)} more" if count > len(full) else ""
    number = _COUNTS[count] if count < len(_COUNTS) else str(count)
    return QueryError(
        f"{number} {role}s match `{said}`: {named}{more}"
        + (f" [{both}]" if together else ""),
        suggestions=tuple(buttons),
    )


def _plain(query: Query) -> Query:
    return replace(query, group=None, limit=None, chart=False, compared=None)


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
    closest = f" Closest: {offered[0][0]} `{offered[0][1]}`." if offered else ""
    left = _unnamed(query, role)
    anywhere = replace(left, text=fold_text(said)) if query.text is None else left
    last = Suggestion(
        "Search all words" if query.text is None else "Leave it out",
        look.command(anywhere),
    )
    nearest = tuple(Suggestion(f"Run {each}", each) for each in commands)
    return QueryError(
        f"No {role} is called `{said}`.{closest}",
        suggestions=(*nearest[: MOST_BUTTONS - 1], last),
    )


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
    labels = " and ".join(each.label for each in touched)
    verb = "does" if len(touched) == 1 else "do"
    raise QueryError(
        f"{labels} {verb} not give due dates and no payment term is set, so I cannot "
        f"say what is overdue. Unpaid: {count} invoice{'' if count == 1 else 's'}.",
        hint=f"Admin: `/invoices settings terms {touched[0].name} net30` — results "
        "will be marked *assumed*.",
        suggestions=(Suggestion("Show unpaid", look.command(unpaid)),),
    )
