"""A tracer document from its first draft to its acceptance: three versions, a phone, a connection that breaks."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Route
from sqlalchemy import func, select

from tests.factories import portfolio as make
from tests.journeys.site import PASSWORD, Site
from tests.journeys.visitor import Visitor
from tests.support import samples
from training.accounts.security import passwords
from training.database import db
from training.portfolio.models import TracerFile, UploadPart

pytestmark = pytest.mark.journey

LEARNER: Final = "alix.morel@example.org"
READER: Final = "sacha.lenoir@example.org"
LABEL: Final = "Document fiche_poste"


def prepare(site: Site) -> None:
    """A learner and her referent, who can sign in."""
    with site.app.app_context():
        pair = make.pair(first_name="Alix", last_name="Morel")
        for person, email in ((pair.learner, LEARNER), (pair.reader, READER)):
            person.email = person.email_key = email
            person.password = passwords().hash(PASSWORD)
        db.session.commit()


def hand_in(she: Visitor, path: Path, number: int, words: str) -> None:
    """Add a file, read it again, hand it in."""
    with she.page.expect_navigation(url=re.compile("/documents-traceurs/"), wait_until="load"):
        she.page.locator("#files").set_input_files(path)
    she.examine().sees(path.name, "vous seul·e les voyez")
    she.fill("Un mot pour la personne qui vous relit", words).choose(re.compile("reconnaître aucun patient"))
    she.press(f"Déposer la version {number}").sees("Votre document est déposé")


def read(he: Visitor, words: str, conclusion: str) -> None:
    """Take the oldest document of the queue, write, conclude."""
    he.open("/documents-traceurs").press(LABEL).sees("Lettre d’engagement de l’équipe")
    he.fill("Vos remarques", words).choose(conclusion).press("Enregistrer la relecture")


def test_three_versions_to_acceptance_from_a_phone(site: Site, visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    prepare(site)
    first, second, third = (tmp_path / f"fiche {n}.docx" for n in (1, 2, 3))
    first.write_bytes(samples.docx())
    second.write_bytes(samples.docx(extra={"word/media/image1.bin": bytes(range(256)) * 9000}))
    third.write_bytes(samples.docx(extra={"word/media/note.txt": "dernière"}))
    she, he = visitor(width=360).sign_in(LEARNER), visitor().sign_in(READER)
    she.open("/parcours").sees("Prochain document", LABEL, "sur 156 h").press(re.compile("^Ouvrir ce document"))
    hand_in(she, first, 1, "Une première version.")
    read(he, "Précisez le temps dédié.", "À reprendre")

    she.open("/parcours").sees("À reprendre").press(re.compile("^Ouvrir ce document")).sees("Précisez le temps dédié.")
    broken = break_once(she)
    hand_in(she, second, 2, "Le temps dédié est dit.")
    assert broken == ["broken"], "the connection was to break"
    she.faults[:] = [fault for fault in she.faults if "ERR_" not in fault]  # the browser's own words on the broken part
    he.open("/documents-traceurs").press(LABEL).sees("Version 2", "Le temps dédié est dit.")
    read(he, "Presque : dites qui décide.", "À reprendre")

    she.open("/parcours").press(re.compile("^Ouvrir ce document"))
    hand_in(she, third, 3, "Tout y est.")
    read(he, "Très bien.", "Valider")
    he.sees("est validé", "Tout est relu")

    she.open("/parcours").sees("validé", "Documents traceurs : 1 sur 1 validés").press(LABEL)
    she.sees("ne change plus", "Très bien.", "Presque : dites qui décide.", "Précisez le temps dédié.")
    she.does_not_see("Choisir des fichiers")
    with site.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(TracerFile)) == 3
        assert db.session.scalar(select(func.count()).select_from(UploadPart)) == 0


def break_once(she: Visitor) -> list[str]:
    """Cut the connection at the first part of the next file."""
    broken: list[str] = []

    def cut(route: Route) -> None:
        if route.request.method == "POST" and not broken:
            broken.append("broken")
            route.abort()
        else:
            route.continue_()

    she.page.route(re.compile("/morceaux$"), cut)
    return broken
