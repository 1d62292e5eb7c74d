"""What is written about the team's letter: to its signer, to the applicant, to the structure (R107)."""

from training.admissions import rules
from training.admissions.mails.sending import send
from training.admissions.models import LetterRequest
from training.common.declarations import registry
from training.common.mail import MailUrgency as Urgency
from training.common.mail import Recipient, post


def letter_asked(letter: LetterRequest, secret: str) -> None:
    """The representative is asked to read and sign; the link is theirs alone."""
    application, lifetime = letter.application, registry.link_purpose("engagement_letter").lifetime
    call, structure = application.call, application.structure
    post(
        "admissions/letter_asked",
        to=Recipient(letter.email),
        context={
            "applicant": application.person.name,
            "call_title": call.title,
            "carrier": call.carrier.short_name,
            "structure": structure.name if structure else None,
            "path": f"/acces/{secret}",
            "days": lifetime.days,
            "due_on": letter.requirement.due_on,
            "contact": call.contact_email or call.carrier.email,
        },
        about=application,
        reply_to=call.contact_email or call.carrier.email,
        urgency=Urgency.ASKED,
    )


def letter_signed(letter: LetterRequest) -> None:
    """The applicant knows that her structure has signed."""
    send(
        letter.application,
        "letter_signed",
        Urgency.PROMPT,
        signer=letter.signer_name,
        function=letter.signer_function,
        piece=letter.requirement.label,
    )


def letter_declined(letter: LetterRequest) -> None:
    """The applicant knows that her structure does not sign, and why."""
    send(letter.application, "letter_declined", Urgency.PROMPT, signer=letter.signer_name, reason=letter.reason)


def letter_copy(letter: LetterRequest, address: str) -> None:
    """Whoever signed, and the structure's known address, keep the words of what was signed."""
    application, call = letter.application, letter.application.call
    structure = application.structure
    post(
        "admissions/letter_copy",
        to=Recipient(address),
        context={
            "applicant": application.person.name,
            "call_title": call.title,
            "carrier": call.carrier.short_name,
            "structure": structure.name if structure else None,
            "signer": letter.signer_name,
            "function": letter.signer_function,
            "signed_at": letter.answered_at,
            "statement": rules.statement_of(letter.requirement),
            "contact": call.contact_email or call.carrier.email,
        },
        about=application,
        reply_to=call.contact_email or call.carrier.email,
        urgency=Urgency.PROMPT,
    )
