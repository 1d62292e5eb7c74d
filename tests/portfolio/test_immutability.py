"""What was accepted cannot change: by the services, by the pages, by SQL, on both engines (R52)."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.factories import accounts
from tests.factories import portfolio as make
from tests.factories.portfolio import Pair
from training.common import doctor
from training.database import db
from training.portfolio import integrity, privacy
from training.portfolio.models import Tracer

pytestmark = pytest.mark.both_engines

ATTEMPTS = (
    "UPDATE tracer SET status = 'to_revise'",
    "UPDATE tracer SET deposited_at = created_at",
    "DELETE FROM tracer",
    "UPDATE tracer_version SET number = 9",
    "UPDATE tracer_version SET accepted_at = NULL",
    "UPDATE tracer_version SET digest = ''",
    "UPDATE tracer_version SET message = 'autre chose'",
    "DELETE FROM tracer_version",
    "UPDATE tracer_file SET sha256 = ''",
    "UPDATE tracer_file SET text = 'autre texte'",
    "DELETE FROM tracer_file",
)


@pytest.fixture
def accepted(pair: Pair) -> Pair:
    """A learner with an accepted document."""
    make.decided(make.deposited(pair.enrolment, message="Un mot"), pair.reader)
    db.session.commit()
    return pair


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_database_refuses_to_change_what_was_accepted(accepted: Pair, attempt: str) -> None:
    with pytest.raises(DBAPIError, match="what was accepted cannot change"):
        db.session.execute(text(attempt))
    db.session.rollback()


def test_what_is_not_accepted_still_moves(pair: Pair) -> None:
    make.deposited(pair.enrolment)
    db.session.execute(text("UPDATE tracer_version SET message = 'corrigé'"))
    db.session.execute(text("UPDATE tracer_file SET text = 'autre'"))


def test_truncating_is_refused_on_postgresql(accepted: Pair) -> None:
    if db.engine.dialect.name != "postgresql":
        return
    with pytest.raises(DBAPIError, match="what was accepted cannot change"):
        db.session.execute(text("TRUNCATE tracer CASCADE"))
    db.session.rollback()


def test_a_person_is_forgotten_and_the_acceptance_stays_r91(accepted: Pair) -> None:
    assert privacy.empty_versions(accepted.learner.id) == 2  # a file, and the message
    assert privacy.empty_reviews(accepted.learner.id) == 1
    assert privacy.empty_hours(accepted.learner.id) == 0
    db.session.flush()
    row = db.session.execute(
        text("SELECT v.message, v.accepted_at IS NOT NULL, f.text FROM tracer_version v JOIN tracer_file f ON 1 = 1")
    ).one()
    assert tuple(row) == ("", True, "")
    assert list(integrity.faults()) == []


def test_a_file_added_behind_the_back_is_told_by_the_doctor(accepted: Pair) -> None:
    assert doctor.diagnose() == []
    other = make.deposited(make.pair(accepted.cohort).enrolment)
    db.session.execute(
        text(
            "UPDATE tracer_file SET version_id = (SELECT id FROM tracer_version WHERE accepted_at IS NOT NULL) "
            "WHERE version_id <> (SELECT id FROM tracer_version WHERE accepted_at IS NOT NULL)"
        )
    )
    assert other.deposited
    assert any("not those that were accepted" in fault for fault in integrity.faults())


def test_the_pages_refuse_too(accepted: Pair, client: Any) -> None:
    tracer = db.session.scalars(select(Tracer)).one()
    accounts.sign_in(client, accepted.learner)
    answer = client.post(f"/documents-traceurs/{tracer.id}/deposer", data={"no_patient_data": "y"})
    assert answer.status_code == 409
    accounts.sign_in(client, accepted.reader)
    again = {"number": "1", "comment": "Non", "decision": "to_revise"}
    assert client.post(f"/documents-traceurs/{tracer.id}/relecture", data=again).status_code == 409


def test_her_own_copy_holds_what_she_wrote_and_was_answered_r91(accepted: Pair) -> None:
    make.log(accepted.enrolment, words="Réunion")
    (version,) = privacy.export_versions(accepted.learner.id)
    (review,) = privacy.export_reviews(accepted.learner.id)
    (hours,) = privacy.export_hours(accepted.learner.id)

    assert (version["message"], review["commentaire"], hours["mots"]) == ("Un mot", "Lu.", "Réunion")
    assert privacy.export_reviews(accepted.reader.id)[0]["auteur·rice"] is True
