"""Which files a person may see: the one place where it is written, as SQL (R88, R95)."""

from sqlalchemy import ColumnElement, and_, false, or_, select

from training.accounts.enums import CARRYING, Function, Part
from training.accounts.models import Departement, Structure
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application, Call, CallPart
from training.common.policy import Capacity, Principal

S = ApplicationStatus
NEVER_SENT = (S.DRAFT, S.NOT_SUBMITTED)
BEFORE_COMMITTEE = (*NEVER_SENT, S.SUBMITTED, S.TO_CORRECT, S.INADMISSIBLE)

READERS = frozenset({Function.MANAGER, Function.READER})


def rights_of(principal: Principal) -> Principal:
    """Return only what decides what a person sees, who she is and her functions: the key of queries built once."""
    return Principal(person_id=principal.person_id, capacities=principal.capacities)


def visible(principal: Principal) -> ColumnElement[bool]:
    """Return the condition on ``Application``: the files this principal may see.

    One's own; as staff of the carrier, those of its calls; as member of a funder or a school, the
    submitted ones; as committee member, those that reached the committee; each within the
    member's region and départements. A partner's reader sees none.
    """
    conditions: list[ColumnElement[bool]] = []
    if principal.person_id is not None:
        conditions.append(Application.person_id == principal.person_id)
    for capacity in principal.capacities:
        if capacity.organisation_id is not None:
            conditions += _through(capacity)
    return or_(*conditions) if conditions else false()


def _through(capacity: Capacity) -> list[ColumnElement[bool]]:
    """Return what one function in one body shows."""
    if capacity.function in READERS:
        return [
            and_(_plays(capacity, CARRYING), *_scope(capacity)),
            and_(
                _plays(capacity, (Part.FUNDER, Part.SCHOOL)),
                Application.status.not_in(NEVER_SENT),
                *_scope(capacity),
            ),
        ]
    if capacity.function == Function.COMMITTEE_MEMBER:
        return [
            and_(
                _plays(capacity, tuple(Part)),
                Application.status.not_in(BEFORE_COMMITTEE),
                *_scope(capacity),
            )
        ]
    return []


def _plays(capacity: Capacity, parts: tuple[Part, ...]) -> ColumnElement[bool]:
    return Application.call_id.in_(
        select(CallPart.call_id).where(CallPart.organisation_id == capacity.organisation_id, CallPart.part.in_(parts))
    )


def _scope(capacity: Capacity) -> list[ColumnElement[bool]]:
    """Return the narrowing of a member scoped to départements or a region (R95)."""
    narrowing: list[ColumnElement[bool]] = []
    if capacity.departements:
        structures = select(Structure.id).where(Structure.departement_code.in_(sorted(capacity.departements)))
        narrowing.append(Application.structure_id.in_(structures))
    if capacity.region:
        structures = (
            select(Structure.id)
            .join(Departement, Departement.code == Structure.departement_code)
            .where(Departement.region_code == capacity.region)
        )
        narrowing.append(Application.structure_id.in_(structures))
    return narrowing


def visible_call(principal: Principal) -> ColumnElement[bool]:
    """Return the condition on ``Call``: those in which one of the person's bodies plays a part."""
    bodies = principal.organisation_ids
    if not bodies:
        return false()
    return Call.id.in_(select(CallPart.call_id).where(CallPart.organisation_id.in_(bodies)))
