import pytest

from sandbox.faults import Faults


def test_a_fault_stays_until_it_is_mended() -> None:
    faults = Faults()
    faults.set("i3dnet", "down")
    assert [_kind(faults, "i3dnet") for _ in range(3)] == ["down", "down", "down"]
    faults.set("i3dnet", "none")
    assert _kind(faults, "i3dnet") is None


def test_a_counted_fault_meets_that_many_requests() -> None:
    faults = Faults()
    faults.set("slack", "busy", count=2)
    assert [_kind(faults, "slack") for _ in range(3)] == ["busy", "busy", None]


def test_a_fault_touches_its_target_alone() -> None:
    faults = Faults()
    faults.set("lineworks", "down")
    assert _kind(faults, "softwareone") is None


def test_a_slack_fault_may_be_for_one_method() -> None:
    faults = Faults()
    faults.set("slack", "down", method="chat.postMessage", count=1)
    assert faults.take("slack", "chat.update") is None
    assert faults.take("slack", "chat.postMessage") is not None
    assert faults.take("slack", "chat.postMessage") is None


def test_a_billing_fault_may_be_for_part_of_the_paths() -> None:
    faults = Faults()
    faults.set("i3dnet", "json_pdf", method="/pdf")
    assert faults.take("i3dnet", "/sim/i3dnet/v3/account/invoice") is None
    assert faults.take("i3dnet", "/sim/i3dnet/v3/account/invoice/1/pdf") is not None


def test_the_state_names_every_target() -> None:
    faults = Faults()
    faults.set("softwareone", "slow", count=3)
    assert faults.state() == {
        "lineworks": {"kind": "none"},
        "softwareone": {"kind": "slow", "count": 3, "method": None, "seconds": 5.0},
        "i3dnet": {"kind": "none"},
        "slack": {"kind": "none"},
    }


@pytest.mark.parametrize(
    ("target", "kind", "count", "sentence"),
    [
        ("jira", "down", None, "Nothing here is called 'jira'"),
        ("slack", "tired", None, "No fault is called 'tired'"),
        ("slack", "down", 0, "count is 1 or more"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    target: str, kind: str, count: int | None, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        Faults().set(target, kind, count=count)


def _kind(faults: Faults, target: str) -> str | None:
    fault = faults.take(target)
    return fault.kind if fault else None
