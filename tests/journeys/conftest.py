"""The journeys: a whole thread in a real Chromium, on real web processes and PostgreSQL."""

import os
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.site import Site, running
from tests.journeys.visitor import Visitor
from tests.support.databases import Contents, Databases

ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=list(ARGUMENTS)
        )
        yield launched
        launched.close()


@pytest.fixture
def site(databases: Databases, contents: Contents, request: pytest.FixtureRequest) -> Iterator[Site]:
    """A house of this test's own."""
    with running(databases, contents, f"journey_{abs(hash(request.node.name)) % 10**8}") as started:
        yield started


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """``visitor(width=360)``: one more person at a browser; ``scripts=False`` turns JavaScript off."""
    came: list[Visitor] = []
    seen: set[tuple[str, ...]] = set()

    def welcome(*, width: int = 1280, scripts: bool = True) -> Visitor:
        came.append(Visitor(browser, site, width=width, scripts=scripts, seen=seen))
        return came[-1]

    yield welcome
    faults = []
    for each in came:
        each.context.close()
        faults += each.faults
    assert not faults, "\n".join(dict.fromkeys(faults))
