"""Transfers: proposed, welcomed, agreed to; then all that was acquired passes to the new enrolment at once (R116).

Locks: both cohorts, in one order, then the transfer. Nothing moves before the last agreement.
"""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlalchemy import func, select

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.catalogue.models import Module, Variant
from training.cohorts import carrying, queries
from training.cohorts import transfer_mails as mails
from training.cohorts import transfer_rules as rules
from training.cohorts.choosing import ModuleChoice, OptionPlaces
from training.cohorts.commands import Agreement, EnrolmentChange, Kept, TransferPlan
from training.cohorts.enums import LIVE, EnrolmentAct, LeavingReason
from training.cohorts.models import Cohort, Enrolment, Seat
from training.cohorts.queries.choosing import chosen_by
from training.cohorts.queries.transfers import courses_compared
from training.cohorts.services.capacity import bump_calendar, hold_seat, lock_cohorts, release_seat
from training.cohorts.services.enrolments import enrol, leave, refuse_twice
from training.cohorts.transfer_rules import TRANSFER_PROCEDURE
from training.cohorts.transfers import Transfer, TransferAct, TransferLine
from training.common import clock, files, journal
from training.common.declarations import file_use
from training.common.errors import Conflict, NotFound, Refused
from training.common.policy import WORKER, Permission, Principal, policy
from training.database import db

EVIDENCE_USE: Final = "transfer_evidence"


def propose(enrolment: Enrolment, command: TransferPlan, *, by: Principal) -> Transfer:
    """Propose that a learner pass to another cohort, with a correspondence of modules to be accepted by its school.

    Whoever also runs the cohort that receives welcomes her by the same act. Raises ``Refused`` for a cohort or a day that
    will not do, for something that ends the matter (a published result), ``NoSeatLeft``; ``Conflict`` when one is under way.
    """
    lock_cohorts(enrolment.cohort_id, command.cohort_id)
    cohort, variant = db.session.get(Cohort, command.cohort_id), db.session.get(Variant, command.variant_id)
    if cohort is None or variant is None or variant.edition_id != cohort.edition_id:
        raise Refused("Choisissez une promotion et un parcours de la liste.", field="target")
    refusal = rules.proposal_refusal(enrolment, cohort, command.enters_on)
    if refusal is not None:
        raise Refused(refusal[1], field=refusal[0])
    if queries.live_transfer_of(enrolment.id) is not None:
        raise Conflict("Un transfert est déjà proposé pour cette personne : relisez sa page.")
    if enrolment.status not in LIVE:
        refuse_twice(enrolment.person, enrolment.programme_id)
    _refuse_barred(enrolment, command.enters_on, for_good=True)
    transfer = Transfer(
        enrolment=enrolment,
        former=enrolment.cohort,
        cohort=cohort,
        variant=variant,
        enters_on=command.enters_on,
        reason=command.reason,
        proposed_by=by.person_id,
        lines=_lines(enrolment, variant),
    )
    db.session.add(transfer)
    db.session.flush()
    codes = {"cohort": cohort.code, "variant": variant.code, "enters_on": command.enters_on.isoformat()}
    journal.record(transfer, "transfer.proposed", by=by, codes=codes, text={"reason": command.reason})
    if policy.allows(by, Permission.COHORTS_TRANSFER_WELCOME, transfer):
        welcome(transfer, by=by)
    else:
        mails.proposed(transfer, by)
    return transfer


def _lines(enrolment: Enrolment, variant: Variant) -> list[TransferLine]:
    """Return the correspondence proposed: by code, or by title."""
    former, new = courses_compared(enrolment, variant.id)
    kept = rules.correspondence(former, new)
    lines = [
        TransferLine(
            position=rank, from_module_id=module.id, to_module_id=kept[module.id], kept=kept[module.id] is not None
        )
        for rank, module in enumerate(former)
    ]
    loose = TransferLine(
        position=len(lines), from_module_id=None, to_module_id=None, kept=_has_loose_half_days(enrolment)
    )
    return [*lines, loose]


def _has_loose_half_days(enrolment: Enrolment) -> bool:
    """Whether she followed half-days that name no module."""
    return None in carrying.acquired(enrolment)[0]


def _refuse_barred(enrolment: Enrolment, enters_on: date, *, for_good: bool) -> None:
    found = carrying.bars(enrolment, rules.leaves_on(enters_on, enrolment.entered_on, clock.today()))
    why = [bar.words for bar in found if bar.for_good or not for_good]
    if why:
        raise Refused(" ".join(why))


def correct(transfer: Transfer, kept: Kept, *, by: Principal) -> None:
    """Change what counts for what, while the school has not agreed. Raises ``Refused`` once it is settled, or for a foreign module."""
    if not transfer.is_live:
        raise Refused("Ce transfert n’est plus en cours : relisez la page.")
    _keep(transfer, kept)
    journal.record(transfer, "transfer.correspondence_changed", by=by, codes=_told(transfer.lines))


def _keep(transfer: Transfer, kept: Kept) -> None:
    _former, new = courses_compared(transfer.enrolment, transfer.variant_id)
    offered = {module.id for module in new}
    for line in transfer.lines:
        if line.from_module_id is None:
            line.kept = kept.loose and _has_loose_half_days(transfer.enrolment)
            continue
        wanted = kept.modules.get(line.id)
        if wanted is not None and wanted not in offered:
            raise Refused("Un de ces modules n’est pas du parcours d’accueil : relisez la page.")
        with db.session.no_autoflush:
            line.to_module_id, line.kept = wanted, wanted is not None
    db.session.flush()
    db.session.expire(transfer, ["lines"])


def _told(lines: Iterable[TransferLine]) -> dict[str, str]:
    return {
        line.from_module.code if line.from_module else "-": line.to_module.code
        if line.to_module
        else ("=" if line.kept else "")
        for line in lines
    }


def welcome(transfer: Transfer, *, by: Principal) -> None:
    """Accept to receive a learner: a seat is held in the name of her transfer. Raises ``NoSeatLeft``, what the procedure raises."""
    TRANSFER_PROCEDURE.check(transfer, TransferAct.WELCOME, by=by)
    refusal = rules.proposal_refusal(transfer.enrolment, transfer.cohort, transfer.enters_on)
    if refusal is not None:
        raise Refused(refusal[1])
    seat = hold_seat(transfer.cohort, holder_id=transfer.id, variant=transfer.variant)
    with db.session.no_autoflush:  # a CHECK ties the status to its facts
        transfer.welcomed_at, transfer.welcomed_by = clock.now(), by.person_id
        TRANSFER_PROCEDURE.advance(transfer, TransferAct.WELCOME, by=by, codes={"seat": seat.number})
    mails.welcomed(transfer, by)


def end(transfer: Transfer, act: TransferAct, answer: str, *, by: Principal) -> None:
    """Decline, refuse or withdraw: nothing moves, and the seat held is free again. Raises what the procedure raises."""
    TRANSFER_PROCEDURE.check(transfer, act, by=by, reason=answer)
    seat = _held(transfer)
    with db.session.no_autoflush:  # CHECKs tie the status to its facts
        transfer.settled_at, transfer.settled_by, transfer.answer = clock.now(), by.person_id, answer
        TRANSFER_PROCEDURE.advance(transfer, act, by=by, reason=answer or None)
    if seat is not None:
        release_seat(seat)
    mails.ended(transfer, by)


def _held(transfer: Transfer) -> Seat | None:
    return db.session.scalar(select(Seat).where(Seat.holder_id == transfer.id))


def accept(transfer: Transfer, command: Agreement, *, by: Principal) -> Enrolment:
    """Agree to the correspondence: the learner passes to her new cohort with all she acquired, and everyone is told.

    Raises ``Refused`` with what is to be settled first (an open sheet, a defence placed), without the proof of a
    transcription, what the procedure and the enrolment raise.
    """
    TRANSFER_PROCEDURE.check(transfer, TransferAct.ACCEPT, by=by)
    transcribed = transcribes(by, transfer, Part.SCHOOL)
    if transcribed and command.evidence is None:
        raise Refused("Joignez le courriel ou le compte rendu par lequel l’école a accepté.", field="evidence")
    former = transfer.enrolment
    refusal = rules.proposal_refusal(former, transfer.cohort, transfer.enters_on)
    if refusal is not None:
        raise Refused(refusal[1])
    _refuse_barred(former, transfer.enters_on, for_good=False)
    _keep(transfer, command.kept)
    followers = queries.following_now(former)
    enrolment = _pass_on(transfer, by=by)
    with db.session.no_autoflush:  # CHECKs tie the status to its facts
        if command.evidence is not None and transcribed:
            transfer.evidence_id = files.keep(command.evidence, use=file_use(EVIDENCE_USE), subject=transfer, by=by).id
            transfer.transcribed = True
        transfer.to_enrolment_id = enrolment.id
        transfer.settled_at, transfer.settled_by = clock.now(), by.person_id
        school = next((part.organisation_id for part in transfer.parts if part.part is Part.SCHOOL), None)
        TRANSFER_PROCEDURE.advance(
            transfer,
            TransferAct.ACCEPT,
            by=by,
            codes=_told(transfer.lines),
            on_behalf_of=school if transcribed else None,
        )
    db.session.expire(transfer, ["to_enrolment"])
    mails.done(transfer, followers, by)
    return enrolment


def _pass_on(transfer: Transfer, *, by: Principal) -> Enrolment:
    """End the former enrolment, begin the new one on the seat held, and carry what was acquired."""
    former, seat = transfer.enrolment, _held(transfer)
    if seat is None:
        raise NotFound
    standing = (former.held_from, former.postless_since, former.settle_by)
    if former.status in LIVE:
        on = rules.leaves_on(transfer.enters_on, former.entered_on, clock.today())
        change = EnrolmentChange(on=on, reason=transfer.reason, leaving=LeavingReason.TRANSFER)
        leave(former, EnrolmentAct.TRANSFER, change, by=WORKER)
        bump_calendar(transfer.former)
    enrolment = enrol(
        cohort=transfer.cohort,
        seat=seat,
        person=former.person,
        variant=transfer.variant,
        structure=former.structure,
        entered_on=transfer.enters_on,
        by=by,
    )
    enrolment.carried_from = transfer.former.label
    enrolment.held_from, enrolment.postless_since, enrolment.settle_by = standing
    db.session.flush()
    modules = {
        line.from_module_id: line.to_module_id for line in transfer.lines if line.from_module_id and line.to_module_id
    }
    loose = any(line.kept for line in transfer.lines if line.from_module_id is None)
    passage = carrying.Passage(former, enrolment, modules, loose, by)
    _carry_choices(passage)
    carrying.carry(passage)
    return enrolment


def _carry_choices(passage: carrying.Passage) -> None:
    """Keep what she chose, where the new course leaves the same choice and the option has a place (R104)."""
    chosen = chosen_by([passage.former.id]).get(passage.former.id, frozenset())
    wanted = [passage.modules[each] for each in sorted(chosen, key=str) if each in passage.modules]
    taken: dict[uuid.UUID, int] = {}
    for module in db.session.scalars(select(Module).where(Module.id.in_(wanted)).order_by(Module.position)):
        group = module.choice_group
        if group is None or taken.get(group.id, 0) >= group.max_choices or _is_full(passage.enrolment, module.id):
            continue
        taken[group.id] = taken.get(group.id, 0) + 1
        db.session.add(
            ModuleChoice(
                enrolment_id=passage.enrolment.id,
                group_id=group.id,
                module_id=module.id,
                chosen_by=passage.by.person_id,
                agreed_at=clock.now(),
            )
        )
    db.session.flush()


def _is_full(enrolment: Enrolment, module_id: uuid.UUID) -> bool:
    places = db.session.get(OptionPlaces, (enrolment.cohort_id, module_id))
    if places is None:
        return False
    taken = db.session.scalar(
        select(func.count())
        .select_from(ModuleChoice)
        .join(ModuleChoice.enrolment)
        .where(
            Enrolment.cohort_id == enrolment.cohort_id, Enrolment.status.in_(LIVE), ModuleChoice.module_id == module_id
        )
    )
    return (taken or 0) >= places.places
