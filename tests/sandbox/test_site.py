from pathlib import Path

import aiohttp
from aiohttp import web

from sandbox import site
from sandbox.app import Running


async def get(url: str) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        policy = response.headers.get("Content-Security-Policy", "")
        return response.status, await response.text(), policy


async def test_the_page_and_its_files_are_served_from_here_alone(
    running: Running,
) -> None:
    status, text, policy = await get(running.url + "/")
    assert status == 200
    assert "<html" in text
    assert "default-src 'self'" in policy
    script = text.split('src="', 1)[1].split('"', 1)[0]
    address = running.url + "/" + script.removeprefix(".").lstrip("/")
    assert (await get(address))[0] == 200


async def test_a_page_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    app = web.Application()
    app.add_routes(site.routes(tmp_path))
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        status, text, _ = await get(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    finally:
        await runner.cleanup()
    assert status == 503
    assert "make page" in text
