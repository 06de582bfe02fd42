"""Takes the pictures of the documentation: `python -m tests.pictures`.

A real demo, a real browser. Japanese names need a font that has them (on Debian
fonts-noto-cjk).
"""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.browser import FLAGS, find

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


async def take(address: str) -> None:
    """Take every picture of the page at *address*."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find() or None, args=FLAGS
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
            asyncio.run(take(found[0]))
        finally:
            demo.terminate()


if __name__ == "__main__":
    main()
