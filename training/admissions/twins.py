"""How the keys of admissions follow a merger, and what admissions know of a record met twice (R101)."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import and_, func, literal, or_, select

from training.accounts.enums import Function
from training.accounts.models import Structure
from training.admissions.models import Application, Call, Opinion, ReviewAssignment
from training.admissions.queries.applicant import applicants_of
from training.admissions.queries.scope import visible
from training.common.formatting import plural
from training.common.policy import Principal
from training.common.twins import MOVES, YIELDS, Follow, TwinFact, TwinKey, TwinKind, Twins
from training.database import db

OWN_JUDGE: Final = "L’une lit, entend ou juge le dossier de l’autre : il s’agit sans doute de deux personnes."


def _facts(kind: TwinKind, ids: Sequence[uuid.UUID], principal: Principal) -> Mapping[uuid.UUID, Sequence[TwinFact]]:
    """Return the files of each, named to who sees them; those of one structure share its mark. One SELECT."""
    found: defaultdict[uuid.UUID, list[TwinFact]] = defaultdict(list)
    if kind is TwinKind.STRUCTURE:
        rows = select(Application.structure_id, func.count()).group_by(Application.structure_id)
        for known_id, count in db.session.execute(rows.where(Application.structure_id.in_(ids))):
            if known_id is not None:
                found[known_id].append(TwinFact("Candidatures", plural(count, "dossier")))
        return found
    files = (
        select(
            Application.person_id,
            Application.number,
            Call.code,
            Call.title,
            Structure.id,
            Structure.name,
            or_(visible(principal), literal(principal.holds(Function.ADMINISTRATOR))),
        )
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Structure, Structure.id == Application.structure_id)
        .where(Application.person_id.in_(ids))
        .order_by(Application.created_at, Application.id)
    )
    for person_id, number, code, title, structure_id, name, is_seen in db.session.execute(files):
        told = f"{title} ({f'{code}-{number:04d}' if number else 'brouillon'})"
        found[person_id].append(TwinFact("Candidatures", told if is_seen else None))
        if structure_id is not None:
            found[person_id].append(TwinFact("Structure", name if is_seen else None, mark=str(structure_id)))
    return found


def _bars(kind: TwinKind, kept_id: uuid.UUID, merged_id: uuid.UUID) -> Sequence[str]:
    """Nobody judges her own file (R97)."""
    if kind is TwinKind.STRUCTURE:
        return ()
    for judge, link in (
        (Opinion.reviewer_id, Opinion.application_id == Application.id),
        (ReviewAssignment.reviewer_id, ReviewAssignment.application_id == Application.id),
    ):
        crossed = or_(
            and_(judge == kept_id, Application.person_id == merged_id),
            and_(judge == merged_id, Application.person_id == kept_id),
        )
        if db.session.scalar(select(Application.id).where(link, crossed).limit(1)) is not None:
            return (OWN_JUDGE,)
    return ()


TWINS: Final = Twins(
    keys={
        "application.entered_by": MOVES,
        "application.person_id": TwinKey(
            Follow.MOVES,
            "Ces deux comptes ont chacun un dossier en cours pour le même appel : retirez d’abord l’un des deux dossiers.",
        ),
        "application.structure_id": MOVES,
        "application_practice.structure_id": TwinKey(
            Follow.MOVES, "Un dossier nomme ces deux structures : retirez-en d’abord une de ce dossier."
        ),
        "booked_time.person_id": TwinKey(
            Follow.MOVES, "Ces deux comptes ont chacun un entretien à la même heure : déplacez d’abord l’un des deux."
        ),
        "call_version.by_id": MOVES,
        "committee_meeting.created_by": MOVES,
        "derogation.decided_by": MOVES,
        "derogation.met_by": MOVES,
        "export_choice.person_id": YIELDS,
        "extension.granted_by": MOVES,
        "extension.person_id": YIELDS,
        "funder_validation.recorded_by": MOVES,
        "interview.interviewer_id": MOVES,
        "interview_slot.interviewer_id": MOVES,
        "letter_request.asked_by": MOVES,
        "opinion.reviewer_id": TwinKey(
            Follow.MOVES, "Ces deux comptes ont chacun donné leur avis sur un même dossier : ils restent deux."
        ),
        "review_assignment.reviewer_id": YIELDS,
        "school_decision.recorded_by": MOVES,
    },
    people=applicants_of,
    facts=_facts,
    bars=_bars,
)
