"""``/developpement/courriels``: the mails written into a folder, readable where nobody has a mailbox.

Exists only in development with a ``file:`` MAIL_URL; anywhere else each address answers 404.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_binary_file, policy
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Final, cast

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup, escape

from training.common.attachments import attachment
from training.common.errors import NotFound
from training.common.guard import requires
from training.common.listing import Column, Page, offset, page_number
from training.common.policy import Permission, Principal
from training.common.transport import folder_of
from training.extensions import settings

bp: Final = Blueprint("mailbox", __name__, url_prefix="/developpement/courriels")

PER_PAGE: Final = 50
NAME: Final = re.compile(r"\d{8}T\d{6}-[0-9a-f-]{36}\.eml")
ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
SHOWN: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)
COLUMNS: Final = (Column("date", "Écrit le"), Column("to", "À"), Column("subject", "Objet"))


@dataclass(frozen=True, slots=True)
class Mail:
    """One .eml file, read."""

    name: str
    content: EmailMessage

    @property
    def subject(self) -> str:
        """What it is about."""
        return str(self.content["Subject"])

    @property
    def to(self) -> str:
        """Whoever gets it."""
        return str(self.content["To"])

    @property
    def sender(self) -> str:
        """In whose name it leaves."""
        return str(self.content["From"])

    @property
    def reply_to(self) -> str | None:
        """Where an answer goes, if elsewhere."""
        return str(self.content["Reply-To"]) if self.content["Reply-To"] else None

    @property
    def at(self) -> datetime:
        """When it was written."""
        return cast("datetime", self.content["Date"].datetime)

    def part(self, kind: str) -> str | None:
        """Return the words of its part of this media type, if any."""
        found = next((part for part in self.content.walk() if part.get_content_type() == kind), None)
        return str(found.get_content()) if found is not None else None

    @property
    def paragraphs(self) -> list[Markup]:
        """Its plain body, escaped, its addresses made links, its lines kept."""
        text = (self.part("text/plain") or "").strip()
        return [Markup("<br>").join(map(linked, block.splitlines())) for block in re.split(r"\n{2,}", text)]


def linked(text: str) -> Markup:
    """Return plain text as markup whose web addresses are links."""
    pieces: list[Markup] = []
    end = 0
    for found in ADDRESS.finditer(text):
        pieces += [escape(text[end : found.start()]), Markup('<a href="{0}">{0}</a>').format(found[0])]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _folder() -> Path:
    current = settings()
    folder = folder_of(current) if current.development else None
    if folder is None:
        raise NotFound
    return folder


def _names(folder: Path) -> list[str]:
    """Return the names of the mails, newest first."""
    return sorted((path.name for path in folder.glob("*.eml") if NAME.fullmatch(path.name)), reverse=True)


def _read(folder: Path, name: str) -> Mail:
    try:
        with (folder / name).open("rb") as file:
            return Mail(name, message_from_binary_file(file, policy=policy.default))
    except FileNotFoundError as fault:
        raise NotFound from fault


def load_folder(_principal: Principal) -> Path:
    """Return the folder of mails; ``NotFound`` outside development."""
    return _folder()


def load_mail(_principal: Principal, name: str) -> Mail:
    """Return one mail of the folder; ``NotFound`` outside development, and for any other name."""
    folder = _folder()
    if not NAME.fullmatch(name):
        raise NotFound
    return _read(folder, name)


@bp.get("")
@requires(Permission.DEVELOPMENT_MAILBOX_READ, load_folder)
def index(folder: Path) -> str:
    """List the mails, newest first."""
    number, names = page_number(request.args.get("page")), _names(folder)
    shown: Iterator[str] = islice(names, offset(number, PER_PAGE), offset(number, PER_PAGE) + PER_PAGE)
    page = Page(
        items=[_read(folder, name) for name in shown],
        number=number,
        total=len(names),
        per_page=PER_PAGE,
        url=lambda to: url_for("mailbox.index", page=to),
    )
    return render_template("common/mailbox/index.html", page=page, columns=COLUMNS)


@bp.get("/<name>")
@requires(Permission.DEVELOPMENT_MAILBOX_READ, load_mail)
def show(mail: Mail) -> str:
    """Show one mail: its headers and its plain body; its html stands apart."""
    return render_template("common/mailbox/show.html", mail=mail, has_html=mail.part("text/html") is not None)


@bp.get("/<name>/html")
@requires(Permission.DEVELOPMENT_MAILBOX_READ, load_mail)
def html(mail: Mail) -> Response:
    """Answer the html body alone, in a sandbox: its own styles apply, its links work, nothing runs."""
    body = mail.part("text/html")
    if body is None:
        raise NotFound
    response = Response(body, mimetype="text/html")
    response.headers["Content-Security-Policy"] = SHOWN
    return response


@bp.get("/<name>/invitation.ics")
@requires(Permission.DEVELOPMENT_MAILBOX_READ, load_mail)
def calendar(mail: Mail) -> Response:
    """Answer the calendar part, as a mail program would hand it to the calendar."""
    body = mail.part("text/calendar")
    if body is None:
        raise NotFound
    return attachment(body.encode(), "text/calendar; charset=utf-8", "invitation.ics")
