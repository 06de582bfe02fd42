"""Wrong usage of the command line: one sentence, exit code 2."""

import pytest

from bot.commands import run

WRONG = {
    "an unknown command": (["nonsense"], "duebot: No such command 'nonsense'."),
    "an unknown option": (["sync", "--bad"], "duebot: No such option: --bad"),
    "a question left out": (["ask"], "duebot: Missing argument 'question'."),
}


@pytest.mark.parametrize(("arguments", "sentence"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stderr holds one readable line, stdout nothing, and the exit code is 2."""
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"{sentence}\n")


def test_no_command_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """`duebot` alone is answered with what there is, not with a traceback."""
    assert run([]) == 2
    out, err = capsys.readouterr()
    assert "Commands:" in out + err
