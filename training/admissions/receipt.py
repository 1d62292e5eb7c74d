"""The receipt of a submission, as a PDF: number, instant, and the digest of each piece (R22)."""

from typing import Any, Final

from training.admissions.models import ApplicationVersion
from training.common import clock, pdf
from training.common.formatting import file_size, moment

DOCUMENT: Final = "submission-receipt"


def filename(version: ApplicationVersion) -> str:
    """Return the name the receipt is saved under."""
    return f"accuse-reception-{version.content['number']}-{version.number}.pdf"


def data(version: ApplicationVersion) -> dict[str, Any]:
    """Return what the document prints: what was submitted, as it was then, under its carrier's present address."""
    content, call = version.content, version.application.call
    carrier = call.carrier
    return {
        "carrier": {
            "name": carrier.name,
            "address": carrier.address,
            "city": carrier.city,
            "contact": call.contact_email or carrier.email or "",
        },
        "number": content["number"],
        "applicant_name": content["applicant"],
        "call_title": call.title,
        "structure": content["structure"] or "",
        "variant": content["variant"] or "",
        "submitted_at": _instant(version),
        "pieces": [
            {
                "label": piece["label"],
                "filename": piece["filename"],
                "size": file_size(piece["size"]),
                "sha256": piece["sha256"],
            }
            for piece in content["pieces"]
        ],
        "declarations": list(content["declarations"]),
        "verification": (
            f"Dépôt n° {version.number} de ce dossier. L’empreinte d’un fichier change dès qu’on le modifie : celle que "
            "vous calculez sur votre exemplaire doit être identique à celle de cet accusé. "
            f"Empreinte de l’ensemble du dépôt : {version.digest}."
        ),
    }


def _instant(version: ApplicationVersion) -> str:
    seconds = clock.in_paris(version.submitted_at).second
    return f"{moment(version.submitted_at)} et {seconds} s (heure de Paris)"


def build(version: ApplicationVersion) -> bytes:
    """Return the PDF; the same submission always gives the same bytes."""
    title = f"Accusé de réception {version.content['number']}"
    return pdf.render(DOCUMENT, data(version), title=title, timestamp=version.submitted_at).content
