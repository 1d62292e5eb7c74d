"""``/courriels-en-attente``: the mails that did not leave or may have been lost, and what staff decides."""

import uuid
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from training.common import outbox
from training.common.errors import NotFound
from training.common.forms import ActForm, ReasonForm, attempt
from training.common.guard import current_principal, requires
from training.common.listing import PER_PAGE, Column, Page, offset, page_number
from training.common.mail import MailStatus, OutgoingMail
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.database import db

bp: Final = Blueprint("outbox", __name__, url_prefix="/courriels-en-attente")

COLUMNS: Final = (
    Column("subject", "Objet"),
    Column("to", "À"),
    Column("created", "Écrit le"),
    Column("status", "État"),
    Column("acts", "Que faire"),
)
UNPROCESSABLE: Final = 422


def load_mail(_principal: Principal, mail_id: uuid.UUID) -> OutgoingMail:
    """Return a mail, held against a worker or a second person until the end of the act."""
    mail = db.session.get(OutgoingMail, mail_id, with_for_update=request.method == "POST")
    if mail is None:
        raise NotFound
    return mail


def load_unsent(_principal: Principal, mail_id: uuid.UUID) -> OutgoingMail:
    """Return a mail that did not leave; ``NotFound`` for one that has."""
    mail = load_mail(_principal, mail_id)
    if mail.status not in outbox.UNSENT:
        raise NotFound("Ce courriel n’est plus en attente : il est parti, ou quelqu’un y a renoncé.")
    return mail


@bp.get("")
@requires(Permission.OUTBOX_WATCH)
def index() -> str:
    """List the mails that need a decision, newest first."""
    number = page_number(request.args.get("page"))
    page = Page(
        items=outbox.unsent(limit=PER_PAGE, offset=offset(number)),
        number=number,
        total=outbox.count_unsent(),
        per_page=PER_PAGE,
        url=lambda to: url_for("outbox.index", page=to),
    )
    return render_template(
        "common/outbox/index.html", page=page, columns=COLUMNS, form=ActForm(), uncertain=MailStatus.UNCERTAIN
    )


@bp.post("/<uuid:mail_id>/renvoi")
@commits
@requires(Permission.OUTBOX_WATCH, load_mail)
def resend(mail: OutgoingMail) -> Response:
    """Put the mail back in the outbox."""
    if ActForm().validate_on_submit():
        outbox.resend(mail, by=current_principal())
        flash("Le courriel est de nouveau en attente d’envoi.", "success")
    return redirect(url_for("outbox.index"), 303)


@bp.get("/<uuid:mail_id>/abandon")
@requires(Permission.OUTBOX_WATCH, load_unsent)
def confirm_giving_up(mail: OutgoingMail) -> str:
    """Say what giving up means, and ask why."""
    return render_template("common/outbox/give_up.html", mail=mail, form=ReasonForm())


@bp.post("/<uuid:mail_id>/abandon")
@commits
@requires(Permission.OUTBOX_WATCH, load_mail)
def give_up(mail: OutgoingMail) -> Response | tuple[str, int]:
    """Leave the mail unsent."""
    form, principal = ReasonForm(), current_principal()
    if form.validate_on_submit() and attempt(
        form, lambda: outbox.give_up(mail, by=principal, reason=str(form.reason.data))
    ):
        flash("Le courriel ne partira pas.", "success")
        return redirect(url_for("outbox.index"), 303)
    return render_template("common/outbox/give_up.html", mail=mail, form=form), UNPROCESSABLE
