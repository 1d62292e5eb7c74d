"""What the mémoire tells a trainer of the learners she follows: its step, and what waits for her (R56, R60)."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Final

from training.cohorts.models import Enrolment
from training.defences.enums import MemoireStatus
from training.defences.queries import outcomes
from training.portfolio.followed import Alert, Fact, Teller, Told, Urgency

_WAITING: Final = {
    MemoireStatus.SUBJECT_PROPOSED: "sujet de mémoire à approuver",
    MemoireStatus.FINAL_DEPOSITED: "bon à soutenir à donner",
}


def told_of(enrolments: Sequence[Enrolment]) -> Mapping[uuid.UUID, Told]:
    """Return where the mémoires of these learners stand. One SELECT."""
    known = outcomes([each.id for each in enrolments])
    return {each.id: _told(known.get(each.id)) for each in enrolments}


def _told(known: tuple[MemoireStatus, uuid.UUID] | None) -> Told:
    if known is None:
        return Told([Fact("Mémoire", "sujet à proposer")])
    status, memoire_id = known
    waiting = _WAITING.get(status)
    alerts = [Alert(Urgency.TO_ANSWER, waiting, f"/memoires/{memoire_id}")] if waiting else []
    return Told([Fact("Mémoire", status.label)], alerts)


TELLER: Final = Teller("defences", 30, told_of)
