"""The sandbox's page: the built files of `sandbox/static`."""

from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8">
<title>Duebot sandbox</title>
<body style="font-family:sans-serif;max-width:40em;margin:4em auto">
<h1>The page is not built</h1>
<p>The sandbox itself runs. Run <code>make page</code> (it needs Node 20 or newer) and
load this page again, or use the control API under <code>/sandbox/state</code>.</p>
</body></html>"""
#: The page loads nothing from elsewhere, and nothing may run but its own files.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: https:; "
    "object-src 'self'; frame-src 'self'; frame-ancestors 'self'"
)


def routes(folder: Path = STATIC) -> list[web.AbstractRouteDef]:
    """Return the routes of the page, or of a note that it was not built."""

    async def show(_request: web.Request) -> web.StreamResponse:
        index = folder / "index.html"
        if not index.is_file():
            return web.Response(text=_NOT_BUILT, content_type="text/html", status=503)
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
        return web.FileResponse(index, headers=headers)

    found: list[web.AbstractRouteDef] = [web.get("/", show)]
    if (folder / "assets").is_dir():
        found.append(web.static("/assets", folder / "assets"))
    return found
