"""Figures for Prometheus, about one bot."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from storage import cursors, outbox
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
        self._registry.register(_Database(store, connections, now))
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

    def text(self) -> bytes:
        """Write all figures in Prometheus' text form."""
        return generate_latest(self._registry)


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
        return [invoices, age, failures, deliveries]
