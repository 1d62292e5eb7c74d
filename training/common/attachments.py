"""Files made on the spot, as the browser receives them."""

import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from flask import Response

from training.common import xlsx
from training.common.xlsx import Column, Value

ZIP_TYPE: Final = "application/zip"


def file_name(*words: str) -> str:
    """Return words as the name of a file: small letters, figures and hyphens."""
    plain = unicodedata.normalize("NFKD", "-".join(words)).encode("ascii", "ignore").decode().lower()
    return "-".join(part for part in "".join(c if c.isalnum() else "-" for c in plain).split("-") if part)[:80]


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """Return a file to save under ``name``."""
    return Response(content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def spreadsheet(columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, title: str, name: str) -> Response:
    """Return rows as a spreadsheet to save."""
    stream = io.BytesIO()
    xlsx.write_rows(columns, rows, title=title, stream=stream)
    return attachment(stream.getvalue(), xlsx.MEDIA_TYPE, f"{name}.xlsx")


def unique_name(name: str, known: set[str]) -> str:
    """Return a name that no other file of an archive has, and note it: two people may share theirs."""
    stem, dot, extension = name.rpartition(".")
    number, free = 1, name
    while free in known:
        number += 1
        free = f"{stem}-{number}{dot}{extension}"
    known.add(free)
    return free
