"""Approvals of relay trainers near their end, told once to whoever may have them renewed (R32, R119, R120)."""

import uuid
from collections.abc import Iterator, Sequence

from training.accounts.enums import CARRYING
from training.accounts.models import Person
from training.accounts.queries import managers_of
from training.cohorts import mails, rules
from training.cohorts.models import Cohort, TrainerApproval
from training.cohorts.queries import approvals as queries
from training.common import clock
from training.common.mail import together
from training.common.sweeping import one_by_one


def remind_approvals() -> int:
    """Tell the trainer, those who carry her cohorts and her school that her approval ends; return how many were told of."""
    return one_by_one(queries.ending_approvals(), _tell)


def _tell(approval_id: uuid.UUID) -> bool:
    approval = queries.approval_to_tell(approval_id)
    cohorts = queries.relying_on(approval) if approval is not None else []
    if approval is None or not cohorts:
        return False
    if not rules.is_to_renew(approval.valid_until, clock.today(), rules.renewal_notice(cohorts)):
        return False
    approval.reminded_at = clock.now()
    with together():
        if approval.person.active:
            mails.approval_ending(approval, cohorts)
        for person, concerned, transcribes in _in_charge(approval, cohorts):
            mails.approval_to_renew(person, approval, concerned, transcribes=transcribes)
    return True


def _in_charge(approval: TrainerApproval, cohorts: Sequence[Cohort]) -> Iterator[tuple[Person, Sequence[Cohort], bool]]:
    """Yield who manages the school, then who manages a carrier, each once, with her cohorts and whether she transcribes (R96)."""
    told = {approval.person_id}
    school = managers_of([approval.organisation_id])
    yield from ((person, cohorts, False) for person in school if person.id not in told)
    told |= {person.id for person in school}
    carried: dict[uuid.UUID, tuple[Person, list[Cohort]]] = {}
    for cohort in cohorts:
        carriers = [played.organisation_id for played in cohort.parts if played.part in CARRYING]
        for person in managers_of(carriers):
            if person.id not in told:
                carried.setdefault(person.id, (person, []))[1].append(cohort)
    for person, concerned in carried.values():
        yield person, concerned, any(rules.is_outside(approval.organisation_id, cohort) for cohort in concerned)
