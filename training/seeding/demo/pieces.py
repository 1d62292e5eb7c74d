"""The pieces of invented files: small real documents and drawings, put through the same checks as anyone's."""

import io
from datetime import datetime
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from training.admissions.file_uses import use_of
from training.admissions.models import PieceRequirement
from training.common import clock, files, pdf
from training.common.files import StagedFile
from training.config import ROOT

FOLDER: Final = ROOT / "seeds" / "demo"
FOOTER: Final = "Document inventé pour la démonstration."
WORDS: Final = {
    "cv": (
        "Coordination d’une équipe de soins primaires, depuis 2022.",
        "Auparavant : secrétariat médical, puis gestion de projet associatif.",
        "Langues, outils, centres d’intérêt : voir l’entretien.",
    ),
    "lettre-motivation": (
        "Notre équipe écrit son projet de santé et cherche une méthode pour le conduire à plusieurs.",
        "J’attends de la formation des outils pour animer, et des pairs avec qui comparer nos façons de faire.",
    ),
    "lettre-engagement": (
        "L’équipe soutient cette candidature et libère les journées de séminaire sur le temps de travail.",
        "Elle participera à la journée de lancement et suivra l’avancement du projet.",
    ),
}
TINTS: Final = ((15, 90, 94), (74, 105, 181), (176, 80, 127), (111, 122, 30), (163, 70, 15))
SIDE: Final = 240


def stage(requirement: PieceRequirement, who: str) -> StagedFile:
    """Make the piece asked for, in the name of ``who``, check it and write its bytes; no row names them yet."""
    use = use_of(requirement)
    if requirement.hidden_in_review:
        content, extension = _portrait(who), "png"
    else:
        content, extension = _document(requirement, who, clock.now()), "pdf"
    name = f"{requirement.code}-{who.lower().replace(' ', '-')}.{extension}"
    checked = files.check(
        io.BytesIO(content),
        name,
        use,
        max_bytes=requirement.max_bytes,
        media_types=frozenset(requirement.media_types),
    )
    return files.stage(checked, use)


def _document(requirement: PieceRequirement, who: str, at: datetime, *, folder: Path = FOLDER) -> bytes:
    data = {"who": who, "lines": list(WORDS.get(requirement.code, ())), "footer": FOOTER}
    return pdf.render("piece", data, title=requirement.label, timestamp=at, templates=folder).content


def _portrait(who: str) -> bytes:
    """Draw a face of two shapes: nobody's."""
    tint = TINTS[sum(map(ord, who)) % len(TINTS)]
    image = Image.new("RGB", (SIDE, SIDE), (243, 240, 233))
    drawing = ImageDraw.Draw(image)
    drawing.ellipse((SIDE * 0.33, SIDE * 0.18, SIDE * 0.67, SIDE * 0.55), fill=tint)
    drawing.ellipse((SIDE * 0.15, SIDE * 0.62, SIDE * 0.85, SIDE * 1.3), fill=tint)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()
