"""The sandbox's clock: real time, moved forward by whoever plays with it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Now = Callable[[], datetime]


def real_now() -> datetime:
    """Tell the machine's time, in UTC."""
    return datetime.now(UTC)


class Clock:
    """Real time plus an offset that only grows until `reset`.

    ``start`` makes the clock begin at another moment than now (it still runs);
    ``real`` is where real time comes from.
    """

    def __init__(self, start: datetime | None = None, *, real: Now = real_now) -> None:
        self._real = real
        self._start = timedelta() if start is None else _aware(start) - real()
        self._offset = self._start

    def now(self) -> datetime:
        """Tell the sandbox's time, aware and in UTC."""
        return (self._real() + self._offset).astimezone(UTC)

    @property
    def offset(self) -> timedelta:
        """How far ahead of real time the sandbox is."""
        return self._offset

    def forward(self, by: timedelta) -> datetime:
        """Move on by *by* and tell the new time.

        Raises:
            ValueError: *by* is negative; invoices cannot be unissued.
        """
        if by < timedelta():
            msg = "The sandbox clock only moves forward; reset it to go back."
            raise ValueError(msg)
        self._offset += by
        return self.now()

    def to(self, moment: datetime) -> datetime:
        """Move on to *moment* and tell the new time.

        Raises:
            ValueError: *moment* has already passed, or has no time zone.
        """
        return self.forward(_aware(moment) - self.now())

    def reset(self) -> None:
        """Go back to where the clock began (real time, unless a start was given)."""
        self._offset = self._start


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        msg = "A moment for the sandbox clock needs its time zone, such as a final Z."
        raise ValueError(msg)
    return moment
