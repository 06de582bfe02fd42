"""A mark that differs whenever something that people watch has changed."""

from sqlite_utils import Database

_PULSE = """
    select
        (select max(id) from events),
        (select group_concat(name || coalesce(error, '') || (last_success is null), '|')
            from (select * from connections order by name)),
        (select group_concat(id || follow || even_if_empty || coalesce(attach, ''), '|')
            from (select * from subscriptions where active = 1 order by id)),
        (select group_concat(id || state, '|') from
            (select id, state from outbox where state in ('uncertain', 'paused')
            order by seq desc limit 200)),
        (select total(invoices) from connections),
        (select max(id) from care_log),
        (select group_concat(channel || reason, '|')
            from (select * from closures order by channel))
"""


def pulse(db: Database) -> tuple[object, ...]:
    """Read the mark: of events, troubles, subscriptions, deeds, closed channels.

    That figures were read again and are the same does not change it.
    """
    return tuple(db.execute(_PULSE).fetchone())
