"""Spreadsheets brought in by a browser, as far as their dry run or to the end."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openpyxl
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.pages import Page

Open = Callable[..., Page]


def workbook(*rows: list[Any], change: Callable[[Any], None] | None = None) -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    active: Any = book.active
    for row in rows:
        active.append(row)
    if change is not None:
        change(active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@dataclass
class Bringing:
    """A dry run: its address, its page, and who brought it."""

    url: str
    page: Page
    client: FlaskClient

    @property
    def text(self) -> str:
        """What the dry run says."""
        return self.page.text

    @property
    def is_ready(self) -> bool:
        """Whether it may be written."""
        return "à importer." in self.text and "Importer" in self.text and "à corriger" not in self.text

    def write(self) -> TestResponse:
        """Press the button."""
        return self.client.post(self.url, data=self.page.form(self.url))


def bring(client: FlaskClient, page: Open, kind: str, owner: Any, content: bytes) -> Bringing:
    """Bring a spreadsheet as far as its dry run, with the columns proposed."""
    new = f"/imports/{kind}/{owner.id}"
    page(new, by=client)
    sent = client.post(
        new,
        data={"file": (io.BytesIO(content), "liste.xlsx" if content.startswith(b"PK") else "liste.csv")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303, sent.text
    chosen = client.post(sent.location, data=page(sent.location, by=client).form(sent.location))
    assert chosen.status_code == 303, chosen.text
    return Bringing(chosen.location, page(chosen.location, by=client), client)


def brought_in(client: FlaskClient, page: Open, kind: str, owner: Any, *rows: list[Any]) -> Page:
    """Bring a spreadsheet in to the end; return what the import says it did."""
    bringing = bring(client, page, kind, owner, workbook(*rows))
    assert bringing.is_ready, bringing.text
    written = bringing.write()
    assert written.status_code == 303, written.text
    return page(bringing.url, by=client)
