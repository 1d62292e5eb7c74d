"""What each person sees and does: eligibility, waivers, the board, the register, the printed name (R67–R71, R110)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from tests.factories import accounts, cohorts, portfolio
from tests.factories import diplomas as make
from tests.support import samples
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts.enums import Function, Part
from training.accounts.models import Person
from training.cohorts.enums import EnrolmentStatus
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.mail import OutgoingMail
from training.common.pdf import MEDIA_TYPE
from training.database import db
from training.diplomas import queries, services
from training.diplomas.commands import Decisions, WaiverToAsk
from training.diplomas.contributions import contribution
from training.diplomas.enums import Verdict, WaiverScope, WaiverStatus
from training.diplomas.models import DiplomaWaiver
from training.diplomas.rules import WaiverKey
from training.portfolio.enums import Audience, TracerStatus
from training.portfolio.models import Tracer

type_page = Callable[..., Page]
type_selects = Callable[..., AbstractContextManager[Queries]]
TEAM = WaiverKey(WaiverScope.HOURS, "team")


def school(cohort: Cohort) -> Person:
    return accounts.manager(cohorts.part_of(cohort, Part.SCHOOL))


def as_(client: FlaskClient, someone: Person) -> None:
    accounts.sign_in(client, someone)


def address(enrolment: Enrolment, more: str = "") -> str:
    return f"/parcours/{enrolment.id}/diplome{more}"


# --- one learner -----------------------------------------------------------------------------------------------------


def test_the_learner_reads_what_lacks_and_who_can_settle_it(
    unready: Enrolment, client: FlaskClient, page: type_page
) -> None:
    as_(client, unready.person)
    shown = page(address(unready))
    assert "Ce qui manque pour le diplôme" in shown.text
    assert "Le module « Module PF » n’est pas validé" in shown.text
    assert "À régler par : apprenant·e" in shown.text
    assert "Demander une dispense" not in shown.text
    assert "Mon diplôme" in page(f"/parcours/{unready.id}").text


def test_whoever_may_settle_is_named(unready: Enrolment, client: FlaskClient, page: type_page) -> None:
    trainer = cohorts.referent(unready).person
    kind = portfolio.tracer_type(unready.cohort)
    db.session.add(
        Tracer(enrolment_id=unready.id, type_id=kind.id, status=TracerStatus.DEPOSITED, deposited_at=clock.now())
    )
    db.session.commit()
    as_(client, school(unready.cohort))
    assert f"À régler par : formateur·rice relais ({trainer.name})" in page(address(unready)).text


def test_a_learner_who_has_done_everything_is_told_so(ready: Enrolment, client: FlaskClient, page: type_page) -> None:
    as_(client, ready.person)
    assert "vous pouvez être proposé·e" in page(address(ready)).text


@pytest.mark.parametrize("who", ["carrier", "school", "trainer"])
def test_those_who_follow_or_carry_or_teach_read_it(
    unready: Enrolment, client: FlaskClient, page: type_page, who: str
) -> None:
    people = {
        "carrier": lambda: cohorts.carrier_of(unready.cohort),
        "school": lambda: school(unready.cohort),
        "trainer": lambda: cohorts.referent(unready).person,
    }
    as_(client, people[who]())
    shown = page(address(unready))
    assert ("Demander une dispense" in shown.text) is (who != "school")
    assert ("Dispenser" in shown.text) is (who == "school")


def test_her_employer_and_strangers_find_nothing(unready: Enrolment, client: FlaskClient, page: type_page) -> None:
    employer = accounts.person()
    accounts.membership(employer, Function.REPRESENTATIVE, unready.structure)
    for someone in (employer, accounts.manager(), cohorts.learner(unready.cohort).person):
        as_(client, someone)
        page(address(unready), status=404)


def test_a_page_asks_little_and_the_path_nothing_more(
    ready: Enrolment, client: FlaskClient, page: type_page, selects: type_selects
) -> None:
    as_(client, ready.person)
    where = address(ready)
    page(where)
    with selects(warm=True) as asked:
        page(where)
    assert asked.count <= 20
    with selects() as asked:
        told = contribution(ready, accounts.principal(ready.person), Audience.LEARNER)
    assert told is not None
    assert not [statement for statement in asked.statements if "diploma" in statement or "register" in statement]


# --- waivers ---------------------------------------------------------------------------------------------------------


def test_a_trainer_asks_and_the_school_grants(unready: Enrolment, client: FlaskClient, page: type_page) -> None:
    where = address(unready, "/demande-de-dispense?objet=hours&cible=team")
    as_(client, cohorts.referent(unready).person)
    page(where)
    assert client.post(where, data={"reason": ""}).status_code == 422
    assert client.post(where, data={"reason": "Arrêt de quatre mois."}).status_code == 303
    waiver = db.session.scalars(select(DiplomaWaiver)).one()
    one = address(unready, f"/dispenses/{waiver.id}")
    assert "Enregistrer la réponse" not in page(one).text
    assert client.post(one, data={"act": "grant", "decided_on": "02/03/2026"}).status_code == 403
    as_(client, school(unready.cohort))
    assert "Arrêt de quatre mois." in page(one).text
    assert client.post(one, data={"act": "refuse", "decided_on": "02/03/2026"}).status_code == 422
    assert client.post(one, data={"act": "grant", "decided_on": "02/03/2026"}).status_code == 303
    assert "accordée" in page(address(unready)).text
    page(one)
    assert client.post(one, data={"words": "Par erreur."}).status_code == 303
    db.session.refresh(waiver)
    assert waiver.status is WaiverStatus.ENDED


def test_the_school_grants_by_itself(unready: Enrolment, client: FlaskClient, page: type_page) -> None:
    where = address(unready, "/dispense?objet=hours&cible=team")
    as_(client, school(unready.cohort))
    page(where)
    refused = client.post(where, data={"decided_on": "hier", "reason": "Travail ailleurs."})
    assert refused.status_code == 422
    assert "Travail ailleurs." in refused.text
    assert client.post(where, data={"decided_on": "02/03/2026", "reason": "Travail ailleurs."}).status_code == 303
    assert len(queries.progress_of_learner(unready.id).eligibility.waived) == 1


def test_an_address_that_names_nothing_leads_to_what_lacks(unready: Enrolment, client: FlaskClient) -> None:
    as_(client, school(unready.cohort))
    assert client.get(address(unready, "/dispense")).location == address(unready)
    assert client.post(address(unready, "/dispense"), data={"reason": "Rien."}).location == address(unready)
    as_(client, cohorts.carrier_of(unready.cohort))
    assert client.get(address(unready, "/demande-de-dispense")).location == address(unready)


@pytest.mark.parametrize("query", ["?objet=lune", "?objet=forum", "?objet=module&cible=1"])
def test_an_address_that_names_nothing_missing_is_not_found(
    unready: Enrolment, client: FlaskClient, page: type_page, query: str
) -> None:
    as_(client, school(unready.cohort))
    page(address(unready, f"/dispense{query}"), status=404)


def test_outside_the_tool_the_carrier_transcribes(
    session: Any, frozen_clock: Any, client: FlaskClient, page: type_page
) -> None:
    learner = make.begun(cohorts.cohort(school_outside=True))
    where = address(learner, "/dispense?objet=hours&cible=team")
    as_(client, cohorts.carrier_of(learner.cohort))
    assert "hors outil" in page(where).text
    told = {"decided_on": "02/03/2026", "reason": "Décision reçue."}
    assert "Joignez" in client.post(where, data=told).text
    proof = (BytesIO(samples.pdf()), "courriel.pdf")
    assert client.post(where, data={**told, "evidence": proof}, content_type="multipart/form-data").status_code == 303
    assert "transcrite par" in page(address(learner)).text
    waiver = db.session.scalars(select(DiplomaWaiver)).one()
    assert client.get(f"/fichiers/{waiver.evidence_id}").status_code == 200


# --- the printed name ------------------------------------------------------------------------------------------------


def test_a_learner_proofreads_her_name(ready: Enrolment, client: FlaskClient, page: type_page) -> None:
    where = f"/parcours/{ready.id}/nom-imprime"
    as_(client, ready.person)
    assert ready.person.name in page(where).text
    assert client.post(where, data={"name": ""}).status_code == 422
    assert client.post(where, data={"name": "Camille Roy-Petit"}).status_code == 303
    assert "Camille Roy-Petit" in page(address(ready)).text
    as_(client, school(ready.cohort))
    page(where, status=403)


# --- the board -------------------------------------------------------------------------------------------------------


@pytest.fixture
def cohort(session: Any, frozen_clock: Any) -> Cohort:
    """Two learners who have done everything, and one who has not."""
    first, _second = make.graduating(2)
    cohorts.learner(first.cohort)
    return first.cohort


def test_the_board_says_who_may_be_proposed_and_filters(cohort: Cohort, client: FlaskClient, page: type_page) -> None:
    as_(client, school(cohort))
    shown = page(f"/diplomes/{cohort.code}")
    assert "2 sur 3" in shown.text
    ready = page(f"/diplomes/{cohort.code}?etat=pret")
    assert "Rien ne manque" in ready.text
    assert "n’est pas validé" not in ready.text
    blocked = page(f"/diplomes/{cohort.code}?bloque-par=learner")
    assert "n’est pas validé" in blocked.text
    page(f"/diplomes/{cohort.code}?etat=decide")
    page(f"/diplomes/{cohort.code}?etat=lune&bloque-par=lune")


def test_several_are_decided_of_after_reading_again(cohort: Cohort, client: FlaskClient, page: type_page) -> None:
    as_(client, school(cohort))
    known = queries.progress_of_cohort(cohort.id)
    ids = [str(each.enrolment_id) for each in known]
    chosen = "&".join(f"qui={each}" for each in ids)
    preview = page(f"/diplomes/{cohort.code}/decisions?decision=graduated&{chosen}")
    assert "Il manque encore quelque chose à 1 personne" in preview.text
    assert "3 personnes choisies" in preview.text
    two = client.get(f"/diplomes/{cohort.code}/decisions?decision=graduated&qui={ids[0]}&qui={ids[1]}").text
    assert [each for each in ids if f'value="{each}"' in two] == ids[:2]
    none_ticked = client.post(f"/diplomes/{cohort.code}/decisions?qui={ids[0]}&qui={ids[1]}", data={})
    assert [each for each in ids if f'value="{each}"' in none_ticked.text] == ids[:2]
    told = {"enrolments": ids, "verdict": "graduated", "decided_on": "02/03/2026"}
    refused = client.post(f"/diplomes/{cohort.code}/decisions", data=told)
    assert refused.status_code == 422
    assert "indiquez ce qui fonde la décision" in refused.text
    assert not db.session.scalars(select(Enrolment).where(Enrolment.status == EnrolmentStatus.GRADUATED)).all()
    ready = [str(each.enrolment_id) for each in known if each.eligibility.is_met]
    answer = client.post(f"/diplomes/{cohort.code}/decisions", data={**told, "enrolments": ready})
    assert answer.status_code == 303
    shown = page(f"/diplomes/{cohort.code}")
    assert "diplômé·e" in shown.text
    assert "-2026-002" in shown.text
    register = page("/diplomes/registre?annee=2026")
    assert "-2026-001" in register.text
    page("/diplomes/registre?q=zzz&annee=lune")


def test_the_carrier_reads_the_board_and_announces_its_day_but_decides_nothing(
    cohort: Cohort, client: FlaskClient, page: type_page
) -> None:
    as_(client, cohorts.carrier_of(cohort))
    shown = page(f"/diplomes/{cohort.code}")
    assert "Relire avant d’enregistrer" not in shown.text
    page(f"/diplomes/{cohort.code}/decisions", status=403)
    page(f"/diplomes/{cohort.code}/export", status=403)
    page(f"/diplomes/{cohort.code}/date")
    assert client.post(f"/diplomes/{cohort.code}/date", data={"held_on": "1/2/2020"}).status_code == 422
    assert client.post(f"/diplomes/{cohort.code}/date", data={"held_on": "20/03/2026"}).status_code == 303
    assert "Commission le 20 mars 2026" in page(f"/diplomes/{cohort.code}").text


def test_nobody_else_finds_the_board(cohort: Cohort, client: FlaskClient, page: type_page) -> None:
    for someone in (accounts.manager(), cohorts.animator(cohort), cohorts.learner(cohort).person):
        as_(client, someone)
        page(f"/diplomes/{cohort.code}", status=404)


def test_the_school_takes_its_sheet_away(cohort: Cohort, client: FlaskClient) -> None:
    as_(client, school(cohort))
    answer = client.get(f"/diplomes/{cohort.code}/export")
    sheet: Any = load_workbook(BytesIO(answer.data)).active
    rows = list(sheet.values)
    assert rows[0][-4:-1] == ("Ce qui manque", "Décision", "Décidée le")
    assert len(rows) == 4
    assert "Nom de naissance" in rows[0]


def test_lists_take_as_many_selects_with_one_row_and_three(
    session: Any, frozen_clock: Any, client: FlaskClient, page: type_page, selects: type_selects
) -> None:
    (one,) = make.graduating(1)
    first = one.cohort
    codes, someone = [first.code], accounts.manager(cohorts.part_of(first, Part.SCHOOL))
    other = make.graduating(3, cohorts.cohort(edition=first.edition))[0].cohort
    accounts.membership(someone, Function.MANAGER, cohorts.part_of(other, Part.SCHOOL))
    codes.append(other.code)
    as_(client, someone)
    counts = []
    for where in (*(f"/diplomes/{code}" for code in codes), "/diplomes", "/diplomes?lignes=200", "/diplomes/registre"):
        with selects() as asked:
            page(where)
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 20
    assert counts[2] == counts[3] <= 20
    assert counts[4] <= 12
    assert "4 sur 4" in page("/diplomes").text
    assert "1 sur 1" in page(f"/diplomes?promotion={codes[0]}&etat=pret").text


# --- papers ----------------------------------------------------------------------------------------------------------


def test_papers_say_what_is_validated_and_what_was_given(ready: Enrolment, client: FlaskClient) -> None:
    as_(client, ready.person)
    modules = client.get(address(ready, "/attestation-modules.pdf"))
    assert (modules.status_code, modules.mimetype) == (200, MEDIA_TYPE)
    assert client.get(address(ready, "/attestation-reussite.pdf")).location == address(ready)
    command = Decisions((ready.id,), Verdict.GRADUATED, clock.today())
    services.decide(ready.cohort, command, by=make.school_of(ready.cohort))
    db.session.commit()
    success = client.get(address(ready, "/attestation-reussite.pdf"))
    assert success.status_code == 200
    assert success.data.startswith(b"%PDF")


def test_a_decided_file_takes_nothing_more(unready: Enrolment, client: FlaskClient, page: type_page) -> None:
    services.ask(unready, WaiverToAsk(TEAM, "Arrêt."), by=make.carrier_of(unready.cohort))
    command = Decisions((unready.id,), Verdict.NOT_GRADUATED, clock.today(), "Formation incomplète.")
    services.decide(unready.cohort, command, by=make.school_of(unready.cohort))
    db.session.commit()
    as_(client, unready.person)
    shown = page(address(unready))
    assert "non diplômé·e" in shown.text
    assert "Formation incomplète." in shown.text
    page(f"/parcours/{unready.id}/nom-imprime", status=403)


# --- the desk --------------------------------------------------------------------------------------------------------


def test_the_desk_says_what_the_school_and_the_learner_have_to_do(
    unready: Enrolment, client: FlaskClient, page: type_page
) -> None:
    carrier = make.carrier_of(unready.cohort)
    services.ask(unready, WaiverToAsk(TEAM, "Arrêt."), by=carrier)
    services.plan_board(unready.cohort, clock.today(), by=carrier)
    db.session.commit()
    as_(client, school(unready.cohort))
    desk = page("/")
    assert "Répondre à une demande de dispense" in desk.text
    assert "Décider des diplômes" in desk.text
    assert address(unready) in desk.links().values()
    (waiver,) = queries.waivers_of(unready.id)
    answer = f"{address(unready)}/dispenses/{waiver.id}"
    assert answer in page(address(unready)).links().values()
    assert unready.person.name in page(f"/diplomes/{unready.cohort.code}?etat=dispense").text
    as_(client, unready.person)
    assert "Relire le nom de votre diplôme" in page("/").text
    assert client.post(f"/parcours/{unready.id}/nom-imprime", data={"name": "Camille Roy"}).status_code == 303
    assert "Relire le nom de votre diplôme" not in page("/").text


def test_r96_while_the_school_is_outside_the_tool_the_carriers_desk_asks_to_transcribe(
    session: Any, frozen_clock: Any, client: FlaskClient, page: type_page
) -> None:
    learner = make.begun(cohorts.cohort(school_outside=True))
    carrier = cohorts.carrier_of(learner.cohort)
    trainer = accounts.principal(cohorts.referent(learner).person)
    services.ask(learner, WaiverToAsk(TEAM, "Arrêt."), by=trainer)
    services.plan_board(learner.cohort, clock.today(), by=accounts.principal(carrier))
    asked = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == "diplomas/waiver_asked")).all()
    assert [mail.to_person_id for mail in asked] == [carrier.id]
    assert "transcrire la réponse" in asked[0].text
    db.session.commit()
    as_(client, carrier)
    desk = page("/").text
    assert "Transcrire la réponse de l’école à 1 demande de dispense" in desk.replace("\u00a0", " ")
    assert "Transcrire les décisions de l’école sur les diplômes" in desk
    as_(client, accounts.manager(cohorts.part_of(learner.cohort, Part.SCHOOL)))
    assert "demande de dispense" not in page("/").text


def test_a_carrier_whose_school_is_a_user_is_asked_nothing(
    unready: Enrolment, client: FlaskClient, page: type_page
) -> None:
    services.ask(unready, WaiverToAsk(TEAM, "Arrêt."), by=accounts.principal(cohorts.referent(unready).person))
    db.session.commit()
    as_(client, cohorts.carrier_of(unready.cohort))
    assert "dispense" not in page("/").text
