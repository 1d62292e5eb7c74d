"""The publication: one act for the whole list, the first mail of a decision (R30, R105)."""

import pytest
from sqlalchemy import select

from tests.factories import admissions as make
from tests.factories import selection
from training.admissions import rules
from training.admissions.enums import ApplicationAct, ApplicationStatus
from training.admissions.models import Application
from training.admissions.services import publishing, reserve
from training.admissions.services.processing import reopen
from training.common.errors import Refused
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
both_engines = pytest.mark.both_engines
S = ApplicationStatus


def results() -> dict[object, str]:
    """The result posted to each person."""
    rows = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message.like("admissions/result%")))
    return {row.to_person_id: row.message.removeprefix("admissions/result_") for row in rows}


@both_engines
def test_each_is_told_her_own_result_and_only_then_r105() -> None:
    call = make.call()
    validated, refused = make.validated(call, told=False), make.refused(call)
    (on_reserve,) = selection.waiting(call, 1)
    selection.decided_by_school(on_reserve)
    assert results() == {}
    assert publishing.publish_results(call, by=make.manager(call)) == 3
    assert results() == {
        validated.person_id: "selected",
        refused.person_id: "refused",
        on_reserve.person_id: "reserve",
    }
    assert [rules.public_status(a) for a in (validated, refused)] == [S.VALIDATED, S.NOT_SELECTED]
    assert call.results_published_at is not None


def test_what_waits_for_the_school_is_told_by_a_later_publication_r105() -> None:
    call = make.call()
    kept, refused = make.shortlisted(call), make.refused(call)
    assert publishing.publish_results(call, by=make.manager(call)) == 1
    assert rules.public_status(kept) is S.UNDER_REVIEW
    selection.decided_by_school(kept)
    assert publishing.publish_results(call, by=make.manager(call)) == 1
    assert set(results()) == {kept.person_id, refused.person_id}


def test_a_call_may_tell_before_the_school_r105() -> None:
    call = make.call(publishes_before_school=True)
    kept = make.shortlisted(call)
    publishing.publish_results(call, by=make.manager(call))
    assert rules.public_status(kept) is S.SHORTLISTED


def test_publishing_twice_tells_once() -> None:
    call = make.call()
    make.refused(call)
    publishing.publish_results(call, by=make.manager(call))
    with pytest.raises(Refused, match="Aucune décision"):
        publishing.publish_results(call, by=make.manager(call))
    assert len(results()) == 1


def test_no_seat_is_offered_before_the_result_is_told_r105() -> None:
    file = make.validated(told=False)
    with pytest.raises(Refused, match="Publiez d’abord"):
        reserve.offer(file, by=make.manager(file.call))


def test_a_decision_reopened_is_told_again_when_it_stands_again() -> None:
    call = make.call(has_school_step=False)
    file: Application = make.refused(call)
    publishing.publish_results(call, by=make.manager(call))
    reopen(file, ApplicationAct.REOPEN_REVIEW, by=make.manager(call), reason="Recours accepté.")
    assert rules.public_status(file) is S.UNDER_REVIEW
    make._step(file, "shortlist")
    assert publishing.publish_results(call, by=make.manager(call)) == 1
    assert rules.public_status(file) is S.SHORTLISTED
