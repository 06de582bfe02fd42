"""`duebot demo` as a visitor sees it: a real browser on the page."""

import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.browser import FLAGS, NO_BROWSER, find
from tests.e2e.conftest import ROOT, environment

pytestmark = pytest.mark.browser


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """A running demo; gives the page's address. Ctrl-C ends it with exit code 0."""
    with (tmp_path / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser"],
            env=environment(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    address = None
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            address = found[0]
            break
    said = (tmp_path / "demo.log").read_text(encoding="utf-8")
    assert address, said
    try:
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(15)
        process.stdout.close()
    said = (tmp_path / "demo.log").read_text(encoding="utf-8")
    assert code == 0, said
    assert "Traceback" not in said


@pytest.fixture
async def page(demo: str) -> AsyncIterator[Page]:
    """The page, open in #billing, in a window of ordinary size."""
    program = find()
    if program is None:
        pytest.fail(NO_BROWSER)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program or None, args=FLAGS
        )
        opened = await browser.new_page(viewport={"width": 1280, "height": 800})
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        await opened.goto(demo)
        await opened.get_by_test_id("channel-C0BILLING").click()
        yield opened
        await browser.close()
    assert errors == []


async def type_in(page: Page, text: str) -> None:
    compose = page.get_by_test_id("compose").first
    await compose.fill(text)
    await expect(compose).to_have_value(text)
    await compose.press("Enter")


async def test_the_page_needs_nothing_from_outside(page: Page) -> None:
    addresses = await page.evaluate(
        "performance.getEntriesByType('resource').map(each => each.name)"
    )
    own = page.url.split("/#")[0].rstrip("/")
    assert [each for each in addresses if not each.startswith((own, "data:"))] == []


async def test_an_answer_is_shared_and_its_pdf_comes_into_the_thread(
    page: Page,
) -> None:
    await type_in(page, "/invoices 2021 8")
    answer = page.get_by_test_id("message").filter(has_text="August 2021")
    await expect(answer.first).to_contain_text("F21-0000119", timeout=15_000)
    await type_in(page, "/unpaid i3d")
    unpaid = page.get_by_test_id("message").filter(has_text="Unpaid invoices · i3d")
    await unpaid.last.get_by_role("button", name="Share here").click()
    shared = unpaid.filter(has_not_text="Only visible to you").last
    await expect(shared.get_by_role("button", name="Share here")).to_have_count(0)
    await shared.get_by_role("button", name=re.compile("^PDF F")).first.click()
    await shared.get_by_test_id("open-thread").click()
    file = page.get_by_test_id("thread").get_by_test_id("file")
    await expect(file.first).to_contain_text("F26-", timeout=15_000)
    link = await file.first.get_by_role("link").first.get_attribute("href")
    assert link is not None
    document = await page.request.get(f"{page.url.split('/#')[0].rstrip('/')}{link}")
    assert (await document.body()).startswith(b"%PDF-")


async def test_a_new_invoice_appears_by_itself_once(page: Page) -> None:
    first = page.get_by_test_id("message").filter(has_text="First reading done")
    await expect(first).to_have_count(1, timeout=30_000)
    await page.get_by_test_id("do-issue-i3dnet").click()
    notice = page.get_by_test_id("message").filter(has_text="New invoice")
    await expect(notice.first).to_be_visible(timeout=30_000)
    await page.wait_for_timeout(6_500)  # more than one further sync
    await expect(notice).to_have_count(1)


async def test_details_open_in_a_window_that_closes(page: Page) -> None:
    await type_in(page, "/unpaid i3d")
    answer = page.get_by_test_id("message").filter(has_text="Unpaid invoices · i3d")
    menu = answer.last.get_by_role("combobox", name="Details of …")
    await menu.select_option(index=1)
    modal = page.get_by_test_id("modal")
    await expect(modal).to_contain_text("Amounts", timeout=10_000)
    await modal.get_by_role("button", name="Close").last.click()
    await expect(modal).to_have_count(0)


async def test_a_guest_sees_a_reason_and_no_figures(page: Page) -> None:
    people = page.get_by_test_id("person")
    await people.select_option(value="U0GUEST")
    await page.get_by_test_id("channel-C0BILLING").click()
    await type_in(page, "/unpaid")
    answer = page.get_by_test_id("message").filter(has_text="not shown to guests")
    await expect(answer.first).to_be_visible(timeout=10_000)


async def test_the_home_tab_is_drawn_and_its_buttons_open_windows(page: Page) -> None:
    first = page.get_by_test_id("message").filter(has_text="First reading done")
    await expect(first).to_have_count(1, timeout=30_000)
    await page.get_by_test_id("channel-D0AKIKO").click()
    await page.get_by_test_id("home").click()
    home = page.get_by_test_id("home-view")
    await expect(home).to_contain_text("EUR overdue", timeout=15_000)
    await expect(home).to_contain_text("New here?")
    await expect(home.get_by_role("table").first).to_contain_text("SoftwareOne")
    await expect(
        home.locator("svg.recharts-surface, canvas, svg").first
    ).to_be_visible()
    await expect(home).to_contain_text("i3D.net")
    await home.get_by_role("button", name="Show overdue").click()
    modal = page.get_by_test_id("modal")
    await expect(modal).to_contain_text("Overdue invoices", timeout=10_000)
    await modal.get_by_role("button", name="Close").last.click()
    await expect(modal).to_have_count(0)


async def test_a_question_in_the_form_is_answered_and_posted(page: Page) -> None:
    first = page.get_by_test_id("message").filter(has_text="First reading done")
    await expect(first).to_have_count(1, timeout=30_000)
    await page.get_by_test_id("shortcuts").click()
    await page.get_by_test_id("shortcut-ask_about_invoices").last.click()
    modal = page.get_by_test_id("modal")
    await modal.get_by_label("Your question").fill("/unpaid softwareon")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal.get_by_role("alert")).to_contain_text("/unpaid swo")
    await modal.get_by_label("Your question").fill("what do we owe SoftwareOne?")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("Unpaid invoices · swo", timeout=10_000)
    await modal.get_by_label("Post to").select_option("C0BILLING")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("Posted in #billing", timeout=10_000)
    await modal.get_by_role("button", name="Done").click()
    await expect(modal).to_have_count(0)
    posted = page.get_by_test_id("message").filter(has_text="Unpaid invoices · swo")
    await expect(posted).to_have_count(1)
    row = posted.get_by_role("row").filter(has_text="PSI").first
    number = (await row.inner_text()).split()[0]

    await type_in(page, f"Is {number.lower().replace('-', ' ')} paid?")
    message = page.get_by_test_id("message").filter(has_text="paid?").last
    await message.hover()
    await message.get_by_test_id("shortcut-find_invoices").click()
    card = page.get_by_test_id("message").filter(has_text="Only visible to you")
    await expect(card.last).to_contain_text(number, timeout=10_000)
    await expect(card.last).to_contain_text("Amounts")
