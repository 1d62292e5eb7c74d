"""Who proposes, reads, follows and clears a mémoire (R56, R60, R88, R97)."""

from collections.abc import Mapping
from typing import Any, Final

from training.accounts.enums import Part
from training.accounts.rules import acts_as, carrier_readers, carrier_staff, plays, school
from training.cohorts.rules import edition_school, file_open
from training.common.policy import Permission, Predicate, Principal, has_link, signed_in
from training.defences.enums import MemoireStatus, VersionKind
from training.defences.rules.juries import jury_reader, presides, presides_over, sits, the_juror
from training.portfolio.rules.people import employer, on_learner, reader, reviewer, the_learner, trainer

SHARING: Final = "memoire_sharing"
"""The purpose of the link by which a structure agrees that a mémoire be shared (R127)."""

the_school: Final = on_learner(f"{school.words} or {edition_school.words}", school | edition_school)
carrier: Final = on_learner(carrier_staff.words, carrier_staff)


_planners: Final = carrier_staff | plays(Part.SCHOOL)
day_planner: Final = Predicate(
    _planners.words, lambda principal, subject: _planners(principal, getattr(subject, "cohort", subject))
)
"""Who organises days: those who act for the carrier or the school, not those who read for them."""

_drafts: Final = the_learner | trainer | the_school
_finals: Final = the_learner | trainer | reader


def is_shared(memoire: Any) -> bool:
    """Whether a mémoire stands in the library: passed, shared by its author and her structure, no longer confidential."""
    return (
        memoire.status is MemoireStatus.PASSED
        and memoire.author_agreed_at is not None
        and memoire.structure_agreed_at is not None
        and not memoire.is_confidential
    )


def _opens(principal: Principal, version: Any) -> bool:
    if version.kind is VersionKind.DRAFT:
        return _drafts(principal, version)
    if _finals(principal, version) or (principal.is_signed_in and is_shared(version.memoire)):
        return True
    return jury_reader(principal, version)


version_reader: Final = Predicate(
    f"of a draft: {_drafts.words}; of a final version: {_finals.words}, any signed-in person once it is shared, or "
    f"{jury_reader.words}",
    _opens,
)

the_result: Final = acts_as(Part.SCHOOL)
"""Who concludes and publishes, beside the president: the school (R66), or its carrier in its name (R96)."""


def _accepts_corrections(principal: Principal, subject: Any) -> bool:
    return getattr(subject, "status", None) is MemoireStatus.CORRECTIONS_DUE and reviewer(principal, subject)


corrections_reader: Final = Predicate(f"{reviewer.words}, once corrections are asked", _accepts_corrections)


def _slot_learner(principal: Principal, slot: Any) -> bool:
    memoire = getattr(slot, "memoire", None)
    return memoire is not None and the_learner(principal, memoire)


slot_learner: Final = Predicate("the learner who defends", _slot_learner)
day_reader: Final = Predicate(
    f"{carrier_readers.words} or {school.words} or {edition_school.words}",
    lambda principal, subject: (carrier_readers | school | edition_school)(
        principal, getattr(subject, "cohort", subject)
    ),
)


def _slot_referent(principal: Principal, slot: Any) -> bool:
    memoire = getattr(slot, "memoire", None)
    return memoire is not None and reviewer(principal, memoire)


slot_referent: Final = Predicate("her referent", _slot_referent)

PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.DEFENCES_CORRECTIONS_ACCEPT: (presides | slot_referent | the_result) & ~slot_learner,
    Permission.DEFENCES_DAY_MANAGE: day_planner,
    Permission.DEFENCES_DAY_READ: day_reader,
    Permission.DEFENCES_DEFENCE_DELIBERATE: (presides | the_result) & ~slot_learner,
    Permission.DEFENCES_DEFENCE_JUDGE: sits,
    Permission.DEFENCES_DEFENCE_READ: sits | slot_learner | slot_referent | day_reader,
    Permission.DEFENCES_DRAFT_READ: _drafts,
    Permission.DEFENCES_FINAL_READ: _finals,
    Permission.DEFENCES_JUROR_OPEN: the_juror,
    Permission.DEFENCES_JURY_OPEN: signed_in,
    Permission.DEFENCES_LIBRARY_READ: signed_in,
    Permission.DEFENCES_MEMOIRE_FOLLOW: reviewer & ~the_learner & file_open,
    Permission.DEFENCES_MEMOIRE_OPEN: version_reader,
    Permission.DEFENCES_MEMOIRE_READ: the_learner | trainer | reader,
    Permission.DEFENCES_MEMOIRE_WRITE: the_learner & file_open,
    Permission.DEFENCES_MINUTES_SIGN: (sits | day_planner) & ~slot_learner,
    Permission.DEFENCES_RESULT_PUBLISH: the_result,
    Permission.DEFENCES_RESULT_RECORD: the_result | corrections_reader | presides_over,
    Permission.DEFENCES_SHARING_AGREE: has_link(SHARING),
    Permission.DEFENCES_SHARING_ASK: the_learner,
    Permission.DEFENCES_SHARING_TRANSCRIBE: carrier & ~the_learner,
}

__all__ = ["PERMISSIONS", "carrier_readers", "employer", "reviewer", "the_learner"]
