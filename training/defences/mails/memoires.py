"""The messages about a mémoire: to those who follow it, and to its author (R120)."""

from training.accounts.models import Person
from training.common.mail import MailUrgency, Recipient, post
from training.defences.enums import VersionKind
from training.defences.models import Memoire, MemoireComment, MemoireVersion
from training.portfolio.queries.readers import readers_of


def _post(memoire: Memoire, message: str, to: Person, urgency: MailUrgency, **more: object) -> None:
    path = f"/memoires/{memoire.id}"
    post(
        f"defences/{message}",
        to=Recipient(person_id=to.id, email=to.email, name=to.name),
        context={
            "first_name": to.first_name,
            "learner": memoire.enrolment.person.name,
            "subject": memoire.subject,
            "cohort": memoire.cohort.label,
            "path": path,
            **more,
        },
        path=path,
        about=memoire,
        urgency=urgency,
    )


def subject_proposed(memoire: Memoire) -> None:
    """A subject waits for those who follow the learner."""
    for reader in readers_of(memoire.enrolment):
        _post(memoire, "subject_proposed", reader, MailUrgency.DAILY)


def subject_decided(memoire: Memoire, *, approved: bool, reason: str) -> None:
    """Her subject is approved, or is to be worked on: the second asks for something."""
    message = "subject_approved" if approved else "subject_returned"
    urgency = MailUrgency.DAILY if approved else MailUrgency.PROMPT
    _post(memoire, message, memoire.enrolment.person, urgency, reason=reason)


def version_deposited(memoire: Memoire, version: MemoireVersion) -> None:
    """A version waits for those who follow its author."""
    final = version.kind is not VersionKind.DRAFT
    for reader in readers_of(memoire.enrolment):
        _post(
            memoire, "memoire_deposited", reader, MailUrgency.DAILY,
            kind=version.kind.label, number=version.number, final=final,
        )  # fmt: skip


def commented(memoire: Memoire, version: MemoireVersion, said: MemoireComment, *, by_author: bool) -> None:
    """Someone answered on a version: its author, or those who follow her."""
    others = readers_of(memoire.enrolment) if by_author else [memoire.enrolment.person]
    for person in others:
        if person.id != said.author_id:
            _post(
                memoire, "memoire_commented", person, MailUrgency.DAILY, author=said.author.name, number=version.number
            )


def cleared(memoire: Memoire) -> None:
    """She may defend it."""
    _post(memoire, "memoire_cleared", memoire.enrolment.person, MailUrgency.DAILY)


def returned(memoire: Memoire, reason: str) -> None:
    """Her final version, or the clearance she had, comes back to her."""
    _post(memoire, "memoire_returned", memoire.enrolment.person, MailUrgency.PROMPT, reason=reason)


def hidden(memoire: Memoire, version: MemoireVersion, reason: str) -> None:
    """Her version is hidden: why, and what is asked of her (R54)."""
    _post(memoire, "memoire_hidden", memoire.enrolment.person, MailUrgency.PROMPT, number=version.number, reason=reason)


def sharing_asked(memoire: Memoire, to: Person, secret: str) -> None:
    """Her structure is asked whether the mémoire may stand in the library (R127)."""
    post(
        "defences/sharing_asked",
        to=Recipient(person_id=to.id, email=to.email, name=to.name),
        context={
            "first_name": to.first_name,
            "learner": memoire.enrolment.person.name,
            "subject": memoire.subject,
            "structure": memoire.enrolment.structure.name,
            "path": f"/acces/{secret}",
        },
        path=f"/acces/{secret}",
        about=memoire,
        urgency=MailUrgency.PROMPT,
    )
