"""The Home tab and the shortcuts, through the whole bot and Slack's side of it."""

import asyncio
from typing import Any

import pytest

from sandbox.person import Person, SandboxError
from tests.e2e.conftest import Bots, Sandbox, ready, until

View = dict[str, Any]


@pytest.fixture
async def running(bots: Bots, akiko: Person) -> Bots:
    """A bot that has read everything."""
    bots.configure(every="1h", fresh_for="1h")
    bots.start()
    await ready(bots, akiko)
    return bots


def texts(view: View) -> str:
    """All that stands in a view."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for name, each in value.items():
                if name in {"text", "title"} and isinstance(each, str):
                    found.append(each)
                else:
                    walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(view["blocks"])
    return "\n".join(found)


async def home_of(person: Person, *, having: str = "") -> View:
    """Open the Home tab and wait until it says what is expected."""
    await person.post("home", user=person.user, tab="home")
    return await published(person, having=having)


async def published(person: Person, *, having: str = "", lacking: str = "") -> View:
    async def found() -> View | None:
        home = (await person.views())["home"]
        said = "" if home is None else texts(home)
        fits = home and having in said and not (lacking and lacking in said)
        return home if fits else None

    view = await until(found, what=f"a Home tab with {having!r}", seconds=15)
    assert view is not None
    return view


async def test_home(running: Bots, akiko: Person) -> None:
    import json
    view = await home_of(akiko, having="Connections")
    print(json.dumps(view["blocks"], indent=1, ensure_ascii=False)[:12000])
    assert 0
