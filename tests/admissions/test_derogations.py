"""A derogation: decided, its condition, the proof, and what happens to who does not bring it (R7)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts, cohorts, selection
from tests.factories import admissions as make
from tests.factories import attendance as rooms
from tests.support.pages import Page
from training.accounts.enums import Part
from training.admissions import rules
from training.admissions.commands import DecideDerogation, DescribeSituation
from training.admissions.enums import ApplicationAct, Situation
from training.admissions.models import Application, Derogation
from training.admissions.procedure import APPLICATION
from training.admissions.services import derogations, filing, reserve
from training.common import clock
from training.common.errors import Conflict, Refused
from training.common.mail import OutgoingMail
from training.database import db
from training.seminars import services as seminars

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
Open = Callable[..., Page]
DAY = date(2026, 5, 31)
GRANTED = DecideDerogation(granted=True, due_on=DAY, reason="")
REFUSED = DecideDerogation(granted=False, due_on=None, reason="Le poste n’est pas voté.")


def recruited(step: Callable[..., Application] = make.shortlisted) -> Application:
    """A file that asks for a derogation, brought to a step of the selection."""
    file = step(make.call(derogation_allowed=True))
    file.situation, file.derogation_reason, file.post_on = (
        Situation.BEING_RECRUITED,
        "Vote du bureau.",
        date(2026, 4, 29),
    )
    db.session.flush()
    return file


def decided(file: Application, command: DecideDerogation = GRANTED) -> Application:
    derogations.decide(file, command, by=make.manager(file.call))
    return file


def barred(file: Application) -> dict[ApplicationAct, str]:
    return dict(APPLICATION.barred(file, make.manager(file.call)))


def test_without_a_favourable_decision_a_file_goes_no_further() -> None:
    file = recruited()
    assert barred(file)[ApplicationAct.TRANSMIT] == "La dérogation demandée attend une décision."
    decided(file, REFUSED)
    assert barred(file)[ApplicationAct.TRANSMIT] == "La dérogation demandée est refusée."
    decided(file)
    assert ApplicationAct.TRANSMIT not in barred(file)
    assert ApplicationAct.TRANSMIT in APPLICATION.available(file, make.manager(file.call))


def test_a_seat_is_not_offered_without_it_either() -> None:
    file = recruited(make.validated)
    assert barred(file)[ApplicationAct.OFFER] == "La dérogation demandée attend une décision."
    decided(file)
    assert ApplicationAct.OFFER not in barred(file)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (DecideDerogation(granted=True, due_on=date(2026, 3, 2), reason=""), "due_on"),
        (DecideDerogation(granted=True, due_on=None, reason=""), "due_on"),
    ],
)
def test_a_condition_has_a_day_to_come(command: DecideDerogation, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        decided(recruited(), command)
    assert refusal.value.field == field


def test_nothing_is_decided_of_who_is_in_post_nor_once_the_proof_is_here() -> None:
    with pytest.raises(Conflict):
        decided(make.shortlisted())
    file = decided(recruited())
    derogations.receive_proof(file, "Contrat signé.", by=make.manager(file.call))
    with pytest.raises(Conflict):
        decided(file, REFUSED)
    with pytest.raises(Conflict):
        derogations.receive_proof(file, "Encore.", by=make.manager(file.call))


def test_a_seat_proposed_bars_a_refusal() -> None:
    file = recruited(make.validated)
    decided(file)
    reserve.offer(file, by=make.manager(file.call))
    with pytest.raises(Refused):
        decided(file, REFUSED)


def seated() -> Application:
    file = recruited(make.validated)
    decided(file)
    reserve.offer(file, by=make.manager(file.call))
    reserve.confirm(file, by=make.owner(file))
    reserve.enrol(file, by=make.manager(file.call))
    return file


def held(file: Application) -> date | None:
    assert file.enrolment is not None
    return file.enrolment.held_from


def test_the_condition_follows_her_enrolment_until_the_proof_comes() -> None:
    file = seated()
    assert held(file) == DAY == rules.proof_awaited_from(file)
    decided(file, DecideDerogation(granted=True, due_on=DAY + timedelta(days=30), reason="Contrat en signature."))
    assert held(file) == DAY + timedelta(days=30)
    derogations.receive_proof(file, "Contrat signé.", by=make.manager(file.call))
    assert held(file) is None
    assert rules.proof_awaited_from(file) is None


def test_once_launched_she_is_told_once_that_the_proof_lacks(frozen_clock: Any) -> None:
    file = seated()
    db.session.commit()
    assert derogations.remind_proofs() == 0
    file.call.cohort.launch_on = date(2026, 5, 1)
    db.session.commit()
    frozen_clock.at(clock.at_paris(date(2026, 5, 2)))
    assert derogations.remind_proofs() == 1
    assert derogations.remind_proofs() == 0
    told = db.session.scalars(select(OutgoingMail.to_email).where(OutgoingMail.message == "admissions/derogation_due"))
    assert list(told) == [file.person.email]


@pytest.mark.parametrize(("days", "signs"), [(1, True), (0, False), (-1, False)])
def test_from_that_day_she_signs_no_sheet(days: int, signs: bool) -> None:
    enrolment = cohorts.learner(cohorts.cohort())
    sheet = rooms.opened(rooms.half_days(enrolment.cohort, 1)[0])
    day = clock.in_paris(sheet.half_day.starts_at).date()
    enrolment.held_from = day + timedelta(days=days)
    if signs:
        assert rooms.signed(sheet, enrolment) is not None
        return
    with pytest.raises(Refused) as refusal:
        rooms.signed(sheet, enrolment)
    assert "preuve du recrutement" in str(refusal.value)
    with clock.freeze(sheet.half_day.starts_at):
        with pytest.raises(Refused):
            seminars.mark(sheet, enrolment, rooms.THERE, by=rooms.trainer_of(enrolment.cohort))
        assert seminars.mark(sheet, enrolment, rooms.AWAY, by=rooms.trainer_of(enrolment.cohort)) is not None


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "broken",
    [
        {"granted": True, "due_on": None},
        {"granted": False, "due_on": None, "reason": ""},
        {"granted": False, "due_on": None, "met_at": True},
    ],
)
def test_the_database_refuses_an_impossible_decision(broken: dict[str, Any]) -> None:
    file = recruited()
    someone = accounts.manager(make.body(file.call, Part.CARRIER))
    values = {"granted": True, "due_on": DAY, "reason": "Motif.", "decided_by": someone.id} | broken
    if values.pop("met_at", None):
        values |= {"met_at": clock.now(), "met_by": someone.id}
    db.session.add(Derogation(application=file, **values))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_staff_decide_receive_the_proof_and_the_applicant_reads_it(client: FlaskClient, page: Open) -> None:
    file = recruited()
    db.session.commit()
    staff, address = selection.signed_in(client, selection.staff_of(file.call)), f"/candidatures/{file.id}/derogation"
    assert "attend une décision" in page(f"/candidatures/{file.id}", by=staff).text
    page(address, by=staff)
    assert staff.post(address, data={"decision": "granted", "due_on": ""}).status_code == 422
    assert staff.post(address, data={"decision": "refused"}).status_code == 422
    assert staff.post(address, data={"decision": "granted", "due_on": "31/05/2026"}).status_code == 303
    assert "31 mai 2026" in page(f"/candidatures/{file.id}", by=staff).text
    accounts.sign_in(client, file.person)
    assert "Preuve de votre recrutement attendue" in page(f"/candidatures/{file.id}", by=client).text
    staff = selection.signed_in(client, selection.staff_of(file.call))
    assert staff.post(f"{address}/preuve", data={"note": ""}).status_code == 422
    assert staff.post(f"{address}/preuve", data={"note": "Contrat signé."}).status_code == 303
    assert "levée, preuve reçue" in page(f"/candidatures/{file.id}", by=staff).text
    assert "Contrat signé." in page(address, by=staff).text


def test_a_file_that_asks_for_none_has_no_such_page(client: FlaskClient) -> None:
    file = make.shortlisted()
    db.session.commit()
    staff = selection.signed_in(client, selection.staff_of(file.call))
    assert staff.get(f"/candidatures/{file.id}/derogation").status_code == 409


def test_a_new_situation_leaves_the_condition_behind() -> None:
    file = make.draft(make.call(derogation_allowed=True))
    by = make.owner(file)
    filing.describe_situation(file, DescribeSituation(Situation.IN_POST, None, ""), by=by)
    assert rules.derogation_bar(file) is None
