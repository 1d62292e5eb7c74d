"""Every page a person reaches by the links of her own pages is sound, and asks little of the database.

The checks are those of tests/support/pages.py: valid HTML, one h1, a title that begins with it, labels, identities,
nothing inline, French typography. A page is visited once per kind of address: two files look alike.
"""

import re
from collections import deque
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.journeys.people import EVERYBODY, sign_in
from tests.support.pages import read_page
from tests.support.queries import count_selects

MOST_PAGES: Final = 60
MOST_SELECTS: Final = 12
MOST_SELECTS_OF_DASHBOARDS: Final = 24
MOST_SELECTS_OF_THE_DESK: Final = 30
"""All functions of a person together; docs/decisions/0011 says what it costs."""
DASHBOARDS: Final = re.compile(
    r"^/$|^/recherche|^/promotions/[\w-]+$|^/promotions/[\w-]+/apprenants/[0-9a-f-]{36}$|^/parcours(/[0-9a-f-]{36}(/diplome.*)?)?(\?|$)"
    r"|^/diplomes"
    r"|^/mes-apprenants"
    r"|^/transferts/[0-9a-f-]{36}$"
)
IDENTITY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CODE: Final = re.compile(r"(?<=/promotions/)[\w-]+|(?<=/appels/)[A-Z][\w-]+|(?<=/programmes/)[A-Z]+/[\w-]+")
APART: Final = ("/developpement", "/deconnexion", "/static")
PER_KIND: Final = 2
"""How many pages of one kind are read: the second may hold what the first lacks."""


@pytest.mark.demo
@pytest.mark.parametrize("who", EVERYBODY)
def test_each_page_she_reaches_is_sound_and_asks_little(app: Flask, who: str) -> None:
    client = sign_in(app, who)
    faults: list[str] = []
    waiting, known, kinds = deque(["/"]), {"/"}, dict[str, int]()
    visited = 0
    while waiting and visited < MOST_PAGES:
        address = waiting.popleft()
        kind = kind_of(address)
        if kinds.get(kind, 0) >= PER_KIND:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        visited += 1
        for link in visit(client, address, faults):
            if link not in known and not link.startswith(APART):
                known.add(link)
                waiting.append(link)
    assert not faults, f"{who}, {visited} pages:\n" + "\n".join(faults)
    assert visited > 3


def kind_of(address: str) -> str:
    """Return what is alike in the addresses of two files."""
    parts = urlsplit(address)
    names = sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair)
    return f"{CODE.sub('*', IDENTITY.sub('*', parts.path))}?{'&'.join(names)}"


def visit(client: FlaskClient, address: str, faults: list[str]) -> list[str]:
    """Open a page, note its faults, return where its links lead."""
    with count_selects() as asked:
        response = client.get(address)
    if response.status_code in {302, 303}:
        return [link for link in [own(address, response.location)] if link]
    if response.status_code != 200:
        faults.append(f"{address} answered {response.status_code}")
        return []
    if response.mimetype != "text/html":
        return []
    most = MOST_SELECTS_OF_DASHBOARDS if DASHBOARDS.match(address) else MOST_SELECTS
    most = MOST_SELECTS_OF_THE_DESK if address == "/" else most
    if asked.count > most:
        faults.append(f"{address} asks {asked.count} SELECTs, {most} at most")
    try:
        page = read_page(response)
    except AssertionError as fault:
        faults.append(str(fault))
        return []
    return [link for link in (own(address, a.get("href") or "") for a in page.root.iter("a")) if link]


def own(base: str, href: str) -> str | None:
    """Return the address of this site that a link leads to, without its anchor; null for another place."""
    parts = urlsplit(urljoin(f"http://localhost{base}", href))
    if parts.scheme not in {"http", "https"} or parts.netloc != "localhost":
        return None
    path = urldefrag(parts.path).url
    return f"{path}?{parts.query}" if parts.query else path
