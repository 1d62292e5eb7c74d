"""Messages kept whole beside their tests: what a person reads may change on purpose, never by accident.

Each message has its file, ``tests/<room>/letters/<message>.txt``. After a change that is meant, run the tests with
``WRITE_LETTERS=1``, read the difference, and commit it.
"""

import html
import os
import re
from pathlib import Path
from typing import Final

from training.common.mail import OutgoingMail

TESTS: Final = Path(__file__).resolve().parents[1]
WRITE: Final = "WRITE_LETTERS"
CHANGING: Final = (
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "‹uuid›"),
    (re.compile(r"(?<=/acces/)[\w-]{20,}"), "‹secret›"),
    (re.compile(r"\b(Féd\.|Appel|APPEL|ED|Roy|MSP|Promo|Promotion|PROMO)([ -])\d+\b"), r"\1\2‹n›"),
    (re.compile(r"(?<=[a-zé.])\d+(?=@example\.org)"), "‹n›"),
)
"""What differs from one run to the next: identities, secrets, the factories' counters."""


def kept(message: str) -> Path:
    """Return where a message (``room/name``) is kept."""
    room, name = message.split("/")
    return TESTS / room / "letters" / f"{name}.txt"


def as_read(mail: OutgoingMail) -> str:
    """Return the subject and the text of a message, without what changes by itself."""
    words = f"{mail.subject}\n\n{mail.text.strip()}\n"
    for pattern, instead in CHANGING:
        words = pattern.sub(instead, words)
    return words


def check_letter(mail: OutgoingMail) -> None:
    """Check that a message reads as it is kept, and that its html says the same words."""
    path, words = kept(mail.message), as_read(mail)
    if os.environ.get(WRITE):
        path.parent.mkdir(exist_ok=True)
        path.write_text(words, "utf-8")
    assert path.exists(), f"{mail.message} is not kept: run the tests once with {WRITE}=1"
    assert words == path.read_text("utf-8")
    assert not (missing := _words(mail.text) - _words(_shown(mail.html))), f"the html of {mail.message} lacks {missing}"


def _shown(source: str) -> str:
    links = " ".join(re.findall(r'href="([^"]+)"', source))
    return (
        html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", source, flags=re.DOTALL)) + " " + html.unescape(links)
    )


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\w’·-]{3,}", text))
