"""Rules of transfers: who proposes, welcomes, agrees; which module counts for which; what keeps for the next cohort (R116). Pure."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from training.accounts.enums import Part
from training.accounts.rules import acts_as, carrier_readers, carrier_staff, school, sort_key
from training.cohorts.enums import LIVE, CohortStatus, EnrolmentStatus
from training.cohorts.rules import edition_school, learner_trainer, the_learner
from training.cohorts.transfers import TransferAct, TransferStatus
from training.common.formatting import long_date
from training.common.policy import Permission, Predicate
from training.common.procedure import Procedure, Step

S = TransferStatus
LEAVABLE: Final = (*LIVE, EnrolmentStatus.POSTPONED, EnrolmentStatus.WITHDRAWN)
"""She follows the course, or left it with what she had acquired, which is still hers to take elsewhere (R33)."""


def _left(words: str, predicate: Predicate) -> Predicate:
    """Return a predicate on the enrolment left, asked of it or of its transfer."""
    return Predicate(words, lambda principal, subject: predicate(principal, getattr(subject, "enrolment", subject)))


def _is_done_for(principal: Any, transfer: Any) -> bool:
    return the_learner(principal, transfer) and transfer.status is S.DONE


leaving_staff: Final = _left(f"{carrier_staff.words} of the cohort left", carrier_staff)
leaving_readers: Final = _left(
    f"reader of the carrier or school of the cohort left, or {learner_trainer.words}",
    carrier_readers | school | edition_school | learner_trainer,
)
receiving_readers: Final = Predicate(
    "reader of the carrier or school of the cohort that receives", carrier_readers | school | edition_school
)
receiving_staff: Final = Predicate(f"{carrier_staff.words} of the cohort that receives", carrier_staff)
receiving_school: Final = Predicate(f"{acts_as(Part.SCHOOL).words}, of the cohort that receives", acts_as(Part.SCHOOL))
told_learner: Final = Predicate("the learner herself, once it is done", _is_done_for)

PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.COHORTS_TRANSFER_ACCEPT: receiving_school & ~the_learner,
    Permission.COHORTS_TRANSFER_PROPOSE: leaving_staff & ~the_learner,
    Permission.COHORTS_TRANSFER_READ: (leaving_readers | receiving_readers) & ~the_learner | told_learner,
    Permission.COHORTS_TRANSFER_WELCOME: receiving_staff & ~the_learner,
}


def leaves_on(enters_on: date, entered_on: date, today: date) -> date:
    """Return the day she leaves the former cohort: the one she enters the next, today when that is to come."""
    return max(entered_on, min(enters_on, today))


def proposal_refusal(enrolment: Any, cohort: Any, enters_on: date) -> tuple[str, str] | None:
    """Return the field and the sentence for which a transfer cannot be proposed, or null."""
    if enrolment.status not in LEAVABLE:
        return "form", f"La formation est terminée ({enrolment.status.label}) : il n’y a plus rien à transférer."
    if cohort.id == enrolment.cohort_id or cohort.edition.programme_id != enrolment.programme_id:
        return "target", "Choisissez une autre promotion du même programme."
    if cohort.status is CohortStatus.CLOSED:
        return "target", "Cette promotion est terminée."
    if enters_on < enrolment.entered_on:
        return "enters_on", f"Cette date précède son entrée en formation, le {long_date(enrolment.entered_on)}."
    if cohort.ends_on is not None and enters_on > cohort.ends_on:
        return "enters_on", f"Cette promotion se termine le {long_date(cohort.ends_on)}."
    return None


def correspondence(former: Iterable[Any], new: Iterable[Any]) -> dict[uuid.UUID, uuid.UUID | None]:
    """Return for which new module each former one counts: the same, one of the same code, or of the same title; else none."""
    offered = list(new)
    by_id = {module.id: module.id for module in offered}
    by_code = {sort_key(module.code): module.id for module in offered}
    by_title = {sort_key(module.title): module.id for module in offered if module.title}
    return {
        module.id: by_id.get(module.id)
        or by_code.get(sort_key(module.code))
        or (by_title.get(sort_key(module.title)) if module.title else None)
        for module in former
    }


TRANSFER_PROCEDURE: Final = Procedure[TransferStatus, TransferAct](
    name="transfer",
    steps={
        TransferAct.WELCOME: Step(
            from_=frozenset({S.PROPOSED}),
            to=S.WELCOMED,
            permission=Permission.COHORTS_TRANSFER_WELCOME,
            label=TransferAct.WELCOME.label,
            sentence="a accepté d’accueillir cette personne",
        ),
        TransferAct.DECLINE: Step(
            from_=frozenset({S.PROPOSED}),
            to=S.DECLINED,
            permission=Permission.COHORTS_TRANSFER_WELCOME,
            label=TransferAct.DECLINE.label,
            sentence="a décliné le transfert",
            reason=True,
        ),
        TransferAct.ACCEPT: Step(
            from_=frozenset({S.WELCOMED}),
            to=S.DONE,
            permission=Permission.COHORTS_TRANSFER_ACCEPT,
            label=TransferAct.ACCEPT.label,
            sentence="a accepté la correspondance des modules : le transfert est fait",
        ),
        TransferAct.REFUSE: Step(
            from_=frozenset({S.WELCOMED}),
            to=S.REFUSED,
            permission=Permission.COHORTS_TRANSFER_ACCEPT,
            label=TransferAct.REFUSE.label,
            sentence="a refusé le transfert",
            reason=True,
        ),
        TransferAct.WITHDRAW: Step(
            from_=frozenset({S.PROPOSED, S.WELCOMED}),
            to=S.WITHDRAWN,
            permission=Permission.COHORTS_TRANSFER_PROPOSE,
            label=TransferAct.WITHDRAW.label,
            sentence="a retiré la proposition de transfert",
        ),
    },
)
