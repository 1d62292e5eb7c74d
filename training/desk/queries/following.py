"""Learners whose situation asks for a decision (R116), individual meetings to take or to report on (R119)."""

from datetime import timedelta
from typing import Final

from sqlalchemy import and_, or_, select

from training.accounts.models import Person
from training.cohorts.enums import LIVE
from training.cohorts.meetings import MeetingSlot, MeetingStatus
from training.cohorts.models import Cohort, Enrolment, RiskFlag
from training.cohorts.queries.meetings import in_calendar_of, offered_to
from training.common import clock
from training.common.formatting import plural
from training.common.policy import Principal
from training.database import db
from training.desk.facts import Presence
from training.desk.rules import Coming, Desk, Line, day_of

SETTLE_AHEAD: Final = timedelta(days=30)
"""How long before its date someone without a post shows on the desk."""
ROWS: Final = 12
MEETINGS: Final = "/rendez-vous"
COURSE: Final = "Votre formation"
TRAINING: Final = "Formation relais"


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


def add_meetings(desk: Desk, principal: Principal, there: Presence) -> None:
    """Add the meetings to come, those to report on, those one may take. One SELECT for each capacity."""
    if there.trained or there.enrolments:
        for slot in in_calendar_of(principal.person_id, MeetingSlot.status == MeetingStatus.BOOKED):
            own = slot.trainer_id == principal.person_id
            other = slot.enrolment.person if own and slot.enrolment is not None else slot.trainer
            if slot.starts_at > clock.now():
                words = f"Rendez-vous avec {other.name}"
                desk.dates.append(Coming(clock.in_paris(slot.starts_at).date(), words, slot.cohort.label, MEETINGS))
            elif own:
                desk.lines.append(_to_report(slot, other.name))
    offered = offered_to(principal) if there.enrolments else ()
    if offered:
        words = (
            f"{plural(len(offered), 'créneau est proposé', 'créneaux sont proposés')} par {offered[0].trainer.name}."
        )
        line = Line(
            "Choisir un rendez-vous individuel", offered[0].cohort.label, "Voir les créneaux", MEETINGS, COURSE,
            about=words, due=day_of(offered[-1].starts_at), prefix="jusqu’à", weight=5,
        )  # fmt: skip
        desk.lines.append(line)


def _to_report(slot: MeetingSlot, name: str) -> Line:
    return Line(
        f"Écrire le compte rendu du rendez-vous avec {name}",
        slot.cohort.label,
        "Écrire",
        f"{MEETINGS}/{slot.id}/compte-rendu",
        TRAINING,
        since=day_of(slot.starts_at),
        weight=3,
    )
