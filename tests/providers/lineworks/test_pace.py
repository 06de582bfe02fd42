from providers.lineworks.pace import Pace


def test_requests_over_the_limit_wait_for_the_window() -> None:
    moment = 0.0
    pace = Pace(most=2, window_seconds=60, clock=lambda: moment)
    assert [pace.take() for _ in range(5)] == [0, 0, 60, 60, 120]
    moment = 130
    assert pace.take() == 0
