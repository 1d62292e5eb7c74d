"""``/lettres/<id>``: what a structure's representative reads and signs, by a personal link and without an account (R107)."""

import uuid
from collections.abc import Mapping
from typing import Final

from flask import Blueprint, render_template, url_for

from training.admissions import rules
from training.admissions.enums import LetterStatus
from training.admissions.file_uses import use_of
from training.admissions.forms import letters as forms
from training.admissions.models import LetterRequest
from training.admissions.queries.letters import letter as find
from training.admissions.services import letters
from training.common import access
from training.common.errors import Conflict
from training.common.filetypes import accept_attribute, describe
from training.common.forms import FORM_FIELD, Form
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import UploadLimit, commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_letters", __name__, url_prefix="/lettres/<uuid:letter_id>")


def _to_read(principal: Principal, letter_id: uuid.UUID) -> LetterRequest:
    return find(principal, letter_id)


def _to_sign(principal: Principal, letter_id: uuid.UUID) -> LetterRequest:
    return find(principal, letter_id, lock=True)


def _page(letter: LetterRequest, form: Form, *, declines: bool = False) -> str:
    application, requirement = letter.application, letter.requirement
    return render_template(
        "admissions/letter/decline.html" if declines else "admissions/letter/sign.html",
        letter=letter,
        application=application,
        call=application.call,
        carrier=application.call.carrier,
        form=form,
        statement=rules.statement_of(requirement),
        refusal=rules.letter_refusal(application, requirement),
        costs=[line for line in application.call.costs if line.payer],
        formats=describe(requirement.media_types),
        accept=accept_attribute(requirement.media_types),
    )


@bp.get("")
@requires(Permission.ADMISSIONS_LETTER_SIGN, _to_read)
def show(letter: LetterRequest) -> str:
    """Show what is asked of the structure, then the form that signs; once answered, what was answered."""
    if letter.status is not LetterStatus.WAITING:
        return render_template(
            "admissions/letter/done.html",
            letter=letter,
            application=letter.application,
            call=letter.application.call,
            carrier=letter.application.call.carrier,
        )
    page = _page(letter, forms.SignatureForm())
    access.note(current_principal(), "letter.read", letter)
    return page


def _limits(letter: LetterRequest) -> Mapping[str, UploadLimit]:
    asked = letter.requirement
    return {"file": UploadLimit(use_of(asked), max_bytes=asked.max_bytes, media_types=frozenset(asked.media_types))}


@bp.post("")
@commits(files=_limits)
@requires(Permission.ADMISSIONS_LETTER_SIGN, _to_sign)
def sign(letter: LetterRequest) -> Answer:
    """Sign in the structure's name, with or without a letter of its own."""
    form, principal = forms.SignatureForm(), current_principal()
    try:
        return answer(
            form,
            lambda: letters.sign(letter, form.to_command(), by=principal),
            again=lambda: _page(letter, form),
            to=_address(letter),
            done="C’est signé. Merci : la personne candidate et le porteur de l’appel le savent.",
        )
    except Conflict as conflict:
        form.add_error(FORM_FIELD, conflict.message)
        return _page(letter, form), 409


@bp.get("/refus")
@requires(Permission.ADMISSIONS_LETTER_SIGN, _to_read)
def decline_page(letter: LetterRequest) -> str:
    """Ask why the structure does not sign."""
    if letter.status is not LetterStatus.WAITING:
        raise Conflict(f"La demande est maintenant « {letter.status.label} ».")
    return _page(letter, forms.NotSigningForm(), declines=True)


@bp.post("/refus")
@commits
@requires(Permission.ADMISSIONS_LETTER_SIGN, _to_sign)
def decline(letter: LetterRequest) -> Answer:
    """Answer that the structure does not sign."""
    form, principal = forms.NotSigningForm(), current_principal()
    return answer(
        form,
        lambda: letters.decline(letter, form.name.data or "", by=principal, reason=form.reason.data or ""),
        again=lambda: _page(letter, form, declines=True),
        to=_address(letter),
        done="Votre réponse est enregistrée : la personne candidate la recevra.",
    )


def _address(letter: LetterRequest) -> str:
    return url_for("admissions_letters.show", letter_id=letter.id)
