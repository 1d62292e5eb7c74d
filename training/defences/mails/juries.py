"""The messages of defence days: to jurors, and to learners (R64, R66, R100)."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.accounts.enums import Part
from training.accounts.models import Organisation, Person
from training.cohorts.models import Cohort
from training.common import clock, ical
from training.common.ical import CalendarEvent, Mailbox
from training.common.mail import MailUrgency, Recipient, last_left, post, withdraw
from training.common.mail import templates as mail_templates
from training.database import db
from training.defences.models import DefenceDay, DefenceSlot, Juror, JurySeat, Memoire
from training.defences.rules.juries import code_of
from training.extensions import settings


def _to(person: Person) -> Recipient:
    return Recipient(person_id=person.id, email=person.email, name=person.name)


def _carrier(cohort: Cohort) -> Organisation | None:
    return next((part.organisation for part in cohort.parts if part.part is Part.CARRIER), None)


def _organizer(cohort: Cohort) -> Mailbox | None:
    """Return who invites; null for a carrier without an address, whose messages then carry no calendar file."""
    body = _carrier(cohort)
    return Mailbox(body.email, body.short_name) if body is not None and body.email else None


def _reply_to(cohort: Cohort) -> str | None:
    body = _carrier(cohort)
    return body.email if body is not None else None


def availability_asked(juror: Juror, days: list[DefenceDay], secret: str) -> None:
    """A juror is asked when she can come."""
    post_to_juror(juror, "availability_asked", secret, days=[day.held_on for day in days])


def _sequence() -> int:
    """Return a number that grows with time: what calendars follow from one message to the next."""
    return int(clock.now().timestamp()) // 60


def _learner_event(slot: DefenceSlot, memoire: Memoire, *, cancelled: bool) -> bytes | None:
    person, organizer = memoire.enrolment.person, _organizer(slot.cohort)
    if organizer is None:
        return None
    attempt = sum(1 for each in memoire.slots if each.published_at is not None)
    return ical.invitation(
        CalendarEvent(
            uid=f"soutenance-{memoire.id.hex}-{attempt}@tesselle",
            start=slot.starts_at,
            end=slot.ends_at,
            summary=f"Soutenance du mémoire, {slot.cohort.label}",
            created=slot.changed_at,
            last_modified=clock.now(),
            sequence=_sequence(),
            location=", ".join(part for part in (slot.day.place, slot.room.name) if part),
            description=slot.day.access,
            url=mail_templates().url(f"/soutenances/{slot.id}"),
            cancelled=cancelled,
            alarms=(timedelta(days=1),),
            organizer=organizer,
            attendees=(Mailbox(person.email, person.name),),
        )
    )


def post_to_learner(slot: DefenceSlot, memoire: Memoire, message: str, **more: object) -> None:
    """Write to who defends, with her calendar file as it is now; what still waits for her on her defence is dropped."""
    calendar = _learner_event(slot, memoire, cancelled=False)
    _to_learner(slot, memoire, message, calendar=calendar, topic=_defence_of(memoire), **more)


def _to_learner(
    slot: DefenceSlot,
    memoire: Memoire,
    message: str,
    *,
    calendar: bytes | None = None,
    topic: str | None = None,
    **more: object,
) -> None:
    person = memoire.enrolment.person
    path = f"/soutenances/{slot.id}" if message != "defence_cancelled" else f"/memoires/{memoire.id}"
    post(
        f"defences/{message}",
        to=_to(person),
        context={
            "first_name": person.first_name,
            "cohort": slot.cohort.label,
            "subject": memoire.subject,
            "starts_at": slot.starts_at,
            "place": slot.day.place,
            "access": slot.day.access,
            "room": slot.room.name,
            "outcome": slot.minutes.outcome if slot.minutes is not None else None,
            "corrections_due": slot.minutes.corrections_due if slot.minutes is not None else None,
            "path": path,
            **more,
        },
        path=path,
        about=slot,
        topic=topic,
        reply_to=_reply_to(slot.cohort),
        urgency=MailUrgency.PROMPT,
        calendar=calendar,
    )


def learner_convoked(slot: DefenceSlot) -> None:
    """She is told when and where she defends, with her calendar file; again when it changes."""
    if slot.memoire is not None:
        post_to_learner(slot, slot.memoire, "defence_convoked")


def defence_cancelled(slot: DefenceSlot, memoire: Memoire) -> None:
    """Her defence is taken off its day; it leaves her calendar. Nothing if what had convoked her has not left."""
    topic = _defence_of(memoire)
    if _never_told(topic, _to(memoire.enrolment.person), "defence_cancelled"):
        return
    _to_learner(slot, memoire, "defence_cancelled", calendar=_learner_event(slot, memoire, cancelled=True), topic=topic)


def _defence_of(memoire: Memoire) -> str:
    """Return what her convocations tell: of two that wait, the last alone leaves (R120)."""
    return f"defence:{memoire.id.hex}"


def _jury_of(juror: Juror, day: DefenceDay) -> str:
    """Return what a juror’s convocations tell: her day."""
    return f"jury:{juror.id.hex}:{day.id.hex}"


def _never_told(topic: str, to: Recipient, ending: str) -> bool:
    """Drop what waits on a topic; whether it was the first she would have heard of it, or since ``ending`` told her it was over."""
    return bool(withdraw(topic, to=to)) and last_left(topic, to=to) in {None, f"defences/{ending}"}


def drop_waiting(slot: DefenceSlot) -> bool:
    """Drop what waits for who defends, of her defence; whether there was something, so that she is told it whole."""
    memoire = slot.memoire
    return memoire is not None and bool(withdraw(_defence_of(memoire), to=_to(memoire.enrolment.person)))


def drop_waiting_of_juror(juror: Juror, day: DefenceDay) -> bool:
    """Drop what waits for a juror, of her day; whether there was something, so that she is told it whole."""
    return bool(withdraw(_jury_of(juror, day), to=_to(juror.person)))


def result_published(slot: DefenceSlot) -> None:
    """The result of her defence: the first she hears of it (R66)."""
    if slot.memoire is not None:
        _to_learner(slot, slot.memoire, "defence_result")


def corrections_accepted(slot: DefenceSlot) -> None:
    """Her corrections are accepted: she is admitted."""
    if slot.memoire is not None:
        _to_learner(slot, slot.memoire, "corrections_accepted")


def slots_of_juror(juror: Juror, day: DefenceDay) -> list[DefenceSlot]:
    """Return the defences of a day a juror was convoked to, in order. One SELECT."""
    seats = db.session.scalars(
        select(JurySeat)
        .join(JurySeat.slot)
        .where(
            JurySeat.juror_id == juror.id,
            JurySeat.ended_at.is_(None),
            DefenceSlot.day_id == day.id,
            DefenceSlot.memoire_id.is_not(None),
            DefenceSlot.convoked_at.is_not(None),
        )
        .options(joinedload(JurySeat.slot, innerjoin=True).joinedload(DefenceSlot.room, innerjoin=True))
        .order_by(DefenceSlot.starts_at)
    )
    return [seat.slot for seat in seats]


def juror_convoked(juror: Juror, day: DefenceDay, secret: str) -> None:
    """A juror is told of her slots of a day, with one calendar entry for all; of none any more, it leaves her calendar."""
    slots = slots_of_juror(juror, day)
    if not slots and _never_told(_jury_of(juror, day), _to(juror.person), "jury_released"):
        return
    post_to_juror(
        juror,
        "jury_convoked" if slots else "jury_released",
        secret,
        of=day,
        calendar=juror_calendar(juror, day, slots),
        held_on=day.held_on,
        place=day.place,
        access=day.access,
        opens_on=day.opens_on,
        slots=[(slot.starts_at, slot.room.name, slot.memoire.enrolment.person.name) for slot in slots if slot.memoire],
        code=code_of(juror.id, juror.code_version, settings().secret_key),
    )


def post_to_juror(
    juror: Juror,
    message: str,
    secret: str,
    *,
    of: DefenceDay | None = None,
    calendar: bytes | None = None,
    **more: object,
) -> None:
    """Write to a juror, with the link that opens her page; ``of`` a day, what still waits for her on it is dropped."""
    path = f"/acces/{secret}"
    post(
        f"defences/{message}",
        to=_to(juror.person),
        context={"first_name": juror.person.first_name, "cohort": juror.cohort.label, "path": path, **more},
        path=path,
        about=juror,
        topic=_jury_of(juror, of) if of is not None else None,
        reply_to=_reply_to(juror.cohort),
        urgency=MailUrgency.PROMPT,
        calendar=calendar,
    )


def juror_calendar(juror: Juror, day: DefenceDay, slots: list[DefenceSlot]) -> bytes | None:
    """Return a juror’s one calendar entry of a day: a cancellation when she sits at nothing; null without an organizer."""
    organizer = _organizer(juror.cohort)
    if organizer is None:
        return None
    return ical.invitation(
        CalendarEvent(
            uid=f"jury-{juror.id.hex}-{day.id.hex}@tesselle",
            start=slots[0].starts_at if slots else clock.at_paris(day.held_on, 9),
            end=max(slot.ends_at for slot in slots) if slots else clock.at_paris(day.held_on, 10),
            summary=f"Jury de soutenances, {juror.cohort.label}",
            created=juror.added_at,
            last_modified=clock.now(),
            sequence=_sequence(),
            location=day.place,
            description=day.access,
            cancelled=not slots,
            alarms=(timedelta(days=1),),
            organizer=organizer,
            attendees=(Mailbox(juror.person.email, juror.person.name),),
        )
    )


def corrections_refused(slot: DefenceSlot, reason: str) -> None:
    """Her corrections were not accepted: why, and that she will defend again."""
    if slot.memoire is not None:
        _to_learner(slot, slot.memoire, "corrections_refused", reason=reason)
