"""What partnerships ask of those who facilitate them, and of their partners (R81)."""

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ScalarSelect, func, select

from training.common import clock
from training.common.formatting import plural
from training.common.policy import Principal
from training.cooperation.enums import LIVE_ACTIONS, AssessmentStatus, Role
from training.cooperation.models import Action, Assessment, PartnerMember, Partnership
from training.cooperation.rules.rhythm import assessment_due_on, review_due_on
from training.database import db
from training.desk.rules import Desk, Line

SOON: Final = timedelta(days=14)
"""How long before its date an action comes on the desk of the body that leads it."""
UNFINISHED: Final = Assessment.status != AssessmentStatus.FINALISED


def _of_partnership(column: Any, model: Any, *conditions: Any) -> ScalarSelect[Any]:
    query = select(column).where(model.partnership_id == Partnership.id, *conditions)
    return query.correlate(Partnership, PartnerMember).scalar_subquery()


def add_partnerships(desk: Desk, principal: Principal) -> None:
    """Add the assessment under way, the review and the assessment that are due, the actions one's body leads. One SELECT."""
    live = Action.status.in_(LIVE_ACTIONS)
    led = (live, Action.lead_id == PartnerMember.body_id, Action.due_on <= clock.today() + SOON)
    current = (UNFINISHED, Assessment.status != AssessmentStatus.DRAFT)
    rows = db.session.execute(
        select(
            Partnership.id,
            Partnership.name,
            Partnership.reviewed_on,
            Partnership.cadence,
            PartnerMember.role,
            _of_partnership(func.min(Action.created_at), Action, live).label("first_action"),
            _of_partnership(func.max(Assessment.held_on), Assessment, ~UNFINISHED).label("last_held"),
            _of_partnership(func.count(), Assessment, UNFINISHED).label("unfinished"),
            _of_partnership(func.count(), Action, *led).label("led"),
            _of_partnership(func.min(Action.due_on), Action, *led).label("led_due"),
            _of_partnership(func.min(Action.title), Action, *led).label("led_title"),
            Assessment.id.label("assessment_id"),
            Assessment.status,
            Assessment.held_on,
        )
        .join(PartnerMember, PartnerMember.partnership_id == Partnership.id)
        .outerjoin(Assessment, (Assessment.partnership_id == Partnership.id) & current[0] & current[1])
        .where(PartnerMember.person_id == principal.person_id, PartnerMember.until.is_(None))
        .order_by(Partnership.name, Partnership.id, Assessment.held_on, Assessment.id)
        .limit(20)
    )
    told: set[Any] = set()
    for row in rows:
        _under_way(desk, row)
        if row.id not in told:
            told.add(row.id)
            _led(desk, row)
            if row.role is Role.FACILITATOR:
                _due(desk, row)


def _under_way(desk: Desk, row: Any) -> None:
    if row.assessment_id is None:
        return
    address, label = f"/cooperation/auto-evaluations/{row.assessment_id}", row.role.label
    if row.role is Role.FACILITATOR:
        sentence = "Terminer l’auto-évaluation en cours"
        desk.lines.append(Line(sentence, row.name, "Reprendre", address, label, since=row.held_on, weight=4))
    elif row.status is AssessmentStatus.OPEN:
        sentence = "Répondre à l’auto-évaluation ouverte"
        desk.lines.append(
            Line(sentence, row.name, "Répondre", f"{address}/repondre", label, since=row.held_on, weight=3)
        )


def _led(desk: Desk, row: Any) -> None:
    if row.led:
        many = f"Donner des nouvelles de {plural(row.led, 'action', 'actions')}"
        sentence = f"Donner des nouvelles de l’action « {row.led_title} »" if row.led == 1 else many
        address = f"/cooperation/{row.id}/actions"
        desk.lines.append(
            Line(sentence, row.name, "Voir les actions", address, row.role.label, due=row.led_due, weight=4)
        )


def _due(desk: Desk, row: Any) -> None:
    today = clock.today()
    first: date | None = clock.in_paris(row.first_action).date() if row.first_action else None
    review = review_due_on(row.reviewed_on, first)
    if review is not None and review <= today:
        desk.lines.append(
            Line(
                "Tenir la revue des actions",
                row.name,
                "Ouvrir la revue",
                f"/cooperation/{row.id}/revue",
                row.role.label,
                due=review,
                weight=4,
            )
        )
    again = assessment_due_on(row.last_held, row.cadence)
    if again is not None and again <= today and not row.unfinished:
        desk.lines.append(
            Line(
                "Préparer une nouvelle auto-évaluation",
                row.name,
                "Préparer",
                f"/cooperation/{row.id}/auto-evaluation",
                row.role.label,
                due=again,
                weight=5,
            )
        )
