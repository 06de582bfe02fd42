"""Every change to the tables, oldest first; one that has shipped never changes.

Money is TEXT in major units. The columns ``*_minor`` repeat it as whole minor units
(cents, yen) so that SQLite can add and compare exactly; they are null where the amount
is null or an amount of the row is too large to be added up in 64 bits; ``digits``, the
number of minor digits, is then -1 and the text is the only truth. ``told_due`` and
``told_stage`` say for which due date how far lateness has been told: -1 due soon, 0
overdue, n the reminder after n days.
Moments are TEXT in UTC (``2026-11-21T09:00:00Z``), days are TEXT (``2026-11-21``).
"""

from sqlite_utils import Database, Migrations

migrations = Migrations("duebot")


@migrations()
def m001_snapshot(db: Database) -> None:
    """Invoices as last seen, and where each connection stands."""
    db.execute(
        """
        create table connections (
            name text primary key,
            provider text not null,
            reading text,
            last_attempt text,
            last_success text,
            baseline_at text,
            whole_at text,
            error text,
            failures integer not null default 0,
            batch integer not null default 1,
            invoices integer not null default 0
        ) strict
        """
    )
    db.execute(
        """
        create table runs (
            id integer primary key,
            connection text not null,
            started_at text not null,
            ended_at text,
            ok integer,
            complete integer,
            error text,
            requests integer not null default 0,
            fetched integer not null default 0
        ) strict
        """
    )
    db.execute(
        """
        create table invoices (
            key integer primary key,
            connection text not null,
            id text not null,
            provider text not null,
            number text not null,
            number_folded text not null,
            kind text not null,
            period text,
            month text,
            issued_on text,
            due_on text,
            paid_on text,
            due_basis text,
            currency text not null,
            net text, tax text, total text, paid text, balance text,
            digits integer not null,
            total_minor integer,
            balance_minor integer,
            status text not null,
            provider_status text not null,
            counterparty text,
            description text,
            has_pdf integer not null,
            checks text not null,
            lines text not null,
            search text not null,
            source text not null,
            row blob not null,
            hash blob not null,
            first_seen text not null,
            first_run integer not null,
            changed_at text not null,
            changed_run integer not null,
            missing integer not null default 0,
            withdrawn_at text,
            told_due text,
            told_stage integer,
            unique (connection, id)
        ) strict
        """
    )
    db.execute(
        "create index invoices_month on invoices "
        "(month, issued_on, connection, withdrawn_at) where withdrawn_at is null"
    )
    db.execute(
        "create index invoices_issued on invoices (issued_on) "
        "where withdrawn_at is null"
    )
    # Few are owed at a time, so three indexes of them are cheap. They hold every column
    # that lists and sums need; withdrawn_at too, which SQLite looks up although null.
    owed = "where withdrawn_at is null and status in ('unpaid', 'part_paid')"
    columns = "connection, status, total_minor, balance_minor, issued_on, withdrawn_at"
    for name, first in (
        ("owed", "due_on, kind, currency, digits, month"),
        ("owed_sums", "kind, currency, digits, due_on, month"),
        ("owed_month", "month, kind, currency, digits, due_on"),
    ):
        db.execute(
            f"create index invoices_{name} on invoices ({first}, {columns}) {owed}"
        )
    # Lists a connection by day, and holds the hashes that a sync reads at its start.
    db.execute(
        "create index invoices_connection on invoices "
        "(connection, issued_on, hash, withdrawn_at) where withdrawn_at is null"
    )
    # Read from end to end by a search, which is shorter than the table.
    db.execute(
        "create index invoices_search on invoices (search, withdrawn_at) "
        "where withdrawn_at is null"
    )
    db.execute("create index invoices_missing on invoices (key) where missing > 0")
    db.execute("create index invoices_number on invoices (number_folded)")

    _add_tallies(db)


def _add_tallies(db: Database) -> None:
    """Keep sums of the invoices there are, so that a total reads a few rows.

    The triggers run inside the transaction that changes an invoice: a tally cannot be
    anything but the sum of its rows. A month that is not known is ``''`` here.
    """
    key = "connection, month, kind, currency, digits, status"
    db.execute(
        """
        create table tallies (
            connection text not null,
            month text not null,
            kind text not null,
            currency text not null,
            digits integer not null,
            status text not null,
            invoices integer not null,
            totals integer not null,
            total_minor integer not null,
            balances integer not null,
            balance_minor integer not null,
            primary key (month, connection, kind, currency, digits, status)
        ) strict, without rowid
        """
    )
    change = """
        insert into tallies values (
            {row}.connection, coalesce({row}.month, ''), {row}.kind, {row}.currency,
            {row}.digits, {row}.status, {sign}1,
            {sign}({row}.total_minor is not null),
            {sign}coalesce({row}.total_minor, 0),
            {sign}({row}.balance_minor is not null),
            {sign}coalesce({row}.balance_minor, 0)
        ) on conflict do update set
            invoices = invoices + excluded.invoices,
            totals = totals + excluded.totals,
            total_minor = total_minor + excluded.total_minor,
            balances = balances + excluded.balances,
            balance_minor = balance_minor + excluded.balance_minor;
    """
    add, take = change.format(row="new", sign=""), change.format(row="old", sign="-")
    watched = f"{key}, total_minor, balance_minor, withdrawn_at"
    for name, moment, row, statement in (
        ("added", "insert", "new", add),
        ("changed_from", f"update of {watched}", "old", take),
        ("changed_to", f"update of {watched}", "new", add),
        ("deleted", "delete", "old", take),
    ):
        db.execute(
            f"create trigger invoices_{name} after {moment} on invoices "
            f"when {row}.withdrawn_at is null begin {statement} end"
        )


@migrations()
def m002_news(db: Database) -> None:
    """What happened, who wants to hear it, and what is still to be told."""
    db.execute(
        """
        create table events (
            id integer primary key,
            once_key text not null unique,
            kind text not null,
            connection text not null,
            invoice_key integer,
            run integer,
            happened_at text not null,
            payload text not null
        ) strict
        """
    )
    db.execute("create index events_invoice on events (invoice_key)")
    db.execute("create index events_run on events (run)")
    db.execute(
        """
        create table subscriptions (
            id text primary key,
            channel text not null,
            events text not null,
            connections text,
            cron text,
            filters text,
            source text not null,
            made_by text,
            active integer not null default 1,
            created_at text not null,
            last_digest_at text
        ) strict
        """
    )
    db.execute(
        """
        create table outbox (
            seq integer primary key,
            id text not null unique,
            channel text not null,
            kind text not null,
            subscription text,
            connection text,
            batch integer,
            parent text,
            state text not null,
            not_before text not null,
            attempts integer not null default 0,
            asked integer not null default 0,
            tried_at text,
            lease_until text,
            posted_at text,
            message_ts text,
            error text,
            payload text not null,
            created_at text not null
        ) strict
        """
    )
    db.execute("create index outbox_state on outbox (state, channel, seq)")
    db.execute("create index outbox_posted on outbox (channel, posted_at)")
    db.execute(
        """
        create table outbox_events (
            delivery text not null,
            event integer not null,
            primary key (delivery, event)
        ) strict, without rowid
        """
    )


@migrations()
def m003_seen(db: Database) -> None:
    """Requests and events already acted on, and secrets that adapters rotate."""
    db.execute(
        """
        create table seen (
            key text primary key,
            seen_at text not null
        ) strict, without rowid
        """
    )
    db.execute("create index seen_at on seen (seen_at)")
    db.execute("create table vault (key text primary key, value text not null) strict")


@migrations()
def m004_threads(db: Database) -> None:
    """The last answered question of each thread, as a command."""
    db.execute(
        """
        create table threads (
            channel text not null,
            thread_ts text not null,
            command text not null,
            asked_at text not null,
            primary key (channel, thread_ts)
        ) strict, without rowid
        """
    )


@migrations()
def m005_pace(db: Database) -> None:
    """Until when Slack wants no more messages, and when any was posted."""
    db.execute(
        "create table slack_busy (method text primary key, until text not null) "
        "strict, without rowid"
    )
    db.execute("create index outbox_posted_at on outbox (posted_at)")


@migrations()
def m006_files(db: Database) -> None:
    """Files of deliveries, and files that people asked for, while they are shared."""
    db.execute("alter table outbox add column file text")
    db.execute(
        "create table uploads "
        "(key text primary key, file text not null, begun_at text not null) "
        "strict, without rowid"
    )


@migrations()
def m007_answers_version(db: Database) -> None:
    """A number that changes with what answers are made of (`Store.held`)."""
    db.execute("create table answers_version (number integer not null) strict")
    db.execute("insert into answers_version values (0)")


@migrations()
def m008_closures(db: Database) -> None:
    """Channels that let no message in until somebody opens them."""
    db.execute(
        "create table closures "
        "(channel text primary key, reason text not null, since text not null) "
        "strict, without rowid"
    )


@migrations()
def m009_month_index(db: Database) -> None:
    """The index of months holds currency and kind too, which hardly ever change."""
    live = "where withdrawn_at is null"
    db.execute("drop index invoices_month")
    db.execute(
        "create index invoices_month on invoices "
        f"(month, issued_on, connection, currency, kind, withdrawn_at) {live}"
    )


@migrations()
def m010_care(db: Database) -> None:
    """What people do about invoices, and the messages that show how they stand."""
    db.execute(
        """
        create table care (
            connection text not null,
            invoice text not null,
            acknowledged_by text,
            acknowledged_at text,
            snoozed_until text,
            snoozed_by text,
            snoozed_at text,
            snooze_channel text,
            snooze_thread text,
            assignee text,
            assigned_by text,
            assigned_at text,
            primary key (connection, invoice)
        ) strict, without rowid
        """
    )
    db.execute(
        "create index care_snoozed on care (snoozed_until) "
        "where snoozed_until is not null"
    )
    db.execute("create index care_assignee on care (assignee)")
    db.execute(
        """
        create table care_log (
            id integer primary key,
            connection text not null,
            invoice text not null,
            deed text not null,
            person text,
            at text not null,
            detail text
        ) strict
        """
    )
    db.execute("create index care_log_invoice on care_log (connection, invoice)")
    db.execute(
        """
        create table notices (
            channel text not null,
            connection text not null,
            invoice text not null,
            delivery text not null,
            updates integer not null default 0,
            updated_at text,
            primary key (connection, invoice, channel)
        ) strict, without rowid
        """
    )
    db.execute("create index notices_delivery on notices (delivery)")
    db.execute(
        "create index notices_updated on notices (updated_at) "
        "where updated_at is not null"
    )


@migrations()
def m011_doubts(db: Database) -> None:
    """Lists that are much shorter than they were, until they are believed or right."""
    db.execute(
        "create table doubts (connection text primary key, since text not null, "
        "readings integer not null, accepted integer not null) strict, without rowid"
    )


@migrations()
def m012_manner(db: Database) -> None:
    """How a subscription tells what it is about, and what its last digest told."""
    for column in (
        "follow text not null default 'message'",
        "even_if_empty integer not null default 0",
        "attach text",
        "last_figures text",
    ):
        db.execute(f"alter table subscriptions add column {column}")


@migrations()
def m013_preferences(db: Database) -> None:
    """What admins set in Slack, questions whose answers were withheld, older years."""
    db.execute(
        """
        create table preferences (
            key text primary key,
            value text not null,
            set_by text not null,
            set_at text not null
        ) strict, without rowid
        """
    )
    db.execute(
        """
        create table withheld (
            key text primary key,
            command text not null,
            page integer not null,
            kept_at text not null
        ) strict, without rowid
        """
    )
    db.execute(
        """
        create table years (
            connection text not null,
            year integer not null,
            read_at text,
            primary key (connection, year)
        ) strict, without rowid
        """
    )


@migrations()
def m014_links(db: Database) -> None:
    """Where in Slack files are that people asked for; events by their moment."""
    db.execute(
        "create table links (key text primary key, address text not null, "
        "kept_at text not null) strict, without rowid"
    )
    db.execute("create index events_happened on events (happened_at)")


@migrations()
def m015_abilities(db: Database) -> None:
    """Which kinds of blocks the workspace takes."""
    db.execute(
        "create table abilities "
        "(kind text primary key, taken integer not null, since text not null) "
        "strict, without rowid"
    )


@migrations()
def m016_replies(db: Database) -> None:
    """The deliveries in a thread are found by their parent."""
    db.execute("create index outbox_parent on outbox (parent) where parent is not null")
