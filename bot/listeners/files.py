"""Files that people ask for, by a button or in a question.

What is asked for where others see it goes into that thread; what is asked for privately
goes into the direct message with whoever asks, in a thread under a line that names it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from functools import partial

import structlog

from bot.answers.model import Answer, InvoiceList, OneInvoice
from bot.exports.file import Format
from bot.flows.document import Thread
from bot.flows.reply import Reply
from bot.listeners.services import Services
from bot.queries.model import Query
from bot.queries.wording import mark, tr, trn
from bot.slack import SlackError
from bot.views.ids import AnswerRef, InvoiceRef
from bot.views.trouble import (
    INTERNAL,
    NO_DATABASE,
    sentence_message,
    slack_refused,
)
from storage.errors import StorageError

log = structlog.get_logger(__name__)

#: Says a sentence to whoever asked, with the address of something in Slack.
Tell = Callable[[str, str | None], Awaitable[None]]
#: A file waits so long for figures that are being read again.
READING_SECONDS = 60.0
#: PDFs that one question brings; as many as a page has rows.
MOST_PDFS = 20
NO_ROWS = mark("This answer has no rows, so there is no file.")
NO_INVOICES = mark("This answer has no invoices whose PDFs could come.")


def wants_file(query: Query) -> bool:
    """Tell whether a question asks for a file beside its answer."""
    return query.file is not None or query.part == "pdf"


async def bring_for(
    services: Services, reply: Reply, *, user: str, thread: Thread | None, tell: Tell
) -> None:
    """Bring the file that a question asked for, when its figures have been read.

    Whatever goes wrong is told to whoever asked.
    """
    if reply.reading is not None:
        await asyncio.wait({reply.reading}, timeout=READING_SECONDS)
    ref, query = services.replies.ref_of(reply), reply.query
    if ref is None or query is None:
        return
    work = bring_asked(services, query, ref, user=user, thread=thread, tell=tell)
    await told_if_it_fails(work, mark("The file"), tell)


async def told_if_it_fails(work: Awaitable[None], what: str, tell: Tell) -> None:
    """Do *work*; whatever goes wrong with *what*, a marked text, is told."""
    try:
        await work
    except SlackError as error:
        log.warning("file not brought", cause=error.code)
        await _told(tell, slack_refused(error.code, tr(what)))
    except StorageError as error:
        log.error("file not brought", cause=str(error))
        await _told(tell, tr(NO_DATABASE))
    except Exception:
        # The person has to hear something, and the log gets the whole of it.
        log.exception("defect", file=what)
        await _told(tell, tr(INTERNAL))


async def _told(tell: Tell, sentence: str) -> None:
    try:
        await tell(sentence, None)
    except SlackError as error:
        log.warning("could not tell", cause=error.code)


async def bring_asked(  # noqa: PLR0913 - what, for whom, and where
    services: Services,
    query: Query,
    ref: AnswerRef,
    *,
    user: str,
    thread: Thread | None,
    tell: Tell,
) -> None:
    """Bring what a question asks for as a file; without a *thread*, privately.

    Raises:
        SlackError: it was not uploaded.
        StorageError: the database does not answer.
    """
    place = None if query.to_me else thread
    if query.file in {"csv", "xlsx", "json"}:
        form: Format = query.file
        await bring_export(services, ref, form, user=user, thread=place, tell=tell)
        return
    refs = refs_of(services.replies.answer_to(ref))
    if not refs:
        await tell(tr(NO_INVOICES), None)
        return
    await bring_documents(
        services,
        refs,
        user=user,
        thread=place,
        tell=tell,
        line=tr("PDFs of {command}", command=ref.command),
    )


async def bring_documents(  # noqa: PLR0913 - what, for whom, and where
    services: Services,
    refs: Sequence[InvoiceRef],
    *,
    user: str,
    thread: Thread | None,
    tell: Tell,
    line: str = "",
) -> None:
    """Put documents into *thread*; without one, under a *line* in the direct message.

    Raises:
        SlackError: they were not uploaded.
    """
    numbers = _numbers(services, refs)
    if thread is not None:
        with services.replies.in_public():
            missing = await services.documents.bring(refs, thread)
    else:
        alone = tr("PDF of {numbers}", numbers=numbers)
        begun = line if line and len(refs) > 1 else alone
        missing = await services.documents.bring_privately(
            refs, partial(private_thread, services, user, begun)
        )
    for each in dict.fromkeys(missing):
        await tell(tr(each.sentence), each.address)
    came = len(refs) - len(missing)
    if thread is None and came:
        if len(refs) == 1:
            said = tr("The PDF of {number} is in our direct message.", number=numbers)
        else:
            said = trn(
                "{n} PDFs are in our direct message.",
                "{n} PDFs are in our direct message.",
                came,
                n=came,
            )
        await tell(said, None)


async def bring_export(  # noqa: PLR0913 - what, for whom, and where
    services: Services,
    ref: AnswerRef,
    form: Format,
    *,
    user: str,
    thread: Thread | None,
    tell: Tell,
) -> None:
    """Put all rows of an answer as a file into *thread*, or the direct message.

    Raises:
        SlackError: it was not uploaded.
    """
    written = services.replies.in_public() if thread is not None else nullcontext()
    with written:
        export = await services.exports.make(ref, form)
    if export is None:
        await tell(tr(NO_ROWS), None)
        return
    private = thread is None
    if thread is None:
        thread = await private_thread(
            services, user, tr("Export of {command}", command=ref.command)
        )
    missing = await services.exports.put(export, thread)
    if missing is not None:
        await tell(missing.sentence, missing.address)
    elif private:
        await tell(tr("The file is in our direct message."), None)


async def private_thread(services: Services, user: str, line: str) -> Thread:
    """Begin a thread in the direct message with *user*."""
    channel = await services.slack.open_direct_message(user)
    message = sentence_message(line)
    ts = await services.slack.post(channel, text=message.text, blocks=message.blocks)
    return Thread(channel, ts)


def refs_of(answer: Answer | None) -> list[InvoiceRef]:
    """Name the invoices of the page that an answer shows."""
    match answer:
        case InvoiceList(invoices=invoices):
            shown = invoices[:MOST_PDFS]
        case OneInvoice(invoice=invoice):
            shown = (invoice,)
        case _:
            shown = ()
    return [InvoiceRef(connection=each.connection, id=each.id) for each in shown]


def _numbers(services: Services, refs: Sequence[InvoiceRef]) -> str:
    invoices = [services.documents.invoice(ref) for ref in refs]
    return ", ".join(i.number for i in invoices if i is not None) or tr("the invoice")
