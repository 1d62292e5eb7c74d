"""A call prepared, settled, published, closed (R13–R18, R95)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import admissions as make
from training.accounts.enums import Part
from training.admissions import rules
from training.admissions.commands import CallSettings, NewCall
from training.admissions.enums import CallPhase, CallStatus
from training.admissions.models import Call
from training.admissions.services import calls, publishing
from training.cohorts.models import Cohort
from training.common import clock
from training.common.errors import Conflict, Refused
from training.common.policy import Principal
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
both_engines = pytest.mark.both_engines


def prepared(cohort: Cohort | None = None) -> tuple[Call, Principal]:
    cohort = cohort or make.cohort()
    call = calls.prepare(NewCall(cohort.id, "BFC-P9", "Promo 9"), by=Principal(name="Camille Roy"))
    return call, make.manager(call)


def settings() -> CallSettings:
    return CallSettings(
        title="Promo 9",
        opens_on=clock.today(),
        closes_on=clock.today() + timedelta(days=30),
        reference_on=None,
        structure_kinds=("msp",),
        piece_codes=("lettre-motivation", "cv"),
        membership_required=False,
        derogation_allowed=False,
        has_preselection=True,
        has_school_step=True,
        publishes_before_school=False,
        opinion_parts=("carrier", "funder"),
        offer_days=7,
        places=12,
        presentation="",
        contact_email=None,
    )


@both_engines
def test_the_bodies_of_the_cohort_play_the_same_parts_in_its_call_r95() -> None:
    cohort = make.cohort(school_outside=True)
    call, _ = prepared(cohort)
    db.session.expire_all()
    played = {(p.part, p.organisation_id, p.outside_tool) for p in call.parts}
    assert played == {(p.part, p.organisation_id, p.outside_tool) for p in cohort.parts}
    assert call.structure_kinds == ["cpts", "msp"]
    assert call.opinion_parts == ["carrier", "funder"]


def test_a_call_without_a_funder_waits_for_no_opinion_of_one_r24() -> None:
    cohort = make.cohort()
    cohort.parts = [p for p in cohort.parts if p.part is not Part.FUNDER]
    db.session.flush()
    call, by = prepared(cohort)
    assert call.opinion_parts == ["carrier"]
    with pytest.raises(Refused, match="financeur") as refusal:
        calls.settle(call, settings(), by=by)
    assert refusal.value.field == "opinion_parts"


@both_engines
def test_the_window_holds_its_last_day_whole_r13() -> None:
    call, by = prepared()
    calls.settle(call, settings(), by=by)
    assert call.closes_at == clock.end_of_day(clock.today() + timedelta(days=30))
    assert [piece.code for piece in call.pieces] == ["cv", "lettre-motivation"]
    assert call.cohort.places == 12
    calls.settle(call, replace(settings(), piece_codes=("cv",)), by=by)
    db.session.expire_all()
    assert [piece.code for piece in call.pieces] == ["cv"]


def test_a_window_backwards_is_refused() -> None:
    call, by = prepared()
    with pytest.raises(Refused) as refusal:
        calls.settle(call, replace(settings(), closes_on=clock.today() - timedelta(days=1)), by=by)
    assert refusal.value.field == "closes_on"


def test_a_call_is_published_whole_and_then_keeps_its_settings() -> None:
    call, by = prepared()
    with pytest.raises(Refused, match="dates d’ouverture"):
        calls.publish(call, by=by)
    calls.settle(call, settings(), by=by)
    calls.publish(call, by=by)
    assert rules.phase(call, clock.now()) is CallPhase.OPEN
    with pytest.raises(Conflict):
        calls.settle(call, settings(), by=by)


def test_a_campaign_ends_once_its_results_are_told() -> None:
    call = make.call()
    make.refused(call)
    with pytest.raises(Refused, match="pas encore publiés"):
        calls.finalise(call, by=make.manager(call))
    publishing.publish_results(call, by=make.manager(call))
    calls.finalise(call, by=make.manager(call))
    assert call.status is CallStatus.FINALISED
