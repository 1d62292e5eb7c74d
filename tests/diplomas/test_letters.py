"""What the messages of the diplomas say, kept whole beside this file (R69, R70, R110)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import diplomas as make
from tests.support.letters import check_letter
from training.cohorts.models import Enrolment
from training.common import clock
from training.common.mail import OutgoingMail
from training.database import db
from training.diplomas import services
from training.diplomas.commands import Decisions, WaiverAnswer, WaiverToAsk
from training.diplomas.enums import Verdict, WaiverAct, WaiverScope
from training.diplomas.rules import WaiverKey

TEAM = WaiverKey(WaiverScope.HOURS, "team")


def last(message: str) -> Any:
    return db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == f"diplomas/{message}")).first()


def test_what_a_waiver_says(unready: Enrolment) -> None:
    school = make.school_of(unready.cohort)
    waiver = services.ask(unready, WaiverToAsk(TEAM, "Arrêt de quatre mois."), by=make.carrier_of(unready.cohort))
    services.settle(waiver, WaiverAnswer(WaiverAct.REFUSE, clock.today(), "Les heures restent possibles."), by=school)
    check_letter(last("waiver_asked"))
    check_letter(last("waiver_settled"))


def test_what_the_board_asks(unready: Enrolment) -> None:
    services.plan_board(unready.cohort, date(2026, 3, 20), by=make.carrier_of(unready.cohort))
    check_letter(last("name_to_proofread"))


@pytest.mark.parametrize("verdict", Verdict)
def test_what_a_decision_says(unready: Enrolment, verdict: Verdict) -> None:
    command = Decisions((unready.id,), verdict, clock.today(), "La commission a lu tout son parcours.")
    services.decide(unready.cohort, command, by=make.school_of(unready.cohort))
    check_letter(last(f"decided_{verdict.value}"))
