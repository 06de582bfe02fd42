"""What listeners call, handed to each `register` by name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.flows.care import Caring
from bot.flows.document import Documents
from bot.flows.export import Exports
from bot.flows.home import Homes
from bot.flows.picture import Pictures
from bot.flows.reply import Replies
from bot.flows.subscribe import Subscriptions
from bot.metrics import Metrics
from bot.slack import Slack
from bot.tasks import Tasks
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts of the bot that a listener may use."""

    replies: Replies
    documents: Documents
    exports: Exports
    pictures: Pictures
    homes: Homes
    subscriptions: Subscriptions
    caring: Caring
    slack: Slack
    store: Store
    tasks: Tasks
    metrics: Metrics
    now: Callable[[], datetime]
