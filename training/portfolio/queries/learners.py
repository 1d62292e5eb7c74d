"""“Mes apprenant·es”: the learners a trainer follows, in all cohorts, the most urgent first (R119)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.catalogue.enums import Modality
from training.catalogue.models import Edition, HoursRequirement
from training.cohorts.enums import FOLLOWING, LIVE, AssignmentKind
from training.cohorts.models import Cohort, Enrolment, RiskFlag, TrainerAssignment
from training.cohorts.queries import in_force_on
from training.cohorts.queries.meetings import next_meetings
from training.common import clock
from training.common.formatting import hours, plain_date, plural
from training.common.policy import Principal
from training.database import db
from training.portfolio import followed, rules
from training.portfolio.enums import EntryStatus
from training.portfolio.followed import Alert, Fact, Told, Urgency
from training.portfolio.models import HoursEntry
from training.portfolio.queries.courses import Course, courses_of
from training.portfolio.rules.followed import in_order, quiet_days, rank
from training.portfolio.rules.hours import ModalityCount

MOST: Final = 300
"""Learners one page tells of: far more than anyone follows."""
_LOGGED: Final = {Modality.E_LEARNING: "E-learning", Modality.TEAM: "En équipe"}


@dataclass(frozen=True, slots=True)
class LearnerCard:
    """A learner as her trainer sees her at a glance."""

    enrolment: Enrolment
    follows: bool
    facts: Sequence[Fact]
    alerts: Sequence[Alert]
    meets_at: datetime | None = None
    """Her next meeting with this trainer."""

    @property
    def name(self) -> str:
        """Her name."""
        return self.enrolment.person.name


@dataclass(frozen=True, slots=True)
class _Hours:
    """What a learner logged in one modality, and when last."""

    minutes: Mapping[tuple[Modality, EntryStatus], int]
    last_at: datetime | None


def learners_of(principal: Principal) -> list[LearnerCard]:
    """Return the learners this person follows or whose cohort she animates, the most urgent first.

    Ten SELECTs and those of the rooms above, whatever the learners.
    """
    rows = _learners(principal)
    enrolments = [enrolment for enrolment, _ in rows]
    courses, logged = courses_of(enrolments), _logged([each.id for each in enrolments])
    required = _required({each.variant_id for each in enrolments})
    risks = _risks([each.id for each in enrolments])
    told = followed.told_of(enrolments)
    meetings = next_meetings([each.id for each in enrolments], principal.person_id)
    cards = []
    for enrolment, follows in rows:
        mine = _own(enrolment, courses[enrolment.id], logged.get(enrolment.id), required)
        shares = [mine, *told[enrolment.id]]
        alerts = [*_standing(enrolment, risks.get(enrolment.id)), *(a for share in shares for a in share.alerts)]
        facts = [fact for share in shares for fact in share.facts]
        cards.append(LearnerCard(enrolment, follows, facts, in_order(alerts), meetings.get(enrolment.id)))
    return sorted(cards, key=lambda card: (*rank(card.alerts), card.enrolment.person.sort_key, str(card.enrolment.id)))


def _learners(principal: Principal) -> list[tuple[Enrolment, bool]]:
    today = in_force_on(clock.today())
    mine = TrainerAssignment.person_id == principal.person_id
    follows = exists().where(
        mine, TrainerAssignment.enrolment_id == Enrolment.id, TrainerAssignment.kind.in_(FOLLOWING), today
    )
    animates = exists().where(
        mine,
        TrainerAssignment.cohort_id == Enrolment.cohort_id,
        TrainerAssignment.kind == AssignmentKind.ANIMATOR,
        today,
    )
    rows = db.session.execute(
        select(Enrolment, follows)
        .join(Enrolment.person)
        .options(
            joinedload(Enrolment.person, innerjoin=True),
            joinedload(Enrolment.structure, innerjoin=True),
            joinedload(Enrolment.variant, innerjoin=True),
            joinedload(Enrolment.cohort, innerjoin=True)
            .joinedload(Cohort.edition, innerjoin=True)
            .options(joinedload(Edition.programme, innerjoin=True), joinedload(Edition.rules)),
        )
        .where(Enrolment.status.in_(LIVE), Enrolment.person_id != principal.person_id, follows | animates)
        .order_by(Person.sort_key, Enrolment.id)
        .limit(MOST)
    )
    return [(row[0], bool(row[1])) for row in rows]


def _logged(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, _Hours]:
    rows = db.session.execute(
        select(
            HoursEntry.enrolment_id,
            HoursEntry.modality,
            HoursEntry.status,
            func.sum(HoursEntry.minutes),
            func.max(HoursEntry.declared_at),
        )
        .where(HoursEntry.enrolment_id.in_(ids))
        .group_by(HoursEntry.enrolment_id, HoursEntry.modality, HoursEntry.status)
    ).all()
    found: dict[uuid.UUID, tuple[dict[Any, int], list[datetime]]] = {}
    for enrolment_id, modality, status, minutes, last_at in rows:
        sums, moments = found.setdefault(enrolment_id, ({}, []))
        sums[modality, status] = minutes
        moments.append(last_at)
    return {key: _Hours(sums, max(moments)) for key, (sums, moments) in found.items()}


def _required(variants: set[uuid.UUID]) -> dict[tuple[uuid.UUID, Modality], int | None]:
    rows = db.session.execute(
        select(
            HoursRequirement.variant_id, HoursRequirement.modality, HoursRequirement.low, HoursRequirement.high
        ).where(HoursRequirement.variant_id.in_(variants))
    )
    return {(variant, modality): low if low == high else None for variant, modality, low, high in rows}


def _risks(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, RiskFlag]:
    rows = db.session.scalars(select(RiskFlag).where(RiskFlag.enrolment_id.in_(ids), RiskFlag.closed_at.is_(None)))
    return {flag.enrolment_id: flag for flag in rows}


def _own(
    enrolment: Enrolment,
    course: Course,
    logged: _Hours | None,
    required: Mapping[tuple[uuid.UUID, Modality], int | None],
) -> Told:
    """Return what the portfolio itself knows: hours logged, documents done and late, silence."""
    href = f"/parcours/{enrolment.id}"
    asked = [line for line in course.tracers if line.mandatory]
    done = sum(not line.awaits_learner and line.status.value == "accepted" for line in asked)
    facts = [
        Fact(label, _hours_words(_count(modality, logged, required.get((enrolment.variant_id, modality)))))
        for modality, label in _LOGGED.items()
    ]
    facts.append(Fact("Documents", f"{done} sur {len(asked)} validés" if asked else "aucun n’est demandé"))
    alerts = []
    late = [line for line in asked if line.is_late]
    if late:
        words = f"« {late[0].label} » en retard" if len(late) == 1 else f"{len(late)} documents en retard"
        alerts.append(Alert(Urgency.LATE, words, href, len(late)))
    last = [line.deposited_on for line in course.tracers if line.deposited_on is not None]
    if logged is not None and logged.last_at is not None:
        last.append(clock.in_paris(logged.last_at).date())
    quiet = quiet_days(enrolment.entered_on, max(last, default=None), clock.today())
    if quiet is not None and len(asked) > done:
        alerts.append(Alert(Urgency.QUIET, f"rien remis depuis {plural(quiet, 'jour')}", href, quiet))
    waiting = sum(logged.minutes.get((each, EntryStatus.DECLARED), 0) for each in _LOGGED) if logged else 0
    if waiting:
        words = f"{hours(Decimal(waiting) / 60)} à valider"
        alerts.append(Alert(Urgency.TO_ANSWER, words, f"{href}/heures", waiting))
    return Told(facts, alerts)


def _count(modality: Modality, logged: _Hours | None, required: int | None) -> ModalityCount:
    minutes = logged.minutes.get((modality, EntryStatus.CONFIRMED), 0) if logged is not None else 0
    return ModalityCount(modality, required, rules.hours_of_minutes(minutes))


def _hours_words(count: ModalityCount) -> str:
    return f"{hours(count.counted)} sur {hours(count.required)}" if count.required is not None else hours(count.counted)


def _standing(enrolment: Enrolment, risk: RiskFlag | None) -> list[Alert]:
    href = f"/promotions/{enrolment.cohort.code}/apprenants/{enrolment.id}"
    alerts = []
    if risk is not None:
        alerts.append(Alert(Urgency.RISK, f"risque d’abandon : {_shortened(risk.reason)}", href))
    if enrolment.settle_by is not None:
        alerts.append(Alert(Urgency.RISK, f"sans poste, à régler avant le {plain_date(enrolment.settle_by)}", href))
    return alerts


def _shortened(words: str, most: int = 90) -> str:
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]}…"


def cohorts_among(cards: Sequence[LearnerCard]) -> dict[str, tuple[str, int]]:
    """Return the cohorts of these learners: code → label and how many, by label."""
    found: dict[str, tuple[str, int]] = {}
    for card in sorted(cards, key=lambda card: card.enrolment.cohort.label):
        cohort = card.enrolment.cohort
        found[cohort.code] = (cohort.label, found.get(cohort.code, ("", 0))[1] + 1)
    return found
