"""A half-day signed with a phone and one projected code, or on paper, then countersigned (R39–R41)."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.journeys.site import Site
from tests.journeys.visitor import Visitor
from tests.support import samples
from training.accounts import queries as people
from training.cohorts.models import Cohort
from training.common import clock
from training.database import db
from training.seminars import services
from training.seminars.commands import HalfDayPlan, SeminarPlan
from training.seminars.enums import SeminarKind, StaffRole

pytestmark = [pytest.mark.journey, pytest.mark.demo]

TRAINER = "relais.ara@example.org"
LEARNER = "apprenant.ara@example.org"


def begin_a_half_day(site: Site) -> str:
    """Plan a half-day that ends in twenty minutes; return the address of its sheet."""
    with site.app.app_context():
        cohort = db.session.scalars(select(Cohort).where(Cohort.code == "ARA-1")).one()
        trainer = people.person_by_email(TRAINER)
        manager = people.person_by_email("gestion.ara@example.org")
        assert trainer is not None
        assert manager is not None
        now = clock.now()
        plan = HalfDayPlan(
            starts_at=now - timedelta(hours=2),
            ends_at=now + timedelta(minutes=20),
            place="Oullins",
            staff=((trainer.id, StaffRole.TRAINER),),
        )
        seminar = services.plan_seminar(
            cohort, SeminarPlan(SeminarKind.REGROUPING, "Atelier du jour", (plan,)), by=people.principal_of(manager)
        )
        address = f"/seminaires/{seminar.id}/demi-journees/{seminar.half_days[0].id}/emargement"
        db.session.commit()
    return address


def test_a_sheet_is_signed_from_a_phone_with_the_projected_code_then_countersigned(
    site: Site, visitor: Callable[..., Visitor]
) -> None:
    sheet = begin_a_half_day(site)
    trainer = visitor().sign_in(TRAINER).open(sheet)
    trainer.press("Ouvrir l’émargement").sees("Projetez le code").press("Projeter le code")
    letters = trainer.page.locator(".projection-letters").inner_text()

    phone = visitor(width=360)
    phone.open("/emargement").fill("Code affiché dans la salle", letters).press("Continuer")
    phone.sees("Dites-nous d’abord qui vous êtes").press("Me connecter pour signer")
    phone.page.locator("#email").fill(LEARNER)
    phone.page.locator("#password").fill("demonstration")
    with phone.page.expect_navigation(wait_until="load"):
        phone.page.locator("#password").press("Enter")
    phone.choose("Je suis présent·e à cette demi-journée")
    phone.page.locator(".signature canvas").click(position={"x": 40, "y": 40})
    phone.press("Signer ma présence", role="button").sees("Votre présence est enregistrée")

    trainer.page.get_by_text(re.compile(r"1\s+sur")).wait_for(timeout=8_000)  # by itself, within seconds
    trainer.open(sheet).sees("1 personne a signé").press("Contresigner et verrouiller", role="link")
    trainer.press("Contresigner et verrouiller", role="button").sees("Cette feuille est verrouillée")
    phone.page.reload()
    phone.sees("Votre présence est enregistrée").press("Voir mes présences").sees("Atelier du jour")


def test_a_sheet_is_printed_scanned_and_entered_on_paper(
    site: Site, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    sheet = begin_a_half_day(site)
    trainer = visitor().sign_in(TRAINER).open(sheet)
    trainer.press("Ouvrir l’émargement").sees("Projetez le code")
    printed = trainer.page.request.get(f"{site.url}{sheet}/feuille.pdf")
    assert printed.body().startswith(b"%PDF-")
    paper = tmp_path / "feuille-signee.pdf"
    paper.write_bytes(samples.pdf(1))

    trainer.open(f"{sheet}/papier").page.locator("input[type=file]").set_input_files(paper)
    trainer.find("Joindre la feuille", role="button").click()  # the answer replaces the page without leaving it
    trainer.page.get_by_role("link", name="feuille-signee.pdf").wait_for(timeout=8_000)
    trainer.open(f"{sheet}/papier").page.locator("select").first.select_option("present")
    trainer.press("Enregistrer les présences", role="button").sees("1 personne a signé")
    trainer.press("Contresigner et verrouiller", role="link").press("Contresigner et verrouiller", role="button")
    trainer.sees("Cette feuille est verrouillée", "feuille-signee.pdf")
