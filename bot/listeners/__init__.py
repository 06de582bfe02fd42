"""What arrives from Slack: one module per kind, each a thin edge over the flows."""

from slack_bolt.async_app import AsyncApp

from bot.listeners import (
    actions,
    care,
    commands,
    events,
    home,
    rest,
    shortcuts,
    submissions,
    subscribing,
)
from bot.listeners.services import Services
from bot.listeners.windows import Windows


def register_listeners(app: AsyncApp, services: Services) -> None:
    """Add every listener to *app*; the catch-alls last."""
    commands.register(app, services)
    actions.register(app, services)
    care.register(app, services)
    events.register(app, services)
    windows = Windows()
    home.register(app, services, windows)
    shortcuts.register(app, services)
    submissions.register(app, services, windows)
    subscribing.register(app, services)
    rest.register(app)
