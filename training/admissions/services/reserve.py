"""Seats and the ranked reserve: offers, answers, lapses, and who comes next (R28, R29, R105).

Every verb here expects the cohort's lock to be held already: capacity acts lock the
cohort first, then the files (one written order of locks).
"""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from training.admissions import mails, queries, rules
from training.admissions.enums import ApplicationAct, ApplicationStatus, OfferOutcome
from training.admissions.events import ApplicationEvent, CallEvent
from training.admissions.models import Application, Call, Offer
from training.admissions.procedure import APPLICATION
from training.cohorts import services as cohorts
from training.cohorts.commands import TrainerToAssign
from training.cohorts.enums import AssignmentKind
from training.cohorts.models import Enrolment
from training.common import clock, journal
from training.common.errors import Refused
from training.common.policy import WORKER, Principal
from training.database import db


def offer(application: Application, *, by: Principal) -> Offer:
    """Offer a seat: hold it, leave the reserve, tell the applicant until when she may answer.

    Raises ``NoSeatLeft`` when every seat, or the variant's quota, is taken.
    """
    APPLICATION.check(application, ApplicationAct.OFFER, by=by)
    call = application.call
    if application.variant is None:
        raise Refused("Le dossier n’indique pas de structure.")
    seat = cohorts.hold_seat(call.cohort, holder_id=application.id, variant=application.variant)
    now = clock.now()
    made = Offer(
        id=uuid.uuid4(),
        application=application,
        seat=seat,
        made_at=now,
        expires_at=rules.offer_expiry(
            call, now, launch_on=call.cohort.launch_on, first_seminar_on=call.cohort.first_seminar_on
        ),
    )
    db.session.add(made)
    APPLICATION.advance(application, ApplicationAct.OFFER, by=by, codes={"seat": seat.number})
    leave_reserve(application)
    mails.seat_offered(application, made)
    return made


def next_offers(call: Call) -> list[Application]:
    """Return the files to which :func:`make_offers` would offer a seat now, but for the quotas of variants."""
    ready = [
        application
        for application in queries.in_offer_order(call, lock=False)
        if not APPLICATION.steps[ApplicationAct.OFFER].barred(application)
    ]
    return ready[: cohorts.seats_left(call.cohort)]


def make_offers(call: Call, *, by: Principal) -> list[Offer]:
    """Offer a seat to everyone whose turn it is, in order, while seats remain; return the offers made.

    The main list comes first, then the reserve by rank; a file that something still bars is passed
    over, and so is one whose variant has no seat left.
    """
    made = []
    for application in queries.in_offer_order(call):
        if APPLICATION.steps[ApplicationAct.OFFER].barred(application):
            continue
        try:
            made.append(offer(application, by=by))
        except cohorts.NoSeatLeft:
            continue
    if made:
        journal.record(call, CallEvent.OFFERS_MADE, by=by, codes={"offers": len(made)})
    return made


def confirm(application: Application, *, by: Principal) -> None:
    """Accept the offered seat, before it lapses."""
    live = _live_offer(application)
    APPLICATION.advance(application, ApplicationAct.CONFIRM, by=by)
    live.outcome, live.answered_at = OfferOutcome.ACCEPTED, clock.now()
    mails.seat_confirmed(application)


def decline(application: Application, *, by: Principal, reason: str | None = None) -> None:
    """Decline the offered seat; it goes to the next on the reserve at once."""
    APPLICATION.advance(application, ApplicationAct.DECLINE, by=by, reason=reason)
    give_back(application, OfferOutcome.DECLINED)
    mails.seat_declined(application)


def lapse(application: Application, *, by: Principal = WORKER) -> None:
    """Note that nobody answered in time; the seat goes to the next on the reserve."""
    APPLICATION.advance(application, ApplicationAct.LAPSE, by=by)
    give_back(application, OfferOutcome.LAPSED)
    mails.offer_lapsed(application)


def enrol(application: Application, *, by: Principal, referent_id: uuid.UUID | None = None) -> Enrolment:
    """Turn the confirmed seat into a place in the cohort, the variant frozen, her referent named (R12, R31, R32).

    The welcome mail says what she still has to give. Raises ``NotApproved`` for a referent the school did not agree to.
    """
    APPLICATION.check(application, ApplicationAct.ENROL, by=by)
    live = _live_offer(application)
    if application.variant is None or application.structure is None:
        raise Refused("Le dossier n’indique pas de structure.")
    enrolment = cohorts.enrol(
        cohort=application.call.cohort,
        seat=live.seat,
        person=application.person,
        variant=application.variant,
        structure=application.structure,
        entered_on=clock.today(),
        by=by,
    )
    with db.session.no_autoflush:  # status and enrolment change together: the database checks that they do
        application.enrolment = enrolment
        APPLICATION.advance(application, ApplicationAct.ENROL, by=by, codes={"seat": live.seat.number})
    enrolment.held_from = rules.proof_awaited_from(application)
    if referent_id is not None:
        cohorts.assign_trainer(
            enrolment, TrainerToAssign(referent_id, AssignmentKind.REFERENT, since=clock.today()), by=by
        )
    mails.enrolled(application)
    return enrolment


def reinstate(application: Application, *, by: Principal, reason: str) -> None:
    """Put back, at the end of the reserve, someone who declined or let her offer lapse."""
    with_school = application.call.has_school_step
    act = ApplicationAct.REINSTATE if with_school else ApplicationAct.RETURN_TO_RESERVE
    APPLICATION.advance(application, act, by=by, reason=reason)
    application.published_status = application.status.value
    rank_last(application, by=by)
    mails.reinstated(application, reason)


def give_back(application: Application, outcome: OfferOutcome) -> None:
    """Close the live offer, free its seat, leave the reserve, and offer the seat to the next one."""
    live = application.live_offer
    leave_reserve(application)
    if live is None:
        return
    live.outcome, live.answered_at = outcome, clock.now()
    db.session.flush()
    cohorts.release_seat(live.seat)
    make_offers(application.call, by=WORKER)


def rank_last(application: Application, *, by: Principal) -> int:
    """Give the file the rank after the last of its call's reserve (R29)."""
    ranked = queries.ranked(application.call_id)
    application.rank = max((other.rank or 0 for other in ranked), default=0) + 1
    db.session.flush()
    journal.record(application, ApplicationEvent.RANKED, by=by, codes={"rank": application.rank})
    return application.rank


def set_ranks(ordered: Sequence[Application], *, by: Principal) -> None:
    """Rank these files 1, 2, 3… in this order; ranks stay unique and contiguous (R29)."""
    before = {application.id: application.rank for application in ordered}
    for application in ordered:
        application.rank = None
    db.session.flush()
    for rank, application in enumerate(ordered, start=1):
        application.rank = rank
        db.session.flush()
        if before[application.id] != rank:
            journal.record(application, ApplicationEvent.RANKED, by=by, codes={"rank": rank})


def leave_reserve(application: Application) -> None:
    """Take the file out of the ranks and close the gap (R29)."""
    if application.rank is None:
        return
    moves = rules.ranks_after_leaving(queries.ranked(application.call_id), application)
    application.rank = None
    db.session.flush()
    for other, rank in moves:
        other.rank = rank
        db.session.flush()


def lapsed_offers() -> Sequence[uuid.UUID]:
    """Return the files whose open offer has passed its time, oldest first."""
    return db.session.scalars(
        select(Offer.application_id)
        .join(Offer.application)
        .where(
            Offer.outcome == OfferOutcome.OPEN,
            Offer.expires_at < clock.now(),
            Application.status == ApplicationStatus.OFFERED,
        )
        .order_by(Offer.expires_at, Offer.id)
    ).all()


def _live_offer(application: Application) -> Offer:
    live = application.live_offer
    if live is None:
        raise Refused("Aucune place n’est proposée pour ce dossier.")
    return live
