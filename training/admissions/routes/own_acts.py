"""What the applicant does with her file as a whole: read it again, send it, take it back, answer, withdraw."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response

from training.admissions import applicant_view as view
from training.admissions import receipt, rules
from training.admissions.enums import ApplicationAct, ApplicationStatus
from training.admissions.forms import applicant as forms
from training.admissions.models import Application, ApplicationVersion
from training.admissions.procedure import APPLICATION
from training.admissions.queries import applicant as own
from training.admissions.routes import loaders
from training.admissions.routes.own_file import address, addresses_of, bp, file_page, must_be_in_hand, page
from training.admissions.services import filing, reserve
from training.common.errors import ActUnavailable, Conflict
from training.common.file_routes import content_disposition
from training.common.forms import ActForm, Form
from training.common.guard import current_principal, requires
from training.common.pdf import MEDIA_TYPE as PDF
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer

A = ApplicationAct


def _unavailable(application: Application, act: ApplicationAct) -> ActUnavailable:
    """Return the refusal of a stale act, with the state the applicant has been told and no other (R105)."""
    return ActUnavailable(APPLICATION.steps[act].label, rules.public_status(application).label)


def _must_be_open(application: Application, act: ApplicationAct) -> None:
    """Show the page of an act only while it can be taken (409 otherwise)."""
    if act not in APPLICATION.leads_from(application.status):
        raise _unavailable(application, act)
    barred = APPLICATION.steps[act].barred(application)
    if barred:
        raise Conflict(barred)


def _take(
    application: Application,
    act: ApplicationAct,
    form: Form,
    verb: Callable[[], Any],
    *,
    again: Callable[[], str],
    done: str,
) -> Answer:
    if act not in APPLICATION.leads_from(application.status):
        raise _unavailable(application, act)
    return answer(form, verb, again=again, to=address(application), done=done)


# Reading again and sending ----------------------------------------------------------------------------------------------


def _sending(application: Application) -> ApplicationAct:
    """Return the act by which the file is sent now: the corrections asked, or the file."""
    return A.CORRECT if application.status is ApplicationStatus.TO_CORRECT else A.SUBMIT


def _check_page(application: Application, form: Form) -> str:
    act = _sending(application)
    content = filing.snapshot(application)
    return page(
        application,
        "check",
        form,
        act=act,
        label=APPLICATION.steps[act].label,
        barred=APPLICATION.steps[act].barred(application),
        missing=view.missing_now(application),
        content=content,
        profile=view.profile_words(application),
        practices=rules.practice_words(application),
        addresses=addresses_of(application),
        sections=dict(view.sections(application)),
        is_late=act is A.SUBMIT and view.is_late(application),
    )


@bp.get("/depot")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def check(application: Application) -> str:
    """Show everything as it will be sent, and what is missing."""
    must_be_in_hand(application)
    return _check_page(application, ActForm())


@bp.post("/depot")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_SUBMIT, loaders.file_to_change)
def send(application: Application) -> Answer:
    """Submit the file, or send the corrections asked (R13, R19, R20)."""
    act, form, principal = _sending(application), ActForm(), current_principal()
    verb = filing.correct if act is A.CORRECT else filing.submit
    return _take(
        application,
        act,
        form,
        lambda: verb(application, by=principal),
        again=lambda: _check_page(application, form),
        done="Votre dossier est déposé. L’accusé de réception part par courriel."
        if act is A.SUBMIT
        else "Vos corrections sont envoyées. Un nouvel accusé de réception part par courriel.",
    )


def _version(principal: Principal, application_id: uuid.UUID, number: str) -> ApplicationVersion:
    return own.version(principal, application_id, number)


@bp.get("/recepisse/<number>.pdf")
@requires(Permission.ADMISSIONS_APPLICATION_READ, _version)
def receipt_file(version: ApplicationVersion) -> Response:
    """Give the receipt of one submission, printed from what was frozen then (R22)."""
    response = Response(receipt.build(version), mimetype=PDF)
    response.headers["Content-Disposition"] = content_disposition("attachment", receipt.filename(version))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/reprise")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def take_back_page(application: Application) -> str:
    """Say what taking the file back does."""
    _must_be_open(application, A.TAKE_BACK)
    return page(application, "take_back", ActForm())


@bp.post("/reprise")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_SUBMIT, loaders.file_to_change)
def take_back(application: Application) -> Answer:
    """Take the file back to change it, until the closing (R108)."""
    form, principal = ActForm(), current_principal()
    return _take(
        application,
        A.TAKE_BACK,
        form,
        lambda: filing.take_back(application, by=principal),
        again=lambda: page(application, "take_back", form),
        done="Votre dossier est de nouveau modifiable. Pensez à le déposer avant la clôture.",
    )


# Answering, leaving -----------------------------------------------------------------------------------------------------


@bp.post("/place/confirmation")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_ANSWER, loaders.file_and_seats)
def confirm(application: Application) -> Answer:
    """Confirm the seat offered, before it lapses."""
    form, principal = ActForm(), current_principal()
    return _take(
        application,
        A.CONFIRM,
        form,
        lambda: reserve.confirm(application, by=principal),
        again=lambda: file_page(application, form),
        done="Votre place est confirmée. Bienvenue.",
    )


@bp.get("/place/refus")
@requires(Permission.ADMISSIONS_APPLICATION_ANSWER, loaders.file)
def decline_page(application: Application) -> str:
    """Say what declining the seat does."""
    _must_be_open(application, A.DECLINE)
    return page(application, "decline", forms.LeaveForm())


@bp.post("/place/refus")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_ANSWER, loaders.file_and_seats)
def decline(application: Application) -> Answer:
    """Decline the seat; it goes to the next on the reserve."""
    form, principal = forms.LeaveForm(), current_principal()
    return _take(
        application,
        A.DECLINE,
        form,
        lambda: reserve.decline(application, by=principal, reason=form.reason.data or None),
        again=lambda: page(application, "decline", form),
        done="Votre réponse est enregistrée : la place est libérée.",
    )


@bp.get("/retrait")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def withdraw_page(application: Application) -> str:
    """Say what withdrawing does: it cannot be undone."""
    _must_be_open(application, A.WITHDRAW)
    return page(application, "withdraw", forms.LeaveForm())


@bp.post("/retrait")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file_and_seats)
def withdraw(application: Application) -> Answer:
    """Withdraw for good; a seat held goes back."""
    form, principal = forms.LeaveForm(), current_principal()
    return _take(
        application,
        A.WITHDRAW,
        form,
        lambda: filing.withdraw(application, by=principal, reason=form.reason.data or None),
        again=lambda: page(application, "withdraw", form),
        done="Votre candidature est retirée.",
    )
