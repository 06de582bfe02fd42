"""The command line: `duebot`, also `python -m bot`."""

import sys


def main() -> None:
    """Run one command; a mistake is one sentence on stderr and exit code 2."""
    from bot.commands import run  # noqa: PLC0415 - `--help` need not load the bot

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
