"""A final decision corrected: nothing rewritten, the former line superseded, its papers said replaced (R70, R71)."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.factories import accounts, cohorts
from tests.factories import diplomas as make
from tests.support.letters import check_letter
from training.accounts.enums import Part
from training.cohorts import services as cohort_services
from training.cohorts.enums import CohortAct, EnrolmentStatus
from training.cohorts.models import Enrolment
from training.common import clock, journal
from training.common.declarations import registry
from training.common.errors import Forbidden, Refused
from training.common.mail import OutgoingMail
from training.common.policy import Principal
from training.database import db
from training.diplomas import integrity, papers, queries, services
from training.diplomas.commands import Correction, Decisions
from training.diplomas.enums import Verdict
from training.diplomas.models import DiplomaDecision, RegisterEntry

DAY = date(2026, 3, 2)
WHY = "Le nom de naissance manquait."


@pytest.fixture
def graduate(ready: Enrolment) -> Enrolment:
    """A learner who has her diploma."""
    services.decide(ready.cohort, Decisions((ready.id,), Verdict.GRADUATED, DAY), by=make.school_of(ready.cohort))
    return ready


def correct(
    enrolment: Enrolment,
    verdict: Verdict = Verdict.GRADUATED,
    name: str = "Camille Roy-Petit",
    *,
    reason: str = WHY,
    on: date = DAY,
    by: Principal | None = None,
) -> DiplomaDecision:
    command = Correction(verdict, on, reason, name)
    return services.correct(enrolment, command, by=by or make.school_of(enrolment.cohort))


def lines(enrolment: Enrolment) -> list[tuple[int | None, str, bool, bool]]:
    """The learner’s lines, in order: number, name, whether it cancels, whether it supersedes another."""
    rows = db.session.scalars(
        select(RegisterEntry).where(RegisterEntry.enrolment_id == enrolment.id).order_by(RegisterEntry.number)
    )
    return [(each.number, each.printed_name, each.cancels, each.supersedes_id is not None) for each in rows]


@pytest.mark.both_engines
def test_a_wrong_name_gives_a_new_line_and_keeps_the_former(graduate: Enrolment) -> None:
    name = graduate.person.name
    correct(graduate, name="  Camille   Roy-Petit ")
    assert lines(graduate) == [(1, name, False, False), (2, "Camille Roy-Petit", False, True)]
    assert graduate.status is EnrolmentStatus.GRADUATED
    shown = queries.progress_of_learner(graduate.id)
    assert (shown.verdict, shown.reference) == (Verdict.GRADUATED, f"{graduate.cohort.edition.code}-2026-002")
    current, former = queries.decisions_about(graduate.id)
    assert (current.is_correction, current.reason, former.is_current) == (True, WHY, False)
    kinds = [event.kind for event in journal.timeline(graduate, sentences=registry.sentences)]
    assert {"enrolment.decision_corrected", "enrolment.registered_anew", "enrolment.registered"} <= set(kinds)
    assert list(integrity.faults()) == []


@pytest.mark.both_engines
def test_a_wrong_diploma_is_cancelled_then_given_after_all(graduate: Enrolment) -> None:
    correct(graduate, Verdict.NOT_GRADUATED, reason="Erreur de personne.")
    assert graduate.status is EnrolmentStatus.ATTESTATION
    assert queries.entry_of(graduate.id) is None
    assert [each[2] for each in lines(graduate)] == [False, True]
    assert list(integrity.faults()) == []
    correct(graduate, Verdict.GRADUATED, "Camille Roy", reason="C’était bien elle.")
    assert queries.progress_of_learner(graduate.id).status is EnrolmentStatus.GRADUATED
    entry = queries.entry_of(graduate.id)
    assert entry is not None
    assert (entry.number, entry.printed_name) == (3, "Camille Roy")
    assert list(integrity.faults()) == []


@pytest.mark.both_engines
def test_a_deferral_reopens_the_file_and_the_next_diploma_follows_the_cancelled_line(graduate: Enrolment) -> None:
    correct(graduate, Verdict.DEFERRED, reason="Une demi-journée reste à rattraper.")
    assert (graduate.status, graduate.left_on) == (EnrolmentStatus.ACTIVE, None)
    school = make.school_of(graduate.cohort)
    services.decide(graduate.cohort, Decisions((graduate.id,), Verdict.GRADUATED, DAY), by=school)
    assert [each[2:] for each in lines(graduate)] == [(False, False), (True, True), (False, True)]
    assert list(integrity.faults()) == []


def test_someone_without_the_diploma_has_it_after_all_with_a_first_line(unready: Enrolment) -> None:
    command = Decisions((unready.id,), Verdict.NOT_GRADUATED, DAY, "Mémoire non admis.")
    services.decide(unready.cohort, command, by=make.school_of(unready.cohort))
    correct(unready, reason="Le mémoire était admis.")
    assert lines(unready) == [(1, "Camille Roy-Petit", False, False)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reason": "  "}, "pourquoi"),
        ({"on": date(2026, 3, 3)}, "à venir"),
        ({"name": " "}, "nom à imprimer"),
    ],
)
def test_what_is_refused(graduate: Enrolment, change: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused, match=told):
        correct(graduate, **change)
    assert len(lines(graduate)) == 1


def test_nothing_changed_and_nothing_decided_are_refused(graduate: Enrolment) -> None:
    with pytest.raises(Refused, match="Rien ne change"):
        correct(graduate, name=graduate.person.name)
    with pytest.raises(Refused, match="Rien de définitif"):
        correct(cohorts.learner(graduate.cohort))


def test_a_closed_cohort_takes_a_correction_but_reopens_nobody(graduate: Enrolment) -> None:
    carrier = make.carrier_of(graduate.cohort)
    for act in (CohortAct.START, CohortAct.CLOSE):
        cohort_services.move_cohort(graduate.cohort, act, by=carrier)
    with pytest.raises(Refused, match="promotion est close"):
        correct(graduate, Verdict.DEFERRED)
    correct(graduate)
    assert len(lines(graduate)) == 2


def test_the_school_alone_corrects_or_the_carrier_with_a_proof(graduate: Enrolment) -> None:
    for by in (make.carrier_of(graduate.cohort), accounts.principal(graduate.person)):
        with pytest.raises(Forbidden):
            correct(graduate, by=by)
    for part in graduate.cohort.parts:
        part.outside_tool = part.outside_tool or part.part is Part.SCHOOL
    db.session.flush()
    with pytest.raises(Refused, match="Joignez"):
        correct(graduate, by=make.carrier_of(graduate.cohort))


# --- by SQL ----------------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE register_entry SET reason = 'X'",
        "DELETE FROM register_entry WHERE supersedes_id IS NULL",
        "UPDATE diploma_decision SET verdict = 'deferred'",
        "UPDATE diploma_decision SET decided_on = '2020-01-01'",
        "DELETE FROM diploma_decision",
    ],
)
def test_the_database_rewrites_neither_a_line_nor_a_decision(graduate: Enrolment, attempt: str) -> None:
    correct(graduate)
    db.session.commit()
    with pytest.raises(DBAPIError, match="never"):
        db.session.execute(text(attempt))
    db.session.rollback()
    assert len(lines(graduate)) == 2


def _line_like(entry: RegisterEntry, **changed: Any) -> Any:
    columns = {column.key: getattr(entry, column.key) for column in RegisterEntry.__table__.columns}
    return insert(RegisterEntry).values({**columns, "id": uuid.uuid4(), "number": 9, "reference": "X-9", **changed})


@pytest.mark.both_engines
def test_the_database_takes_one_successor_of_the_same_learner_with_a_reason(graduate: Enrolment) -> None:
    other = cohorts.learner(graduate.cohort)
    correct(graduate)
    first, second = db.session.scalars(
        select(RegisterEntry).where(RegisterEntry.enrolment_id == graduate.id).order_by(RegisterEntry.number)
    ).all()
    db.session.commit()
    for changed in (
        {"supersedes_id": None, "reason": ""},
        {"supersedes_id": first.id, "reason": "Encore."},
        {"supersedes_id": second.id, "reason": ""},
        {"supersedes_id": second.id, "reason": "Autre personne.", "enrolment_id": other.id},
        {"supersedes_id": None, "reason": "", "cancels": True, "enrolment_id": other.id},
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(_line_like(first, **changed))
        db.session.rollback()
    db.session.execute(_line_like(first, supersedes_id=second.id, reason="Encore."))
    assert len(lines(graduate)) == 3


# --- pages, papers, message ------------------------------------------------------------------------------------------


def test_by_its_page_and_shown_to_everyone_entitled(graduate: Enrolment, client: Any, page: Any) -> None:
    former = queries.entry_of(graduate.id)
    assert former is not None
    db.session.commit()
    own = f"/parcours/{graduate.id}/diplome"
    accounts.sign_in(client, cohorts.carrier_of(graduate.cohort))
    page(f"{own}/correction", status=403)
    assert "Corriger la décision" not in page(own).text
    accounts.sign_in(client, accounts.manager(cohorts.part_of(graduate.cohort, Part.SCHOOL)))
    assert "Corriger la décision" in page(own).text
    assert former.reference in page(f"{own}/correction").text
    told = {"verdict": "graduated", "decided_on": "02/03/2026", "printed_name": "Camille Roy-Petit", "reason": ""}
    assert client.post(f"{own}/correction", data=told).status_code == 422
    assert client.post(f"{own}/correction", data={**told, "reason": WHY}).status_code == 303
    shown = page(own).text
    assert all(words in shown for words in (WHY, "Lignes du registre", f"remplace {former.reference}", "remplacée par"))
    register = page("/diplomes/registre").text
    assert "Camille Roy-Petit" in register
    assert "remplacée par" in register
    accounts.sign_in(client, graduate.person)
    assert WHY in page(own).text
    assert client.get(f"{own}/attestation-reussite.pdf").data.startswith(b"%PDF")
    page(f"{own}/correction", status=403)


def test_nothing_to_correct_leads_back(ready: Enrolment, client: Any) -> None:
    accounts.sign_in(client, accounts.manager(cohorts.part_of(ready.cohort, Part.SCHOOL)))
    where = f"/parcours/{ready.id}/diplome"
    assert client.get(f"{where}/correction").location == where


def test_the_paper_says_what_it_replaces_and_the_message_before_and_after(graduate: Enrolment) -> None:
    former = queries.entry_of(graduate.id)
    assert former is not None
    assert papers.success(graduate, former, None, clock.today()).data["replaces"] == ""
    correct(graduate)
    entry = queries.entry_of(graduate.id)
    assert entry is not None
    assert papers.success(graduate, entry, None, clock.today()).data["replaces"] == former.reference
    message = OutgoingMail.message == "diplomas/decision_corrected"
    check_letter(db.session.scalars(select(OutgoingMail).where(message)).one())


def test_a_cancelled_line_gives_no_paper_in_bulk(graduate: Enrolment) -> None:
    correct(graduate, Verdict.NOT_GRADUATED, on=DAY - timedelta(days=1))
    assert queries.entries_of(graduate.cohort_id) == {}
