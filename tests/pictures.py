"""Takes the pictures of the documentation: `python -m tests.pictures`.

A real demo, a real browser, and our own typefaces for Japanese names.
"""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page, async_playwright

from tests.browser import FLAGS, find

TYPEFACES = Path(__file__).parents[1] / "bot" / "exports" / "typefaces"
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


async def show_answer(page: Page) -> None:
    """Ask, share, and bring the PDF into the thread."""
    compose = page.get_by_test_id("compose").first
    await compose.fill("/unpaid")
    await compose.press("Enter")
    answers = page.get_by_test_id("message").filter(has_text="Unpaid invoices")
    await answers.last.get_by_role("button", name="Share here").click()
    await page.wait_for_timeout(1_500)
    shared = answers.last
    menu = shared.get_by_role("combobox", name="PDF of …")
    await menu.select_option(index=2)
    await shared.get_by_test_id("open-thread").click()
    await page.get_by_test_id("thread").get_by_test_id("file").first.wait_for()
    await page.wait_for_timeout(1_500)


async def show_home(page: Page) -> None:
    """Open the Home tab, as on every visit but the first."""
    await page.get_by_test_id("channel-D0AKIKO").click()
    home = page.get_by_test_id("home")
    await home.click()
    await page.get_by_test_id("home-view").get_by_text("Connections").wait_for()
    await home.click()
    await page.get_by_text("New here?").wait_for(state="detached")
    await page.wait_for_timeout(1_500)


#: Answers, by the name of their picture: what is typed, and words of the answer.
ANSWERS = {
    "month": ("/invoices 2026 10", "Invoices · October 2026"),
    "unpaid": ("/unpaid i3d", "Unpaid invoices"),
    "overdue": ("/overdue largest", "Overdue invoices"),
    "months": (
        "/invoices 2026-07..2026-10 eur by month as chart",
        "by month, as chart",
    ),
    "ages": ("/invoices aging as chart", "by age"),
    "sellers": ("/invoices 2026 by seller", "by seller"),
    "compared": ("/invoices 2026 10 vs 2026-09", "compared with"),
    "upcoming": ("/invoices upcoming 30d", "due"),
    "invoice": ("/invoice F26-0000127", "Invoice F26-0000127 from i3D.net"),
    "nothing": ("/unpaid i3d over 1m eur", "over 1,000,000"),
    "mistake": ("/invoices 2026 agust", "agust"),
}


async def show_answers(page: Page) -> None:
    """Ask each question by itself, and take the answer alone."""
    await page.get_by_test_id("channel-D0AKIKO").click()
    for name, (question, words) in ANSWERS.items():
        compose = page.get_by_test_id("compose").first
        await compose.fill(question)
        await compose.press("Enter")
        answer = page.get_by_test_id("message").filter(has_text=words).last
        await answer.wait_for(timeout=8_000)
        await page.wait_for_timeout(1_200)
        await page.mouse.move(2, 2)
        await answer.screenshot(path=PICTURES / f"answer-{name}.png")


def with_typefaces(folder: str) -> dict[str, str | float | bool]:
    """Let the browser find our own typefaces, which have Japanese and Korean."""
    (Path(folder) / "fonts").symlink_to(TYPEFACES)
    return {**os.environ, "XDG_DATA_HOME": folder}


async def take(address: str, fonts: str) -> None:
    """Take every picture of the page at *address*."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find() or None, args=FLAGS, env=with_typefaces(fonts)
        )
        page = await browser.new_page(
            viewport={"width": 1440, "height": 860}, device_scale_factor=1
        )
        await page.add_init_script(
            "localStorage.setItem('duebot-sandbox-welcome', 'yes')"
        )
        await page.goto(address)
        await page.get_by_test_id("channel-C0BILLING").click()
        await page.wait_for_timeout(3_000)
        await page.get_by_label("Hide the sandbox controls").click()
        await show_answer(page)
        await page.screenshot(path=PICTURES / "answer.png")
        await page.set_viewport_size({"width": 1180, "height": 2000})
        await show_answers(page)
        await page.set_viewport_size({"width": 1280, "height": 980})
        await show_home(page)
        await page.screenshot(path=PICTURES / "home.png")
        await browser.close()


def main() -> None:
    """Start a demo, take the pictures, end it."""
    PICTURES.mkdir(exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        found = None
        while found is None:
            found = re.search(r"http://127\.0\.0\.1:\d+", demo.stdout.readline())
        try:
            with TemporaryDirectory() as fonts:
                asyncio.run(take(found[0], fonts))
        finally:
            demo.terminate()


if __name__ == "__main__":
    main()
