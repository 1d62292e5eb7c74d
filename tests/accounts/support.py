"""What several tests of accounts share: the mails posted, the secrets they carry."""

import re

from sqlalchemy import select

from training.common.mail import OutgoingMail
from training.database import db


def mails(message: str | None = None) -> list[OutgoingMail]:
    """Return the mails posted, oldest first, or those of one message."""
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at, OutgoingMail.id))
    return [row for row in rows if message is None or row.message == f"accounts/{message}"]


def link_of(message: str) -> str:
    """Return the path of the link in the last mail of this message."""
    found = re.search(r"/acces/[\w-]+", mails(message)[-1].text)
    assert found is not None
    return found.group()


def code_of() -> str:
    """Return the code in the last mail that carries one."""
    found = re.search(r"^\d{6}$", mails("sign_in_code")[-1].text, re.MULTILINE)
    assert found is not None
    return found.group()
