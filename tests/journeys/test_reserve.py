"""Twenty places and a reserve that moves, read on phones; a derogation decided, its proof received (R7, R28, R29)."""

import re
from collections.abc import Callable
from typing import Final

import pytest
from sqlalchemy import func, select

from tests.factories.bulk import FIRST_NUMBER, add_files
from tests.journeys.site import Site
from tests.journeys.visitor import Visitor
from training.accounts.models import Structure
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application, Call, Offer
from training.cohorts.models import Enrolment, Seat
from training.database import db, writing

pytestmark = [pytest.mark.journey, pytest.mark.demo]

CALL: Final = "ARA-2"
PLACES: Final = 20
ON_RESERVE: Final = 2
RECRUITED: Final = "Jérôme Tissot"


def fill_the_selection(site: Site) -> list[str]:
    """Bring as many files as there are free places, and two more on the reserve, to a published result; who they are."""
    with site.app.app_context(), writing():
        call = db.session.scalars(select(Call).where(Call.code == CALL)).one()
        call.cohort.places = PLACES
        for piece in call.pieces:
            piece.mandatory = False  # the files added have none
        taken = db.session.scalar(
            select(func.count())
            .select_from(Seat)
            .where(
                Seat.cohort_id == call.cohort_id,
                Seat.holder_id.is_not(None) | select(Enrolment.id).where(Enrolment.seat_id == Seat.id).exists(),
            )
        )
        elsewhere = db.session.scalars(select(Structure).where(Structure.merged_into_id.is_(None))).all()
        count = PLACES - int(taken or 0) + ON_RESERVE
        added = add_files(call, count, ApplicationStatus.VALIDATED, structures=elsewhere)
        others = db.session.scalars(
            select(Application).where(Application.call_id == call.id, Application.rank.is_not(None))
        )
        last = max((file.rank or 0 for file in others), default=0)
        for place, file_id in enumerate(added, start=1):
            file = db.session.get_one(Application, file_id)
            file.published_status = file.status.value
            if place > count - ON_RESERVE:
                last += 1
                file.rank = last
        db.session.commit()
        return [f"personne{FIRST_NUMBER + n}@example.org" for n in range(count)]


def signed_in(site: Site, visitor: Callable[..., Visitor], email: str) -> Visitor:
    """Someone without a password, on her phone: a link, then its button."""
    she = visitor(width=360).open("/connexion")
    she.page.locator("form[action='/connexion/lien']").get_by_label("Adresse").fill(email)
    she.press("Recevoir un lien")
    she.open(site.link_in(site.last_letter(email))).press("Me connecter", within=she.page.locator("main"))
    return she.open("/candidatures").press(re.compile("Auvergne"), role="link", within=she.page.locator("main"))


def test_twenty_places_then_a_reserve_that_moves_from_phone_to_phone(
    site: Site, visitor: Callable[..., Visitor]
) -> None:
    people = fill_the_selection(site)
    staff = visitor().sign_in("gestion.ara@example.org")
    staff.open(f"/appels/{CALL}/places").press(re.compile("^Proposer"), role="button")
    next_one = signed_in(site, visitor, people[-ON_RESERVE])
    next_one.sees("rang", "liste complémentaire")
    leaving = signed_in(site, visitor, people[0]).sees("Une place vous est proposée")
    leaving.press(re.compile("^Décliner")).press(re.compile("^Décliner"), role="button").sees("décliné")
    site.work_by_day()
    assert any("Une place vous est proposée" in words for words in site.words_for(people[-ON_RESERVE]))
    next_one.page.reload()
    next_one.sees("Une place vous est proposée").press("Confirmer ma place").sees("place confirmée")
    with site.app.app_context():
        held = select(func.count(Offer.id)).join(Offer.application).join(Application.call).where(Call.code == CALL)
        live = db.session.scalar(held.where(Offer.outcome.in_(["open", "accepted"])))
        assert live is not None
        assert live <= PLACES


def test_a_derogation_is_granted_then_its_proof_received(site: Site, visitor: Callable[..., Visitor]) -> None:
    staff = visitor().sign_in("gestion.bfc@example.org")
    staff.open("/candidatures?appel=DEMO-OUVERT&q=tissot").press(RECRUITED, role="link")
    staff.sees("La dérogation demandée attend une décision").press("En décider")
    staff.choose("Accorder, sous réserve").press("Enregistrer la décision").sees("accordée sous condition")
    site.work_by_day()
    assert any("à une condition" in words for words in site.words_for("jerome.tissot@example.org"))
    staff.press(re.compile("^La recevoir"), role="link").fill("Ce qui est reçu", "Contrat signé le 2 février.")
    staff.press("La preuve est reçue").sees("levée, preuve reçue", "a reçu la preuve du recrutement")
