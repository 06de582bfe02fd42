"""Figures for Prometheus, about one bot."""

from collections import Counter as Counts
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.tracking.outcome import ConnectionReport
from providers.base import Counted, Provider
from storage import closures, cursors, events, outbox
from storage.errors import StorageError
from storage.store import Store


class Metrics:
    """What is counted, and what is read from the database when it is asked for.

    *connections* are the configured ones: the figures of one that was removed would
    grow old for ever, and wake somebody up.
    """

    def __init__(
        self,
        *,
        store: Store,
        connections: Collection[str],
        now: Callable[[], datetime],
        providers: Mapping[str, Provider] | None = None,
    ) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "duebot_questions",
            "Slash commands, by how they ended.",
            ["outcome"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "duebot_question_seconds",
            "Time to answer a slash command.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0, 1.5, 2.5),
            registry=self._registry,
        )
        self._requests = Counter(
            "duebot_slack_requests_refused",
            "Requests that were not Slack's, or not allowed.",
            ["status"],
            registry=self._registry,
        )
        self._syncs = Counter(
            "duebot_syncs",
            "Syncs, by how they ended: complete, incomplete, failed.",
            ["connection", "outcome"],
            registry=self._registry,
        )
        self._posts = Counter(
            "duebot_posts",
            "Tries to deliver, by outcome.",
            ["outcome"],
            registry=self._registry,
        )
        self._calls = Counter(
            "duebot_slack_calls",
            "Calls of Slack's, by method and status, or by what went wrong.",
            ["method", "status"],
            registry=self._registry,
        )
        self._registry.register(_Database(store, connections, now))
        self._registry.register(_Answers(providers or {}))
        self._answered = self._questions.labels("answered")

    def question(self, outcome: str, seconds: float) -> None:
        """Count a question and how long it took."""
        if outcome == "answered":
            self._answered.inc()
        else:
            self._questions.labels(outcome).inc()
        self._seconds.observe(seconds)

    def refused(self, status: int) -> None:
        """Count a request that was turned away."""
        self._requests.labels(str(status)).inc()

    def sync(self, report: ConnectionReport) -> None:
        """Count a sync that ended."""
        ended = "complete" if report.complete else "incomplete"
        self._syncs.labels(report.connection, ended if report.ok else "failed").inc()

    def post(self, outcome: str) -> None:
        """Count a try to deliver."""
        self._posts.labels(outcome).inc()

    def slack_call(self, method: str, status: str) -> None:
        """Count a call of Slack's; *status* may be what went wrong instead."""
        self._calls.labels(method, status).inc()

    def text(self) -> bytes:
        """Write all figures in Prometheus' text form."""
        return generate_latest(self._registry)


class _Answers(Collector):
    """Reads how the providers have answered when Prometheus asks."""

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        answers = CounterMetricFamily(
            "duebot_provider_answers",
            "Answers of the providers' APIs, by status.",
            labels=["connection", "provider", "status"],
        )
        for name, provider in self._providers.items():
            if isinstance(provider, Counted):
                for status, count in provider.answers.items():
                    kind = provider.config.provider
                    answers.add_metric([name, kind, str(status)], count)
        return [answers]


class _Database(Collector):
    """Reads what the database knows when Prometheus asks."""

    def __init__(
        self,
        store: Store,
        connections: Collection[str],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._connections = connections
        self._now = now
        self._events: Counts[tuple[str, str]] = Counts()
        self._counted = 0

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        works = GaugeMetricFamily(
            "duebot_database_works", "1 while the database can be read, else 0."
        )
        try:
            found = self._read()
        except StorageError:
            works.add_metric([], 0)
            return [works]
        works.add_metric([], 1)
        return [works, *found]

    def _read(self) -> list[Metric]:
        invoices = GaugeMetricFamily(
            "duebot_invoices", "Invoices known.", labels=["connection"]
        )
        age = GaugeMetricFamily(
            "duebot_sync_age_seconds",
            "Time since the last good sync.",
            labels=["connection"],
        )
        failures = GaugeMetricFamily(
            "duebot_sync_failures", "Failed syncs in a row.", labels=["connection"]
        )
        for state in self._store.read(cursors.state):
            if state.name not in self._connections:
                continue
            invoices.add_metric([state.name], state.invoices)
            failures.add_metric([state.name], state.failures)
            if state.last_success is not None:
                seconds = (self._now() - state.last_success).total_seconds()
                age.add_metric([state.name], seconds)
        deliveries = GaugeMetricFamily(
            "duebot_deliveries", "Deliveries, by state.", labels=["state"]
        )
        for name, count in self._store.read(outbox.counts).items():
            deliveries.add_metric([name], count)
        lag = GaugeMetricFamily(
            "duebot_delivery_lag_seconds",
            "How long the oldest delivery that could go out has waited.",
        )
        oldest = self._store.read(outbox.waiting_since, now=self._now())
        late = (self._now() - oldest).total_seconds() if oldest is not None else 0.0
        lag.add_metric([], late)
        closed = GaugeMetricFamily(
            "duebot_channels_closed", "Channels that let no message in."
        )
        closed.add_metric([], len(self._store.read(closures.every)))
        return [invoices, age, failures, deliveries, lag, closed, self._read_events()]

    def _read_events(self) -> Metric:
        """Count the events; those of earlier are not read again."""
        found = self._store.read(events.count_after, self._counted)
        for connection, kind, count, last in found:
            self._events[connection, kind] += count
            self._counted = max(self._counted, last)
        family = CounterMetricFamily(
            "duebot_events", "Events, by kind.", labels=["connection", "event"]
        )
        for labels, count in self._events.items():
            family.add_metric(list(labels), count)
        return family
