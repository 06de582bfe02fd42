from sandbox.slack.pace import Pace


def test_three_messages_at_once_and_then_one_a_second_for_each_channel() -> None:
    now = 100.0
    pace = Pace(seconds=lambda: now)
    assert [pace.take("C1") for _ in range(4)] == [True, True, True, False]
    assert pace.take("C2")
    now += 0.5
    assert not pace.take("C1")
    now += 0.5
    assert [pace.take("C1") for _ in range(2)] == [True, False]
    now += 60
    assert [pace.take("C1") for _ in range(4)] == [True, True, True, False]
