"""Waivers: asked, granted, refused, ended; by the school alone, or transcribed with its proof (R69, R96)."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts, cohorts, portfolio
from tests.factories import diplomas as make
from tests.support import samples
from training.accounts.enums import Function, Part
from training.cohorts.models import Enrolment
from training.common import clock, files, journal
from training.common.declarations import file_use, registry
from training.common.errors import Forbidden, ReasonRequired, Refused
from training.common.mail import OutgoingMail
from training.database import db
from training.defences import waived
from training.diplomas import queries, services
from training.diplomas.commands import Decisions, WaiverAnswer, WaiverToAsk, WaiverToGrant
from training.diplomas.enums import ReasonKind, Verdict, WaiverAct, WaiverScope, WaiverStatus
from training.diplomas.rules import WaiverKey

TEAM = WaiverKey(WaiverScope.HOURS, "team")
DAY = date(2026, 3, 2)


def module_of(enrolment: Enrolment) -> WaiverKey:
    return WaiverKey(WaiverScope.MODULE, str(portfolio.module(enrolment.cohort).id))


def proof(use: str = services.WAIVER_USE) -> Any:
    known = file_use(use)
    return files.stage(files.check(io.BytesIO(samples.pdf()), "courriel.pdf", known), known)


def test_the_school_dispenses_and_the_reason_goes(unready: Enrolment) -> None:
    school = make.school_of(unready.cohort)
    services.grant(unready, WaiverToGrant(module_of(unready), "Expérience reconnue.", DAY), by=school)
    services.grant(unready, WaiverToGrant(TEAM, "Travail mené ailleurs.", DAY), by=school)
    found = queries.progress_of_learner(unready.id).eligibility
    assert [reason.kind for reason in found.reasons] == [ReasonKind.HOURS]
    assert len(found.waived) == 2
    told = journal.timeline(queries.waivers_of(unready.id)[0], sentences=registry.sentences)
    assert [entry.kind for entry in told] == ["diploma_waiver.grant"]
    assert told[0].reason


@pytest.mark.both_engines
def test_a_trainer_asks_and_the_school_answers(unready: Enrolment) -> None:
    trainer = accounts.principal(cohorts.referent(unready).person)
    school = make.school_of(unready.cohort)
    waiver = services.ask(unready, WaiverToAsk(TEAM, "Arrêt de quatre mois."), by=trainer)
    assert waiver.status is WaiverStatus.ASKED
    assert not queries.progress_of_learner(unready.id).eligibility.waived
    with pytest.raises(Refused, match="déjà demandée"):
        services.ask(unready, WaiverToAsk(TEAM, "Encore."), by=trainer)
    with pytest.raises(Forbidden):
        services.settle(waiver, WaiverAnswer(WaiverAct.GRANT, DAY), by=trainer)
    with pytest.raises(ReasonRequired):
        services.settle(waiver, WaiverAnswer(WaiverAct.REFUSE, DAY), by=school)
    services.settle(waiver, WaiverAnswer(WaiverAct.GRANT, DAY), by=school)
    assert [each.key for each in queries.progress_of_learner(unready.id).eligibility.waived] == [TEAM]
    services.settle(waiver, WaiverAnswer(WaiverAct.END, DAY, "Accordée par erreur."), by=school)
    assert not queries.progress_of_learner(unready.id).eligibility.waived
    services.ask(unready, WaiverToAsk(TEAM, "Nouvelle demande."), by=trainer)
    posted = db.session.scalars(select(OutgoingMail.message).order_by(OutgoingMail.message)).all()
    assert posted.count("diplomas/waiver_asked") == 2
    assert posted.count("diplomas/waiver_settled") == 4  # the trainer and the learner, twice


@pytest.mark.both_engines
def test_a_refusal_leaves_the_reason_and_may_be_asked_again(unready: Enrolment) -> None:
    carrier, school = make.carrier_of(unready.cohort), make.school_of(unready.cohort)
    waiver = services.ask(unready, WaiverToAsk(TEAM, "Arrêt."), by=carrier)
    services.settle(waiver, WaiverAnswer(WaiverAct.REFUSE, DAY, "Les heures restent possibles."), by=school)
    assert waiver.status is WaiverStatus.REFUSED
    assert TEAM in queries.progress_of_learner(unready.id).eligibility.waivable
    services.ask(unready, WaiverToAsk(TEAM, "Le délai est passé."), by=carrier)


def test_only_what_is_missing_is_waived(ready: Enrolment) -> None:
    school = make.school_of(ready.cohort)
    for key in (TEAM, module_of(ready), WaiverKey(WaiverScope.MODULE, "ailleurs"), WaiverKey(WaiverScope.FORUM)):
        with pytest.raises(Refused, match="Rien de tel"):
            services.grant(ready, WaiverToGrant(key, "Pour rien.", DAY), by=school)


def test_the_carrier_may_not_decide_where_the_school_is_a_user(unready: Enrolment) -> None:
    with pytest.raises(Forbidden):
        services.grant(unready, WaiverToGrant(TEAM, "Non.", DAY), by=make.carrier_of(unready.cohort))


def test_outside_the_tool_the_carrier_transcribes_with_the_proof(session: Any, frozen_clock: Any) -> None:
    learner = make.begun(cohorts.cohort(school_outside=True))
    carrier = make.carrier_of(learner.cohort)
    with pytest.raises(Refused, match="Joignez"):
        services.grant(learner, WaiverToGrant(TEAM, "Décision reçue.", DAY), by=carrier)
    learning = WaiverKey(WaiverScope.HOURS, "e_learning")
    waiver = services.grant(learner, WaiverToGrant(learning, "Décision reçue.", DAY, proof()), by=carrier)
    assert waiver.transcribed
    assert waiver.evidence is not None


def test_a_day_to_come_is_refused(unready: Enrolment) -> None:
    command = WaiverToGrant(TEAM, "Trop tôt.", clock.today() + timedelta(days=1))
    with pytest.raises(Refused, match="à venir"):
        services.grant(unready, command, by=make.school_of(unready.cohort))


def test_a_school_manager_who_learns_does_not_dispense_herself(unready: Enrolment) -> None:
    accounts.membership(unready.person, Function.MANAGER, cohorts.part_of(unready.cohort, Part.SCHOOL))
    with pytest.raises(Forbidden):
        services.grant(unready, WaiverToGrant(TEAM, "Pour moi.", DAY), by=accounts.principal(unready.person))


def test_a_file_decided_of_takes_no_waiver_any_more(unready: Enrolment) -> None:
    school = make.school_of(unready.cohort)
    waiver = services.ask(unready, WaiverToAsk(TEAM, "Arrêt."), by=make.carrier_of(unready.cohort))
    command = Decisions((unready.id,), Verdict.NOT_GRADUATED, DAY, "Formation incomplète.")
    services.decide(unready.cohort, command, by=school)
    with pytest.raises(Refused, match="clos"):
        services.settle(waiver, WaiverAnswer(WaiverAct.GRANT, DAY), by=school)


def test_what_a_clearance_asks_follows_the_waivers(unready: Enrolment) -> None:
    kind = portfolio.tracer_type(unready.cohort).id
    assert waived.tracers_of(unready.id) == frozenset()
    school = make.school_of(unready.cohort)
    services.grant(unready, WaiverToGrant(module_of(unready), "Expérience reconnue.", DAY), by=school)
    assert waived.tracers_of(unready.id) == {kind}
