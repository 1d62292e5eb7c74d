"""The thread of a file, and messages to a whole filtered list (R109)."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for

from training.accounts.rules import managed_bodies
from training.admissions import rules
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application
from training.admissions.queries.lists import ApplicationFilters
from training.admissions.queries.messages import file_of_thread, waiting_threads, writable
from training.admissions.routes.files import KEPT, filters_of_address
from training.admissions.services import messages
from training.common import access, threads
from training.common.errors import NotFound
from training.common.forms import ActForm
from training.common.guard import can, current_principal, requires
from training.common.listing import page_number
from training.common.mailing import addressees_of, mark_of, write_to_all
from training.common.policy import Permission, Principal
from training.common.thread_forms import MailingForm, MessageForm
from training.common.threads import Mailing
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.database import db

bp: Final = Blueprint("admissions_messages", __name__)
THREAD: Final = "/candidatures/<uuid:application_id>/messages"
PER_PAGE: Final = 30


def _to_read(principal: Principal, application_id: uuid.UUID) -> Application:
    return file_of_thread(principal, application_id)


def _to_write(principal: Principal, application_id: uuid.UUID) -> Application:
    return file_of_thread(principal, application_id, lock=True)


def _page(application: Application, form: MessageForm) -> str:
    principal = current_principal()
    own = application.person_id == principal.person_id
    return render_template(
        "admissions/messages/thread.html",
        layout="layouts/learner.html" if own else "layouts/staff.html",
        application=application,
        call=application.call,
        carrier=application.call.carrier,
        own=own,
        status=rules.public_status(application) if own else application.status,
        thread=threads.thread_of(application),
        messages=threads.messages(application),
        form=form,
        may_write=can(Permission.ADMISSIONS_MESSAGE_WRITE, application),
        may_settle=can(Permission.ADMISSIONS_MESSAGE_SEND, application),
    )


@bp.get(THREAD)
@requires(Permission.ADMISSIONS_MESSAGE_READ, _to_read)
def show(application: Application) -> str:
    """Show the thread of a file; its applicant's reading is noted, so that her desk no longer asks it."""
    principal = current_principal()
    page = _page(application, MessageForm())
    thread = threads.thread_of(application)
    if application.person_id != principal.person_id:
        access.note(principal, "thread.read", application)
    elif thread is not None and thread.is_unread:
        threads.note_reading(thread)
    return page


@bp.post(THREAD)
@commits
@requires(Permission.ADMISSIONS_MESSAGE_WRITE, _to_write)
def write(application: Application) -> Answer:
    """Write a message; the other side is told by mail."""
    form, principal = MessageForm(), current_principal()
    own = application.person_id == principal.person_id
    told = application.call.carrier.short_name if own else application.person.name
    return answer(
        form,
        lambda: messages.write(application, form.words.data or "", by=principal),
        again=lambda: _page(application, form),
        to=url_for(".show", application_id=application.id, _anchor="dernier"),
        done=f"Votre message est envoyé. {told} en est prévenu·e par courriel.",
    )


@bp.post(f"{THREAD}/classement")
@commits
@requires(Permission.ADMISSIONS_MESSAGE_SEND, _to_write)
def settle(application: Application) -> Answer:
    """Set a thread aside: it needs no answer."""
    form, principal = ActForm(), current_principal()
    return answer(
        form,
        lambda: threads.settle(application, by=principal),
        again=lambda: _page(application, MessageForm(formdata=None)),
        to=url_for(".show", application_id=application.id),
        done="Le fil est classé : il n’attend plus de réponse.",
    )


# To many --------------------------------------------------------------------------------------------------------------


def _chosen(filters: ApplicationFilters) -> str:
    """Say in words which list was chosen."""
    words = [
        filters.call or "tous mes appels",
        *([ApplicationStatus(filters.status).label] if filters.status else []),
        *([filters.kind.label] if filters.kind else []),
        *([f"département {filters.departement}"] if filters.departement else []),
        *([f"« {filters.words} »"] if filters.words else []),
    ]
    return ", ".join(words)[:300]


def _address() -> dict[str, Any]:
    return {key: value for key, value in request.args.items() if key in {*KEPT, "q"} and value}


@bp.get("/candidatures/message")
@requires(Permission.ADMISSIONS_MESSAGE_SEND)
def compose() -> str:
    """Write to everyone of the filtered list."""
    return _compose(MailingForm(), files=writable(current_principal(), filters_of_address()))


def _compose(form: MailingForm, *, files: Sequence[Application], preview: bool = False, moved: bool = False) -> str:
    return render_template(
        "admissions/messages/compose.html",
        form=form,
        people=addressees_of(files),
        chosen=_chosen(filters_of_address()),
        preview=preview,
        moved=moved,
        here=url_for(".send", **_address()),
        list_href=url_for("admissions_files.index", **_address()),
    )


@bp.post("/candidatures/message")
@commits
@requires(Permission.ADMISSIONS_MESSAGE_SEND)
def send() -> Answer:
    """Show what would leave and to whom; then, confirmed on the same people, send it."""
    principal, form = current_principal(), MailingForm()
    filters = filters_of_address()
    files = writable(principal, filters)
    mark = mark_of(files)
    if not form.validate_on_submit():
        return _compose(form, files=files), 422
    if form.confirmed.data != mark:
        moved = bool(form.confirmed.data)
        form.confirmed.data = mark
        return _compose(form, files=files, preview=True, moved=moved)
    return answer(
        form,
        lambda: write_to_all(
            files, title=form.title.data or "", words=form.words.data or "", chosen=_chosen(filters), by=principal
        ),
        again=lambda: _compose(form, files=files),
        to=url_for(".mailings"),
        done="Le message part. Chaque personne le reçoit par courriel et le retrouve dans son dossier.",
    )


@bp.get("/candidatures/messages")
@requires(Permission.ADMISSIONS_MESSAGE_SEND)
def waiting() -> str:
    """List the threads to answer, the one that waits longest first."""
    principal = current_principal()
    return render_template(
        "admissions/messages/waiting.html",
        threads=[each for each in waiting_threads(principal) if each.awaits_body],
    )


@bp.get("/candidatures/envois")
@requires(Permission.ADMISSIONS_MESSAGE_SEND)
def mailings() -> str:
    """List what was written to many."""
    number = page_number(request.args.get("page"))
    bodies = managed_bodies(current_principal())
    found = threads.mailings(bodies, limit=PER_PAGE + 1, skip=(number - 1) * PER_PAGE)
    return render_template(
        "admissions/messages/mailings.html",
        mailings=found[:PER_PAGE],
        older=url_for(".mailings", page=number + 1) if len(found) > PER_PAGE else None,
        newer=url_for(".mailings", page=number - 1) if number > 1 else None,
    )


def _mailing(principal: Principal, mailing_id: uuid.UUID) -> Mailing:
    """Return what one of her bodies wrote to many, or raise ``NotFound``."""
    found = db.session.get(Mailing, mailing_id)
    if found is None or found.body_id not in managed_bodies(principal):
        raise NotFound
    return found


@bp.get("/candidatures/envois/<uuid:mailing_id>")
@requires(Permission.ADMISSIONS_APPLICATION_LIST, _mailing)
def mailing(found: Mailing) -> str:
    """Show one message written to many."""
    return render_template("admissions/messages/mailing.html", mailing=found)
