"""Typing, pressing and choosing on the page, with a real app that answers."""

import pytest
from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.page.small_bot import PDF, button

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("bot")]


async def ask(page: Page, line: str) -> None:
    """Type a line into the channel and send it with Enter."""
    await page.get_by_test_id("compose").fill(line)
    await page.get_by_test_id("compose").press("Enter")


async def test_a_command_is_answered_below_the_line_its_sender_typed(
    page: Page,
) -> None:
    await ask(page, "/invoices 2021 8")
    messages = page.get_by_test_id("message")
    await expect(messages.nth(0)).to_contain_text("/invoices 2021 8")
    await expect(messages.nth(1)).to_contain_text("Answer to 2021 8")
    await expect(messages.nth(1)).to_contain_text("Only visible to you")
    await expect(page.get_by_text("Acknowledged in")).to_be_visible()


async def test_nobody_else_sees_an_answer_that_is_only_for_its_asker(
    page: Page,
) -> None:
    await ask(page, "/invoices 2021 8")
    await expect(page.get_by_test_id("message")).to_have_count(2)
    await page.get_by_test_id("person").select_option("U0LENA")
    await expect(page.get_by_text("Nothing here yet")).to_be_visible()
    await expect(page.get_by_test_id("message")).to_have_count(0)


async def test_a_shared_answer_takes_its_pdf_into_its_thread(page: Page) -> None:
    await ask(page, "/invoices 2021 8")
    await page.get_by_role("button", name="Share Here").click()
    shared = page.get_by_test_id("message").last
    await expect(shared).to_contain_text("Shared with the channel")
    await shared.get_by_role("button", name="PDF").click()
    await page.get_by_test_id("open-thread").click()
    file = page.get_by_test_id("thread").get_by_test_id("file")
    await expect(file).to_contain_text("F26-1")
    address = await file.get_by_role("link").get_attribute("href")
    reply = await page.request.get(f"{page.url.rstrip('/')}{address}")
    assert await reply.body() == PDF


async def test_a_button_of_a_card_reaches_the_bot(
    page: Page, client: AsyncWebClient
) -> None:
    def marked(text: str) -> dict[str, str]:
        return {"type": "mrkdwn", "text": text}

    card = {
        "type": "card",
        "title": marked("Invoice F26-1"),
        "subtitle": marked("Unpaid"),
        "body": marked("*Total* 1.00 EUR"),
        "actions": [button("pdf", "PDF"), button("form", "Snooze")],
    }
    await client.chat_postMessage(channel="C0BILLING", text="one", blocks=[card])
    shown = page.locator(".card").first
    for words in ("Invoice F26-1", "Unpaid", "Total 1.00 EUR"):
        await expect(shown).to_contain_text(words)
    await shown.get_by_role("button", name="PDF").click()
    await page.get_by_test_id("open-thread").click()
    file = page.get_by_test_id("thread").get_by_test_id("file")
    await expect(file).to_contain_text("F26-1")
    await shown.get_by_role("button", name="Snooze").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Until")


async def test_a_choice_in_a_menu_reaches_the_bot(page: Page) -> None:
    await ask(page, "/invoices 2021")
    await page.locator("[data-action-id=details]").select_option("F26-2")
    await expect(page.get_by_test_id("message").last).to_contain_text(
        "Details of F26-2"
    )


async def test_a_modal_shows_the_error_of_a_field_and_keeps_what_was_typed(
    page: Page,
) -> None:
    await ask(page, "/invoices 2021")
    await page.get_by_role("button", name="Snooze").click()
    modal = page.get_by_test_id("modal")
    await modal.get_by_label("Until").fill("2026-12-01")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("Please complete this required field.")
    await modal.get_by_label("Note").fill("no")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("Say a little more.")
    await modal.get_by_label("Note").fill("waiting for a credit")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("message").last).to_contain_text(
        "2026-12-01: waiting for a credit"
    )
    await expect(modal).to_have_count(0)


async def test_escape_closes_a_modal_and_leaves_nothing_behind(page: Page) -> None:
    await ask(page, "/invoices 2021")
    await page.get_by_role("button", name="Snooze").click()
    await page.get_by_test_id("modal").wait_for()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await expect(page.get_by_test_id("message")).to_have_count(2)


async def test_a_mention_in_a_thread_is_answered_in_that_thread(page: Page) -> None:
    await ask(page, "@duebot unpaid")
    await page.get_by_test_id("open-thread").click()
    thread = page.get_by_test_id("thread")
    await expect(thread.get_by_test_id("message")).to_have_count(2)
    await page.get_by_test_id("thread-compose").fill("@duebot and overdue")
    await page.get_by_test_id("thread-compose").press("Enter")
    await expect(thread.get_by_test_id("message")).to_have_count(4)
    await expect(page.get_by_test_id("open-thread")).to_contain_text("3 replies")


async def test_a_slash_command_in_a_thread_is_not_sent_but_explained(
    page: Page,
) -> None:
    await ask(page, "@duebot unpaid")
    await page.get_by_test_id("open-thread").click()
    await page.get_by_test_id("thread-compose").fill("/unpaid")
    await page.get_by_test_id("thread-compose").press("Enter")
    await expect(page.get_by_test_id("thread")).to_contain_text(
        "Slash commands do not work in threads. Mention the bot: @duebot unpaid"
    )


async def test_enter_completes_the_beginning_of_a_command(
    page: Page,
) -> None:
    box = page.get_by_test_id("compose")
    await box.fill("/unp")
    await expect(page.get_by_role("listbox")).to_contain_text("/unpaid")
    await box.press("Enter")
    await expect(box).to_have_value("/unpaid ")
    await expect(page.get_by_test_id("message")).to_have_count(0)
