"""A federation moves in: its running cohort brought in from three spreadsheets, in one sitting (R114)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.journeys.site import PASSWORD, Site
from tests.journeys.visitor import Visitor
from tests.support.imports import workbook
from training.accounts.security import passwords
from training.common.mail import OutgoingMail
from training.database import db
from training.seminars.enums import SheetStatus
from training.seminars.models import AttendanceSheet

pytestmark = pytest.mark.journey

STAFF: Final = "gestion.reprise@example.org"
CODE: Final = "REPRISE-1"
LEARNERS: Final = [
    ["Nom", "Prénom", "Mail", "Structure", "Type", "Dept", "Entrée"],
    ["Roy", "Alix", "alix.roy@example.org", "MSP du Lac", "MSP", "21", "11/12/2025"],
    ["Petit", "Nour", "nour.petit@example.org", "MSP du Lac", "MSP", "21", "11/12/2025"],
]
SEMINARS: Final = [
    ["Séminaire", "Date", "Début", "Fin", "Lieu"],
    ["Séminaire 1", "29/01/2026", "9h30", "12h30", "Beaune"],
    ["Séminaire 1", "29/01/2026", "14h", "17h", "Beaune"],
]
PRESENCES: Final = [
    ["Nom", "Prénom", "29/01/2026 matin", "29/01/2026 après-midi"],
    ["Roy", "Alix", "P", "P"],
    ["Petit", "Nour", "AJ", "PP 1 h 30"],
]


def prepare(site: Site) -> None:
    """An empty cohort, and someone of its carrier who can sign in."""
    with site.app.app_context():
        accounts.departement("21")
        cohort = make.cohort(code=CODE, label="Promotion reprise")
        staff = make.carrier_of(cohort)
        staff.email = staff.email_key = STAFF
        staff.password = passwords().hash(PASSWORD)
        db.session.commit()


def bring(she: Visitor, folder: Path, link: str, rows: list[list[Any]]) -> Visitor:
    """Follow a step's link, bring its spreadsheet, look at the dry run, write it."""
    path = folder / "tableur.xlsx"
    path.write_bytes(workbook(*rows))
    she.press(link).page.locator("input[type=file]").set_input_files(path)
    with she.page.expect_navigation(url=re.compile("/colonnes$"), wait_until="load"):
        she.find("Lire ce tableur").click()
    she.examine().press("Essayer l’import").sees("Ce qui sera écrit", "Rien n’est encore écrit")
    return she.press(re.compile("^Importer")).sees("L’import est fait", "Ce que cet import a écrit")


def test_a_running_cohort_comes_in_from_three_spreadsheets(
    site: Site, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    prepare(site)
    she = visitor().sign_in(STAFF)
    she.open(f"/promotions/{CODE}").press("Reprendre une promotion en cours").sees("Personne n’est encore inscrit")
    bring(she, tmp_path, "Reprendre les apprenant·es", LEARNERS).press("Continuer")
    bring(she, tmp_path, "Reprendre les séminaires", SEMINARS).press("Continuer")
    bring(she, tmp_path, "Reprendre les présences, en grille", PRESENCES).press("Continuer")
    she.sees("2 personnes, dont 2 en formation", "2 feuilles verrouillées, dont 2 reprises d’un tableur")
    she.press("Prévenir les personnes reprises").press("Envoyer les courriels").sees("Chaque personne est prévenue")
    with site.app.app_context():
        locked = select(func.count()).where(AttendanceSheet.status == SheetStatus.LOCKED, AttendanceSheet.taken_over)
        assert db.session.scalar(locked) == 2
        told = db.session.scalars(select(OutgoingMail.message).where(OutgoingMail.message == "cohorts/moved_in")).all()
        assert len(told) == 2
