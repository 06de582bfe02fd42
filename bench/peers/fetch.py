"""A bare fetch of every page with httpx, the bodies thrown away.

Run it with ``python -m bench.peers.fetch URL --client sync|async``. The clock starts
after the imports; one request follows another.
"""

import argparse
import asyncio
import json
import re
import resource
import time

import httpx

from bench.measure import peak_megabytes

_TOTAL = re.compile(rb'"total": (\d+)')


def main() -> None:
    """Fetch, and print what it cost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--client", choices=("sync", "async"), required=True)
    given = parser.parse_args()
    before, began = processor_seconds(), time.perf_counter()
    if given.client == "sync":
        fetch(given.url)
    else:
        asyncio.run(fetch_async(given.url))
    figures = {
        "cpu": processor_seconds() - before,
        "wall": time.perf_counter() - began,
        "peak": peak_megabytes(),
    }
    print(json.dumps(figures))


def fetch(url: str) -> None:
    """Fetch with `httpx.Client`."""
    with httpx.Client(timeout=30) as client:
        offset, total = 0, 1
        while offset < total:
            body = client.get(_page(url, offset)).content
            offset, total = offset + 100, total_of(body)


async def fetch_async(url: str) -> None:
    """Fetch with `httpx.AsyncClient`."""
    async with httpx.AsyncClient(timeout=30) as client:
        offset, total = 0, 1
        while offset < total:
            body = (await client.get(_page(url, offset))).content
            offset, total = offset + 100, total_of(body)


def total_of(body: bytes) -> int:
    """Read from the head of a page how many documents there are.

    Raises:
        ValueError: it does not say.
    """
    found = _TOTAL.search(body, 0, 200)
    if found is None:
        raise ValueError("the page names no total")
    return int(found[1])


def processor_seconds() -> float:
    """Tell the processor time of this process so far, exactly."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _page(url: str, offset: int) -> str:
    return f"{url}/billing/invoices?limit=100&offset={offset}"


if __name__ == "__main__":
    main()
