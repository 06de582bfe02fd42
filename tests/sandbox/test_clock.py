from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import Clock

REAL = datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_it_tells_real_time_until_somebody_moves_it() -> None:
    assert Clock(real=lambda: REAL).now() == REAL


def test_moving_forward_adds_up() -> None:
    clock = Clock(real=lambda: REAL)
    clock.forward(timedelta(days=1))
    clock.forward(timedelta(hours=2))
    assert clock.now() == datetime(2026, 11, 22, 11, tzinfo=UTC)
    assert clock.offset == timedelta(days=1, hours=2)


def test_a_start_in_the_past_is_kept_while_time_runs() -> None:
    moments = iter([REAL, REAL + timedelta(seconds=30)])
    clock = Clock(datetime(2024, 1, 1, tzinfo=UTC), real=lambda: next(moments))
    assert clock.now() == datetime(2024, 1, 1, 0, 0, 30, tzinfo=UTC)


def test_it_moves_to_a_moment_of_any_zone() -> None:
    clock = Clock(real=lambda: REAL)
    clock.to(datetime.fromisoformat("2026-12-01T09:00:00+09:00"))
    assert clock.now() == datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 11, 20, tzinfo=UTC), id="yesterday"),
        pytest.param(datetime(2026, 12, 1), id="no time zone"),  # noqa: DTZ001  on purpose
    ],
)
def test_it_refuses_moments_it_cannot_go_to(moment: datetime) -> None:
    clock = Clock(real=lambda: REAL)
    with pytest.raises(ValueError, match=r"clock"):
        clock.to(moment)
    assert clock.now() == REAL


def test_reset_goes_back_to_the_start() -> None:
    clock = Clock(datetime(2024, 1, 1, tzinfo=UTC), real=lambda: REAL)
    clock.forward(timedelta(days=40))
    clock.reset()
    assert clock.now() == datetime(2024, 1, 1, tzinfo=UTC)
