"""Learners whose situation asks for a decision: an alert raised, no post any more (R116)."""

from datetime import timedelta
from typing import Final

from sqlalchemy import and_, or_, select

from training.accounts.models import Person
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment, RiskFlag
from training.common import clock
from training.database import db
from training.desk.facts import Presence
from training.desk.rules import Desk, Line, day_of

SETTLE_AHEAD: Final = timedelta(days=30)
"""How long before its date someone without a post shows on the desk."""
ROWS: Final = 12


def add_situations(desk: Desk, there: Presence) -> None:
    """Add, in the cohorts the person runs, the alerts to answer and the posts to settle. One SELECT."""
    rows = db.session.execute(
        select(Enrolment, Person.first_name + " " + Person.last_name, Cohort.code, Cohort.label, RiskFlag)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(RiskFlag, and_(RiskFlag.enrolment_id == Enrolment.id, RiskFlag.closed_at.is_(None)))
        .where(
            Enrolment.cohort_id.in_(there.managed),
            Enrolment.status.in_(LIVE),
            or_(RiskFlag.id.is_not(None), Enrolment.settle_by <= clock.today() + SETTLE_AHEAD),
        )
        .order_by(Enrolment.settle_by, Person.sort_key, Enrolment.id)
        .limit(ROWS)
    )
    for enrolment, name, code, label, risk in rows:
        href, capacity = f"/promotions/{code}/apprenants/{enrolment.id}", there.managed[enrolment.cohort_id]
        if risk is not None:
            desk.lines.append(
                Line(
                    f"Répondre à l’alerte sur {name}",
                    label,
                    "Lire l’alerte",
                    href,
                    capacity,
                    about="Un risque d’abandon est signalé.",
                    since=day_of(risk.raised_at),
                    weight=1,
                )
            )
        if enrolment.settle_by is not None and enrolment.settle_by <= clock.today() + SETTLE_AHEAD:
            desk.lines.append(
                Line(
                    f"Régler la situation de {name}, sans poste",
                    label,
                    "Voir sa situation",
                    href,
                    capacity,
                    due=enrolment.settle_by,
                    prefix="à régler",
                    weight=2,
                )
            )
