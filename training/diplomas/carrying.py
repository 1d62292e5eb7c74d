"""What the diplomas carry of a transfer: what the school dispensed her from, where it still stands in her way (R69, R116)."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import Select, select

from training.catalogue.models import Module
from training.cohorts.carrying import Acquired, Bar, Passage, Share
from training.cohorts.models import Enrolment
from training.common import clock, journal
from training.database import db
from training.diplomas.enums import WaiverScope, WaiverStatus
from training.diplomas.models import DiplomaDecision, DiplomaWaiver

AS_IT_IS: Final = frozenset({WaiverScope.FORUM, WaiverScope.HOURS})
"""What is named the same in every edition; a document or a choice is dispensed anew, by whoever knows it."""


def bars(enrolment: Enrolment, _on: date) -> Sequence[Bar]:
    """Return the decision of the school that keeps her here."""
    decided = select(DiplomaDecision.id).where(DiplomaDecision.enrolment_id == enrolment.id, DiplomaDecision.is_current)
    if db.session.scalar(decided) is None:
        return ()
    return (
        Bar("L’école s’est prononcée sur son diplôme : la formation se termine dans cette promotion.", for_good=True),
    )


def _granted(enrolment: Enrolment) -> Sequence[DiplomaWaiver]:
    return db.session.scalars(
        select(DiplomaWaiver)
        .where(DiplomaWaiver.enrolment_id == enrolment.id, DiplomaWaiver.status == WaiverStatus.GRANTED)
        .order_by(DiplomaWaiver.asked_at, DiplomaWaiver.id)
    ).all()


def tell(enrolment: Enrolment) -> Acquired:
    """Return what the school dispensed her from."""
    return Acquired(rest=[f"une dispense de l’école : {waiver.label}" for waiver in _granted(enrolment)])


def carry(passage: Passage) -> None:
    """Write again, in the new enrolment, the waivers of the modules kept, of hours and of the forum."""
    names = {module.id: module.name for module in db.session.scalars(_kept(passage))}
    for waiver in _granted(passage.former):
        target, label = waiver.target, waiver.label
        if waiver.scope is WaiverScope.MODULE:
            module_id = passage.modules.get(uuid.UUID(waiver.target))
            if module_id is None:
                continue
            target, label = str(module_id), f"Module « {names[module_id]} »"
        elif waiver.scope not in AS_IT_IS:
            continue
        _write(passage, waiver, target, label)


def _kept(passage: Passage) -> Select[Module]:
    return select(Module).where(Module.id.in_(set(passage.modules.values())))


def _write(passage: Passage, waiver: DiplomaWaiver, target: str, label: str) -> None:
    copy = DiplomaWaiver(
        enrolment=passage.enrolment,
        scope=waiver.scope,
        target=target,
        label=label,
        status=WaiverStatus.GRANTED,
        reason=waiver.reason,
        answer=waiver.answer,
        asked_at=waiver.asked_at,
        asked_by=waiver.asked_by,
        decided_on=waiver.decided_on,
        settled_at=clock.now(),
        settled_by=passage.by.person_id,
        transcribed=waiver.transcribed,
        evidence_id=waiver.evidence_id,
    )
    db.session.add(copy)
    db.session.flush()
    journal.record(copy, "diploma_waiver.carried", by=passage.by, codes={"from": passage.former.cohort.code})


SHARE: Final = Share("diplomas", 40, bars, tell, carry)
