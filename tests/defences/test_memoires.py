"""A mémoire from its subject to the “bon à soutenir”, on real rows (R54, R56–R60, R114)."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import defences as make
from tests.factories import portfolio as portfolio_rows
from tests.factories.portfolio import Pair
from training.common import clock, doctor
from training.common.errors import ActUnavailable, Conflict, Forbidden, ReasonRequired, Refused
from training.common.mail import OutgoingMail
from training.database import db
from training.defences import integrity, privacy, queries, waived
from training.defences.commands import PlannedStep, Remark, Subject, TakenOver
from training.defences.enums import MemoireStatus
from training.defences.models import Memoire, MemoireVersion
from training.defences.rules.memoires import Length
from training.defences.services import memoires, versions

pytestmark = pytest.mark.both_engines
OTHER = Subject("Un autre sujet", "", "Une autre démarche.")


@pytest.fixture
def spared(pair: Pair) -> Any:
    """The school waives every tracer document of the learner."""
    kept = list(waived._providers)
    waived.provide(lambda _enrolment: frozenset(t.id for m in pair.cohort.edition.modules for t in m.tracers))
    yield pair
    waived._providers[:] = kept


def state(memoire: Memoire) -> MemoireStatus:
    return memoire.status


def mails() -> list[tuple[str, str]]:
    return [(m.message, m.to_email) for m in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at))]


def by(person: Any) -> Any:
    return accounts.principal(person)


def test_r56_a_subject_waits_for_who_follows_her_and_comes_back_to_be_worked_on(pair: Pair) -> None:
    memoire = make.proposed(pair)
    assert state(memoire) is MemoireStatus.SUBJECT_PROPOSED
    with pytest.raises(ReasonRequired):
        memoires.decide_subject(memoire, approve=False, by=by(pair.reader))
    memoires.decide_subject(memoire, approve=False, reason="Quelle démarche ?", by=by(pair.reader))
    assert state(memoire) is MemoireStatus.SUBJECT_RETURNED
    memoires.propose(pair.enrolment, OTHER, by=by(pair.learner))
    memoires.decide_subject(memoire, approve=True, by=by(pair.reader))
    assert (state(memoire), memoire.subject) == (MemoireStatus.SUBJECT_APPROVED, OTHER.subject)
    assert mails() == [
        ("defences/subject_proposed", pair.reader.email),
        ("defences/subject_returned", pair.learner.email),
        ("defences/subject_proposed", pair.reader.email),
        ("defences/subject_approved", pair.learner.email),
    ]


def test_r56_nobody_else_proposes_nor_approves(pair: Pair) -> None:
    memoire = make.proposed(pair)
    for someone in (pair.learner, cohort_rows.carrier_of(pair.cohort), cohort_rows.animator(pair.cohort)):
        with pytest.raises(Forbidden):
            memoires.decide_subject(memoire, approve=True, by=by(someone))
    with pytest.raises(Forbidden):
        memoires.propose(pair.enrolment, OTHER, by=by(pair.reader))


def test_r56_no_version_before_the_subject_is_approved(pair: Pair) -> None:
    memoire = make.proposed(pair)
    with pytest.raises(ActUnavailable):
        make.draft(memoire, pair.learner)


def test_an_approved_subject_changes_by_an_act_with_its_reason_and_keeps_the_old_one(pair: Pair) -> None:
    memoire = make.approved(pair)
    with pytest.raises(Conflict, match="déjà approuvé"):
        memoires.propose(pair.enrolment, OTHER, by=by(pair.learner))
    with pytest.raises(ReasonRequired):
        memoires.change_subject(memoire, OTHER, "", by=by(pair.learner))
    memoires.change_subject(memoire, OTHER, "L’équipe a changé de projet.", by=by(pair.learner))
    assert (state(memoire), memoire.subject) == (MemoireStatus.SUBJECT_PROPOSED, OTHER.subject)


def test_r57_versions_are_numbered_and_talked_over(pair: Pair) -> None:
    memoire = make.approved(pair)
    first = make.draft(memoire, pair.learner, "Un\nDeux")
    second = make.draft(memoire, pair.learner, "Un\nTrois")
    versions.comment(first, Remark("Dites pourquoi."), by=by(pair.reader))
    versions.comment(second, Remark("C’est fait."), by=by(pair.learner))
    page = queries.memoire_page(queries.find_memoire(by(pair.reader), memoire.id), by(pair.reader))
    assert [each.version.number for each in page.versions] == [2, 1]
    assert {(change.words, change.added) for change in page.versions[0].changes} == {("Deux", False), ("Trois", True)}
    with pytest.raises(Forbidden):
        versions.comment(first, Remark("Moi aussi."), by=by(cohort_rows.carrier_of(pair.cohort)))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"own_work": False}, "own_work"),
        ({"no_patient_data": False}, "no_patient_data"),
        ({"annex_pages": 12}, "annex_pages"),
    ],
)
def test_r58_a_final_version_is_whole_and_pledged(pair: Pair, more: dict[str, Any], field: str) -> None:
    memoire = make.approved(pair)
    with pytest.raises(Refused) as refusal:
        make.final(memoire, pair.learner, **more)
    assert refusal.value.field == field
    assert state(memoire) is MemoireStatus.SUBJECT_APPROVED


@pytest.mark.parametrize("blocking", [False, True])
def test_r58_outside_the_pages_asked_warns_or_blocks_as_the_edition_says(
    pair: Pair, monkeypatch: Any, *, blocking: bool
) -> None:
    monkeypatch.setattr("training.defences.services.versions.length_of", lambda _m: Length(10, 20, blocking=blocking))
    memoire = make.approved(pair)
    if blocking:
        with pytest.raises(Refused, match="20 au plus"):
            make.final(memoire, pair.learner, pages=25)
        assert make.final(memoire, pair.learner, pages=25, annex_pages=5).body_pages == 20
    else:
        assert make.final(memoire, pair.learner, pages=25).body_pages == 25


def test_r59_after_its_last_day_a_final_version_is_no_longer_replaced(pair: Pair, monkeypatch: Any) -> None:
    memoire = make.approved(pair)
    monkeypatch.setattr(
        "training.defences.services.versions.final_due_of", lambda _m, _day: clock.today() - timedelta(days=1)
    )
    make.final(memoire, pair.learner)  # late, and taken all the same
    with pytest.raises(Refused, match="ne peut plus être remplacée"):
        make.final(memoire, pair.learner)


def test_r60_clearance_waits_for_the_core_documents(pair: Pair) -> None:
    memoire = make.approved(pair)
    make.final(memoire, pair.learner)
    with pytest.raises(Refused, match="Les documents traceurs"):
        memoires.clear(memoire, by=by(pair.reader))


def test_r60_clearance_locks_the_final_version_and_may_be_taken_back(spared: Pair) -> None:
    memoire = make.approved(spared)
    version = make.final(memoire, spared.learner)
    memoires.clear(memoire, by=by(spared.reader))
    assert (state(memoire), version.locked_at is not None) == (MemoireStatus.CLEARED, True)
    with pytest.raises(ActUnavailable):
        make.final(memoire, spared.learner)
    with pytest.raises(Conflict, match="bon à soutenir"):
        versions.hide(version, "un nom", by=by(spared.reader))
    memoires.take_back(memoire, "Une partie manque.", by=by(spared.reader))
    assert state(memoire) is MemoireStatus.FINAL_DEPOSITED
    again = make.final(memoire, spared.learner)
    assert (again.number, again.locked_at) == (2, None)


ATTEMPTS = (
    "UPDATE memoire_version SET number = 9",
    "UPDATE memoire_version SET locked_at = NULL",
    "UPDATE memoire_version SET sha256 = ''",
    "UPDATE memoire_version SET pages = 15",
    "UPDATE memoire_version SET message = 'autre chose'",
    "UPDATE memoire_version SET text = 'autre chose'",
    "DELETE FROM memoire_version",
)


@pytest.fixture
def cleared(spared: Pair) -> Memoire:
    """A mémoire cleared for its defence."""
    memoire = make.approved(spared)
    make.final(memoire, spared.learner, message="Un mot", text="Le texte")
    memoires.clear(memoire, by=by(spared.reader))
    db.session.commit()
    return memoire


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_database_refuses_to_change_what_was_cleared(cleared: Memoire, attempt: str) -> None:
    with pytest.raises(DBAPIError, match="what was cleared cannot change"):
        db.session.execute(text(attempt))
    db.session.rollback()


def test_a_person_is_forgotten_and_the_clearance_stays_r91(cleared: Memoire) -> None:
    assert privacy.empty_memoires(cleared.enrolment.person_id) == 3  # a file, a message, the subject
    db.session.flush()
    row = db.session.execute(text("SELECT message, text, locked_at IS NOT NULL FROM memoire_version")).one()
    assert tuple(row) == ("", "", True)
    assert list(integrity.faults()) == []


def test_the_doctor_tells_a_clearance_without_its_file(cleared: Memoire) -> None:
    assert doctor.diagnose() == []
    db.session.execute(text("UPDATE memoire SET taken_over = false"))
    other = make.approved(portfolio_rows.pair(cleared.cohort))
    db.session.execute(text("UPDATE memoire SET status = 'cleared' WHERE id <> :kept"), {"kept": cleared.id.hex
        if db.engine.dialect.name == "sqlite" else str(cleared.id)})  # fmt: skip
    assert [fault for fault in integrity.faults() if str(other.id) in fault]


def test_r54_a_version_set_aside_is_hidden_then_erased_by_its_author(pair: Pair) -> None:
    memoire = make.approved(pair)
    version = make.draft(memoire, pair.learner, "IPP 12345678")
    assert version.concerns
    versions.hide(version, "page 1, un numéro de séjour", by=by(pair.reader))
    with pytest.raises(Exception, match="écart"):
        queries.find_version(by(pair.reader), version.id)
    versions.erase_hidden(version, by=by(pair.learner))
    assert (version.file.erased_at is not None, version.text) == (True, "")
    with pytest.raises(Conflict, match="effacé"):
        versions.show(version, "finalement rien", by=by(pair.reader))


def test_the_plan_of_work_is_the_learners_own(pair: Pair) -> None:
    memoire = make.approved(pair)
    step = memoires.plan_step(memoire, PlannedStep("Écrire", clock.today() - timedelta(days=1)), by=by(pair.learner))
    before = step.is_late
    memoires.tick_step(step, by=by(pair.learner))
    assert (before, step.is_late) == (True, False)
    with pytest.raises(Forbidden):
        memoires.drop_step(step, by=by(pair.reader))


def test_r114_a_state_is_brought_in_once_and_says_so(pair: Pair) -> None:
    carrier = by(cohort_rows.carrier_of(pair.cohort))
    memoire = memoires.record_state(pair.enrolment, TakenOver("Repris", MemoireStatus.CLEARED), by=carrier)
    assert (memoire.taken_over, state(memoire)) == (True, MemoireStatus.CLEARED)
    with pytest.raises(Conflict):
        memoires.record_state(pair.enrolment, TakenOver("Repris", MemoireStatus.PASSED), by=carrier)
    assert list(integrity.faults()) == []


def test_two_readers_who_answer_at_once_answer_once(pair: Pair, app: Any, engine_name: str) -> None:
    if engine_name != "postgresql":
        return
    memoire_id, reader = make.proposed(pair).id, by(pair.reader)
    db.session.commit()
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def answer() -> None:
        with app.app_context():
            together.wait()
            try:
                memoire = queries.find_memoire(reader, memoire_id, to_change=True)
                memoires.decide_subject(memoire, approve=True, by=reader)
                db.session.commit()
                outcomes.append("approved")
            except ActUnavailable:
                db.session.rollback()
                outcomes.append("too late")

    threads = [threading.Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "too late"]


def test_the_rows_hold_what_they_must(pair: Pair) -> None:
    memoire = make.approved(pair)
    make.draft(memoire, pair.learner)
    assert db.session.scalars(select(MemoireVersion.no_patient_data)).all() == [True]
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE memoire_version SET no_patient_data = false"))
    db.session.rollback()
