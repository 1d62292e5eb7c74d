"""The mails of the cohorts: launch (R117), moving in (R114), choices among modules (R104), follow-up (R119)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from training.accounts.enums import Part
from training.accounts.models import Organisation, Person
from training.cohorts.launch import Occasion
from training.cohorts.models import Cohort, Enrolment, FollowUpNote, TrainerApproval, TrainerAssignment
from training.cohorts.registration import LaunchGuest
from training.common import clock, ical
from training.common.articles import of
from training.common.ical import CalendarEvent, Mailbox
from training.common.mail import MailUrgency, Recipient, post


def launch_invitation(guest: LaunchGuest, occasion: Occasion, secret: str, *, moved: bool) -> None:
    """Invite a member of a team to the launch, or tell her its new day, hours or place."""
    path = f"/acces/{secret}"
    timed = isinstance(occasion.start, datetime)
    _send(
        guest,
        "launch_moved" if moved else "launch_invitation",
        calendar=_event(guest, occasion.start, occasion.end, occasion.place),
        path=path,
        day=occasion.day,
        starts_at=occasion.start if timed else None,
        ends_at=occasion.end if timed else None,
        place=occasion.place,
    )


def launch_cancelled(guest: LaunchGuest) -> None:
    """The launch is no longer planned, or she is no longer invited: it leaves her calendar."""
    start, end = (_moment(word) for word in guest.invited_for.split(" ", 2)[:2])
    _send(guest, "launch_cancelled", calendar=_event(guest, start, end, "", cancelled=True), path=None)


def _moment(word: str) -> datetime | date:
    return datetime.fromisoformat(word) if "T" in word else date.fromisoformat(word)


def _send(guest: LaunchGuest, message: str, *, calendar: bytes | None, path: str | None, **context: Any) -> None:
    carrier = _carrier(guest)
    post(
        f"cohorts/{message}",
        to=Recipient(email=guest.email or "", name=guest.name),
        context={
            "name": guest.name,
            "inviter": guest.person.name,
            "cohort": guest.cohort.label,
            "programme": guest.cohort.edition.programme.label,
            "carrier": carrier.short_name if carrier else "l’équipe",
            "path": path,
            **context,
        },
        about=guest.cohort,
        path=path,
        reply_to=carrier.email if carrier else None,
        urgency=MailUrgency.PROMPT,
        calendar=calendar,
    )


def moved_in(enrolment: Enrolment) -> None:
    """Tell someone whose cohort was brought in that her course is followed here from now on (R114)."""
    cohort, person = enrolment.cohort, enrolment.person
    carrier, path = _carrier_of(cohort), "/parcours"
    post(
        "cohorts/moved_in",
        to=Recipient(email=person.email, name=person.name, person_id=person.id),
        context={
            "first_name": person.first_name,
            "cohort": cohort.label,
            "programme": cohort.edition.programme.label,
            "carrier": carrier.short_name if carrier else "votre organisme de formation",
            "path": path,
        },
        about=enrolment,
        path=path,
        reply_to=carrier.email if carrier else None,
        urgency=MailUrgency.PROMPT,
    )


def _carrier(guest: LaunchGuest) -> Organisation | None:
    return _carrier_of(guest.cohort)


def _carrier_of(cohort: Cohort) -> Organisation | None:
    return next((part.organisation for part in cohort.parts if part.part is Part.CARRIER), None)


def choice_told(enrolment: Enrolment, choice: str, modules: Sequence[str], reason: str) -> None:
    """Tell a learner what was agreed to, or chosen for her and why (R104)."""
    _about_choice(enrolment, "choice_told", choice, modules, reason)


def choice_declined(enrolment: Enrolment, choice: str, modules: Sequence[str], reason: str) -> None:
    """Give her choice back to a learner, with the reason."""
    _about_choice(enrolment, "choice_declined", choice, modules, reason)


def _about_choice(enrolment: Enrolment, message: str, choice: str, modules: Sequence[str], reason: str) -> None:
    person, carrier = enrolment.person, _carrier_of(enrolment.cohort)
    path = f"/promotions/{enrolment.cohort.code}/apprenants/{enrolment.id}/choix"
    post(
        f"cohorts/{message}",
        to=Recipient(person_id=person.id, email=person.email, name=person.name),
        context={
            "cohort": enrolment.cohort.label,
            "choice": choice,
            "modules": list(modules),
            "reason": reason,
            "carrier": carrier.short_name if carrier else "l’équipe",
            "path": path,
        },
        about=enrolment,
        path=path,
        reply_to=carrier.email if carrier else None,
        urgency=MailUrgency.DAILY,
    )


def _event(
    guest: LaunchGuest, start: datetime | date, end: datetime | date, place: str, *, cancelled: bool = False
) -> bytes | None:
    """Return the event for one guest, or null for a carrier without an address: its UID never changes, its sequence grows."""
    carrier = _carrier(guest)
    if carrier is None or not carrier.email or not guest.email:
        return None
    now = clock.now()
    event = CalendarEvent(
        uid=f"lancement-{guest.id}@tesselle",
        start=start,
        end=end,
        summary=f"Lancement – {guest.cohort.label}",
        location=place,
        description=f"Journée de lancement, à l’invitation {of(guest.person.name)}.",
        sequence=guest.sequence,
        created=guest.invited_at or now,
        last_modified=now,
        cancelled=cancelled,
        organizer=Mailbox(carrier.email, carrier.short_name),
        attendees=(Mailbox(guest.email, guest.name),),
    )
    return ical.invitation(event)


# --- follow-up -------------------------------------------------------------------------------------------------------


def note_shared(note: FollowUpNote) -> None:
    """Tell a learner that a note on her path is shared with her."""
    enrolment = note.enrolment
    _tell(enrolment.person, "note_shared", enrolment.cohort, f"/parcours/{enrolment.id}#notes", author=note.author.name)


def trainer_assigned(assignment: TrainerAssignment, former: Person | None, words: str = "") -> None:
    """Tell a learner who follows her, from when and until when, and whom that person takes over from."""
    enrolment = assignment.enrolment
    if enrolment is None:
        return
    _tell(
        enrolment.person,
        "trainer_assigned",
        enrolment.cohort,
        f"/parcours/{enrolment.id}",
        trainer=assignment.person.name,
        kind=assignment.kind.label,
        since=assignment.since,
        until=assignment.until,
        former=former.name if former is not None and former.id != assignment.person_id else None,
        words=words,
    )


def learners_entrusted(
    cohort: Cohort, assignment: TrainerAssignment, enrolments: Sequence[Enrolment], words: str
) -> None:
    """Tell a trainer whom she follows, from when and until when."""
    _tell(
        assignment.person,
        "learners_entrusted",
        cohort,
        "/mes-apprenants",
        names=[enrolment.person.name for enrolment in enrolments],
        kind=assignment.kind.label,
        since=assignment.since,
        until=assignment.until,
        words=words,
    )


def learners_handed_over(former: Person, taken: TrainerAssignment, enrolments: Sequence[Enrolment], words: str) -> None:
    """Tell a trainer who takes over those she followed, and from when."""
    _tell(
        former,
        "learners_handed_over",
        taken.cohort,
        "/mes-apprenants",
        names=[enrolment.person.name for enrolment in enrolments],
        successor=taken.person.name,
        since=taken.since,
        words=words,
    )


def _tell(to: Person, message: str, cohort: Cohort, path: str, **context: Any) -> None:
    post(
        f"cohorts/{message}",
        to=Recipient(person_id=to.id, email=to.email, name=to.name),
        context={"first_name": to.first_name, "cohort": cohort.label, "path": path, **context},
        about=cohort,
        path=path,
        urgency=MailUrgency.DAILY,
    )


def approval_ending(approval: TrainerApproval, cohorts: Sequence[Cohort]) -> None:
    """Tell a relay trainer that her approval ends, and who may renew it."""
    carriers = [carrier.short_name for cohort in cohorts if (carrier := _carrier_of(cohort)) is not None]
    _approval(
        approval.person, "approval_ending", approval, cohorts, "/mes-apprenants", carriers=list(dict.fromkeys(carriers))
    )


def approval_to_renew(
    person: Person, approval: TrainerApproval, cohorts: Sequence[Cohort], *, transcribes: bool
) -> None:
    """Tell someone of the school or of a carrier that a trainer’s approval is to be renewed."""
    path = f"/promotions/{cohorts[0].code}/formateurs"
    _approval(person, "approval_to_renew", approval, cohorts, path, transcribes=transcribes)


def _approval(
    to: Person, message: str, approval: TrainerApproval, cohorts: Sequence[Cohort], path: str, **context: Any
) -> None:
    post(
        f"cohorts/{message}",
        to=Recipient(person_id=to.id, email=to.email, name=to.name),
        context={
            "first_name": to.first_name,
            "trainer": approval.person.name,
            "school": approval.organisation.name,
            "valid_until": approval.valid_until,
            "is_over": approval.valid_until is not None and approval.valid_until < clock.today(),
            "cohorts": [cohort.label for cohort in cohorts],
            "path": path,
            **context,
        },
        about=approval,
        path=path,
        urgency=MailUrgency.DAILY,
    )
