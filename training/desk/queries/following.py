"""Learners whose situation asks for a decision (R116), individual meetings to take or to report on (R119)."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from training.accounts.models import Person
from training.catalogue.enums import ReferentRule
from training.catalogue.models import DiplomaRules
from training.cohorts.enums import LIVE, AssignmentKind, CohortStatus
from training.cohorts.meetings import MeetingSlot, MeetingStatus
from training.cohorts.models import Cohort, Enrolment, RiskFlag, TrainerApproval, TrainerAssignment
from training.cohorts.queries import in_force_on
from training.cohorts.queries.meetings import in_calendar_of, offered_to
from training.cohorts.rules import RENEWAL_NOTICE
from training.common import clock
from training.common.articles import of
from training.common.formatting import plural
from training.common.policy import Principal
from training.database import db
from training.desk.facts import Presence
from training.desk.rules import Coming, Desk, Line, day_of

NEVER: Final = date(9999, 12, 31)
SETTLE_AHEAD: Final = timedelta(days=30)
"""How long before its date someone without a post shows on the desk."""
ROWS: Final = 300
MEETINGS: Final = "/rendez-vous"
COURSE: Final = "Votre formation"
TRAINING: Final = "Formation relais"


def add_situations(desk: Desk, there: Presence) -> None:
    """Add, in the cohorts the person runs, what the follow-up of learners asks. One SELECT.

    Alerts to answer, posts to settle (R116), learners nobody follows (R32), trainers whose approval ends.
    """
    alone: dict[uuid.UUID, list[Any]] = {}
    ending: dict[str, Any] = {}
    for row in db.session.execute(_situations(there)):
        desk.lines += _of_learner(row, there.managed[row.Enrolment.cohort_id])
        if row.is_alone:
            alone.setdefault(row.Enrolment.cohort_id, []).append(row)
        elif row.ends_on is not None and row.ends_on <= clock.today() + RENEWAL_NOTICE:
            ending[row.trainer] = row
    for cohort_id, rows in alone.items():
        desk.lines.append(_of_alone(rows, there.managed[cohort_id]))
    for trainer, row in ending.items():
        desk.lines.append(_of_ending(trainer, row, there.managed[row.Enrolment.cohort_id]))


def _approved_until() -> Any:
    """Return the last day the referent is approved, by any school; null when she never was."""
    return (
        select(func.max(func.coalesce(TrainerApproval.valid_until, NEVER)))
        .where(TrainerApproval.person_id == TrainerAssignment.person_id)
        .correlate(TrainerAssignment)
        .scalar_subquery()
    )


def _situations(there: Presence) -> Any:
    trainer, today, ends_on = aliased(Person), clock.today(), _approved_until()
    is_alone = and_(
        DiplomaRules.referent == ReferentRule.REQUIRED,
        Cohort.status != CohortStatus.CLOSED,
        TrainerAssignment.id.is_(None),
    )
    return (
        select(
            Enrolment,
            (Person.first_name + " " + Person.last_name).label("name"),
            Cohort.code,
            Cohort.label,
            RiskFlag,
            is_alone.label("is_alone"),
            (trainer.first_name + " " + trainer.last_name).label("trainer"),
            ends_on.label("ends_on"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(DiplomaRules, DiplomaRules.edition_id == Cohort.edition_id)
        .outerjoin(RiskFlag, and_(RiskFlag.enrolment_id == Enrolment.id, RiskFlag.closed_at.is_(None)))
        .outerjoin(
            TrainerAssignment,
            and_(
                TrainerAssignment.enrolment_id == Enrolment.id,
                TrainerAssignment.kind == AssignmentKind.REFERENT,
                in_force_on(today),
            ),
        )
        .outerjoin(trainer, trainer.id == TrainerAssignment.person_id)
        .where(
            Enrolment.cohort_id.in_(there.managed),
            Enrolment.status.in_(LIVE),
            or_(
                RiskFlag.id.is_not(None),
                Enrolment.settle_by <= today + SETTLE_AHEAD,
                is_alone,
                ends_on <= today + RENEWAL_NOTICE,
            ),
        )
        .order_by(Cohort.code, Enrolment.settle_by, Person.sort_key, Enrolment.id)
        .limit(ROWS)
    )


def _of_learner(row: Any, capacity: str) -> Iterator[Line]:
    href, settle_by = f"/promotions/{row.code}/apprenants/{row.Enrolment.id}", row.Enrolment.settle_by
    if row.RiskFlag is not None:
        about, since = "Un risque d’abandon est signalé.", day_of(row.RiskFlag.raised_at)
        sentence = f"Répondre à l’alerte sur {row.name}"
        yield Line(sentence, row.label, "Lire l’alerte", href, capacity, about=about, since=since, weight=1)
    if settle_by is not None and settle_by <= clock.today() + SETTLE_AHEAD:
        sentence = f"Régler la situation {of(row.name)}, sans poste"
        act = "Voir sa situation"
        yield Line(sentence, row.label, act, href, capacity, due=settle_by, prefix="à régler", weight=2)


def _of_alone(rows: Sequence[Any], capacity: str) -> Line:
    one = len(rows) == 1
    sentence = f"Désigner qui suit {rows[0].name}" if one else f"Désigner qui suit {len(rows)} apprenant·es"
    about = f"Personne ne {'la ou le' if one else 'les'} suit aujourd’hui."
    href = f"/promotions/{rows[0].code}/apprenants?referent=aucun"
    return Line(sentence, rows[0].label, "Désigner", href, capacity, about=about, weight=4)


def _of_ending(trainer: str, row: Any, capacity: str) -> Line:
    return Line(
        f"Faire renouveler l’agrément {of(trainer)}",
        row.label,
        "Voir l’agrément",
        f"/promotions/{row.code}/formateurs",
        capacity,
        about="Sans agrément, cette personne ne peut plus être désignée.",
        due=row.ends_on,
        prefix="prend fin",
        weight=3,
    )


def add_meetings(desk: Desk, principal: Principal, there: Presence) -> None:
    """Add the meetings to come, those to report on, those one may take. One SELECT for each capacity.

    Who has one to come is asked to choose another only when it is offered to her by name.
    """
    has_one = False
    if there.trained or there.enrolments:
        for slot in in_calendar_of(principal.person_id, MeetingSlot.status == MeetingStatus.BOOKED):
            own = slot.trainer_id == principal.person_id
            other = slot.enrolment.person if own and slot.enrolment is not None else slot.trainer
            if slot.starts_at > clock.now():
                has_one = has_one or not own
                words = f"Rendez-vous avec {other.name}"
                desk.dates.append(Coming(clock.in_paris(slot.starts_at).date(), words, slot.cohort.label, MEETINGS))
            elif own:
                desk.lines.append(_to_report(slot, other.name))
    offered = offered_to(principal) if there.enrolments else ()
    offered = [slot for slot in offered if not has_one or slot.offered_to_id is not None]
    if offered:
        words = (
            f"{plural(len(offered), 'créneau est proposé', 'créneaux sont proposés')} par {offered[0].trainer.name}."
        )
        line = Line(
            "Choisir un rendez-vous individuel", offered[0].cohort.label, "Voir les créneaux", MEETINGS, COURSE,
            about=words, due=day_of(offered[-1].starts_at), prefix="dernier créneau", weight=5,
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
