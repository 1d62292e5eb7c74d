"""What the mémoire does of a transfer: it goes with its author, whole; a defence placed or published holds her back (R116)."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.cohorts.carrying import Acquired, Bar, Passage, Share
from training.cohorts.models import Enrolment
from training.common import clock, journal
from training.common.formatting import moment
from training.database import db
from training.defences.enums import MemoireStatus
from training.defences.models import DefenceSlot, Memoire

S = MemoireStatus
DEFENDED: Final = frozenset({S.CORRECTIONS_DUE, S.DEFENDED, S.DEFERRED, S.NO_SHOW, S.PASSED})
"""The jury has spoken, or was there to: the course ends where it was defended."""


def bars(enrolment: Enrolment, _on: date) -> Sequence[Bar]:
    """Return the defence to release first, or the result that keeps her here."""
    memoire = _of(enrolment)
    if memoire is None:
        return ()
    slots = db.session.scalars(
        select(DefenceSlot).where(DefenceSlot.memoire_id == memoire.id).order_by(DefenceSlot.starts_at)
    ).all()
    if memoire.status in DEFENDED or any(slot.published_at is not None for slot in slots):
        words = f"Le mémoire est soutenu ({memoire.status.label}) : la formation se termine dans cette promotion."
        return (Bar(words, for_good=True),)
    return [
        Bar(f"Une soutenance est placée {moment(slot.starts_at)} : retirez-la d’abord de la journée.") for slot in slots
    ]


def _of(enrolment: Enrolment) -> Memoire | None:
    return db.session.scalar(
        select(Memoire)
        .where(Memoire.enrolment_id == enrolment.id)
        .options(joinedload(Memoire.enrolment, innerjoin=True))
    )


def tell(enrolment: Enrolment) -> Acquired:
    """Return the mémoire and its step, in words."""
    memoire = _of(enrolment)
    return Acquired(rest=[f"le mémoire « {memoire.subject} » ({memoire.status.label})"] if memoire is not None else [])


def carry(passage: Passage) -> None:
    """Give the mémoire to her new enrolment: subject, versions, remarks, plan of work and clearance are untouched."""
    memoire = db.session.scalar(
        select(Memoire).where(Memoire.enrolment_id == passage.former.id).with_for_update(of=Memoire)
    )
    if memoire is None:
        return
    memoire.enrolment, memoire.carried, memoire.moved_at = passage.enrolment, True, clock.now()
    db.session.flush()
    codes = {"from": passage.former.cohort.code, "to": passage.enrolment.cohort.code}
    journal.record(memoire, "memoire.carried", by=passage.by, codes=codes)


SHARE: Final = Share("defences", 30, bars, tell, carry)
