"""How the keys of cohorts follow a merger, and what cohorts know of a person met twice (R101)."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import and_, func, literal, or_, select

from training.accounts.enums import Function
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.cohorts.queries import busy_elsewhere, learners_of, seen_by
from training.cohorts.registration import CivilStatus, LaunchGuest, LaunchTeam
from training.common.formatting import plural
from training.common.policy import Principal
from training.common.twins import MOVES, YIELDS, Follow, TwinFact, TwinKey, TwinKind, Twins
from training.database import db


def _facts(kind: TwinKind, ids: Sequence[uuid.UUID], principal: Principal) -> Mapping[uuid.UUID, Sequence[TwinFact]]:
    """Return the cohorts of each, named to who sees them, and the birth date of people, which is compared and never shown. Two SELECTs."""
    found: defaultdict[uuid.UUID, list[TwinFact]] = defaultdict(list)
    if kind is TwinKind.STRUCTURE:
        rows = select(Enrolment.structure_id, func.count()).group_by(Enrolment.structure_id)
        for structure_id, count in db.session.execute(rows.where(Enrolment.structure_id.in_(ids))):
            found[structure_id].append(TwinFact("Inscriptions", plural(count, "inscription")))
        return found
    courses = (
        select(
            Enrolment.person_id,
            Enrolment.status,
            Cohort.label,
            or_(seen_by(principal), literal(principal.holds(Function.ADMINISTRATOR))),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.person_id.in_(ids))
        .order_by(Enrolment.entered_on, Enrolment.id)
    )
    for person_id, status, label, is_seen in db.session.execute(courses):
        told = f"{label} : {status.label.lower()}"
        found[person_id].append(TwinFact("Promotions", told if is_seen else None))
    births = select(CivilStatus.person_id, CivilStatus.born_on)
    for person_id, born_on in db.session.execute(
        births.where(CivilStatus.person_id.in_(ids), CivilStatus.born_on.is_not(None))
    ):
        found[person_id].append(TwinFact("Date de naissance", mark=str(born_on), tells_apart=True))
    return found


def _bars(kind: TwinKind, kept_id: uuid.UUID, merged_id: uuid.UUID) -> Sequence[str]:
    """Nobody follows herself as a trainer."""
    if kind is TwinKind.STRUCTURE:
        return ()
    one, other = TrainerAssignment.person_id, Enrolment.person_id
    query = (
        select(TrainerAssignment.id)
        .join(Enrolment, Enrolment.id == TrainerAssignment.enrolment_id)
        .where(or_(and_(one == kept_id, other == merged_id), and_(one == merged_id, other == kept_id)))
        .limit(1)
    )
    if db.session.scalar(query) is None:
        return ()
    return ("L’une suit l’autre comme formateur·rice relais : il s’agit sans doute de deux personnes.",)


def _guests_of_her_only_team(kept_id: uuid.UUID, _merged_id: uuid.UUID) -> Any:
    """The guests of a launch for which the record kept has told no team: two teams are not mixed."""
    return LaunchGuest.cohort_id.not_in(select(LaunchTeam.cohort_id).where(LaunchTeam.person_id == kept_id))


TWINS: Final = Twins(
    keys={
        "civil_status.person_id": YIELDS,
        "directory_entry.person_id": YIELDS,
        "enrolment.person_id": TwinKey(
            Follow.MOVES,
            "Ces deux comptes suivent chacun la même formation : mettez d’abord fin à l’une des inscriptions.",
        ),
        "enrolment.structure_id": MOVES,
        "follow_up_note.author_id": MOVES,
        "launch_guest.person_id": TwinKey(Follow.YIELDS, only=_guests_of_her_only_team),
        "launch_team.person_id": YIELDS,
        "module_choice.chosen_by": MOVES,
        "portrait.person_id": YIELDS,
        "meeting_slot.trainer_id": YIELDS,
        "risk_flag.closed_by": MOVES,
        "risk_flag.raised_by": MOVES,
        "trainer_approval.person_id": YIELDS,
        "trainer_approval.recorded_by": MOVES,
        "trainer_assignment.person_id": YIELDS,
        "transfer.proposed_by": MOVES,
        "transfer.settled_by": MOVES,
        "transfer.welcomed_by": MOVES,
    },
    people=learners_of,
    strangers=busy_elsewhere,
    facts=_facts,
    bars=_bars,
)
