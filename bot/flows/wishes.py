"""Between an order that somebody gives and the wish that is stored."""

from dataclasses import replace

from bot.queries.model import Bound, Query
from bot.queries.orders import Subscribe, Wanted
from storage.subscriptions import Filters, Manner, Wish

#: The events that each word stands for.
EVENTS: dict[Wanted, tuple[str, ...]] = {
    "new": ("issued",),
    "overdue": ("overdue",),
    "due": ("due_soon",),
    "changes": ("amended", "payment", "withdrawn"),
    "digest": (
        "issued",
        "amended",
        "payment",
        "due_soon",
        "overdue",
        "withdrawn",
        "trouble",
    ),
}


def wish_of(order: Subscribe, channel: str) -> Wish:
    """Write an order as what is stored."""
    query = order.filters
    low, high = query.minimum, query.maximum
    return Wish(
        channel=channel,
        events=tuple(dict.fromkeys(e for each in order.wanted for e in EVENTS[each])),
        connections=query.connections or None,
        cron=order.cron,
        filters=Filters(
            not_connections=query.not_connections,
            kinds=query.kinds,
            currency=query.currency,
            minimum=low.value if low else None,
            above=bool(low and low.strict),
            maximum=high.value if high else None,
            below=bool(high and high.strict),
            text=query.text,
            seller=query.seller,
            customer=query.customer,
        ),
        manner=Manner(order.follow, order.even_if_empty, order.attach),
    )


def order_of(wish: Wish) -> Subscribe:
    """Write what is stored as the order that makes it.

    Kinds of the configuration file that no word stands for are left out.
    """
    kinds = set(wish.events)
    wanted: tuple[Wanted, ...] = ("digest",)
    if kinds != set(EVENTS["digest"]) or wish.cron is None:
        words = tuple(each for each in EVENTS if each != "digest")
        wanted = tuple(each for each in words if kinds >= set(EVENTS[each]))
    return Subscribe(
        wanted=wanted,
        cron=wish.cron,
        filters=query_of(wish),
        channel=wish.channel,
        follow=wish.manner.follow,
        even_if_empty=wish.manner.even_if_empty,
        attach=wish.manner.attach,
    )


def query_of(wish: Wish) -> Query:
    """Write the filters of a wish as a question has them."""
    filters = wish.filters
    query = Query(
        connections=wish.connections or (),
        not_connections=filters.not_connections,
        kinds=filters.kinds,  # type: ignore[arg-type]  # only kinds are ever stored
        currency=filters.currency,
        text=filters.text,
        seller=filters.seller,
        customer=filters.customer,
    )
    if filters.minimum is not None:
        query = replace(query, minimum=Bound(filters.minimum, filters.above))
    if filters.maximum is not None:
        query = replace(query, maximum=Bound(filters.maximum, filters.below))
    return query
