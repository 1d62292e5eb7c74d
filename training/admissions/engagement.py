"""The document that tells what a structure signed online: who, in what function, for whom, when (R107)."""

from datetime import datetime
from typing import Any, Final

from training.admissions import rules
from training.admissions.models import LetterRequest
from training.common import pdf
from training.common.formatting import moment

DOCUMENT: Final = "engagement"


def filename(letter: LetterRequest) -> str:
    """Return the name the document is kept under."""
    return f"{letter.requirement.code}-signee-en-ligne.pdf"


def data(letter: LetterRequest, *, name: str, function: str, at: datetime) -> dict[str, Any]:
    """Return what the document prints."""
    application, carrier = letter.application, letter.application.call.carrier
    structure = application.structure
    return {
        "carrier": {
            "name": carrier.name,
            "address": carrier.address,
            "city": carrier.city,
            "contact": carrier.email or "",
        },
        "call_title": application.call.title,
        "applicant": application.person.name,
        "post": application.post_title,
        "structure": f"{structure.name}, {structure.city}".rstrip(", ") if structure else "",
        "statement": list(rules.statement_of(letter.requirement)),
        "signer": name,
        "function": function,
        "signed_at": moment(at),
        "how": (
            f"Signé en ligne par le lien personnel envoyé à {letter.email}, sans compte. La personne signataire a déclaré "
            "pouvoir engager la structure."
        ),
    }


def build(letter: LetterRequest, *, name: str, function: str, at: datetime) -> bytes:
    """Return the PDF."""
    title = f"{letter.requirement.label}"
    return pdf.render(DOCUMENT, data(letter, name=name, function=function, at=at), title=title, timestamp=at).content
