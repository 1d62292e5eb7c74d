"""The thread of a learner, one message to a list of them, the numbers to call (R109, R118)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import render_template, request, url_for

from training.accounts.enums import Part
from training.cohorts import lists
from training.cohorts.layout import layout_for
from training.cohorts.lists import ChosenList
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.cohorts.queries import messages as queries
from training.cohorts.routes.blueprint import COHORT, LEARNER, bp
from training.cohorts.routes.loaders import cohort_of
from training.common import access, clock, threads
from training.common.errors import NotFound
from training.common.forms import ActForm
from training.common.guard import can, current_principal, requires
from training.common.listing import Column, page_number
from training.common.mailing import addressees_of, mark_of, write_to_all
from training.common.policy import Permission, Principal
from training.common.thread_forms import MailingForm, MessageForm
from training.common.threads import Mailing, Side
from training.common.transaction import commits
from training.common.views import Answer, answer

THREAD: Final = f"{LEARNER}/messages"
PER_PAGE: Final = 30


def _to_read(principal: Principal, code: str, enrolment_id: uuid.UUID) -> Enrolment:
    return queries.learner_of_thread(principal, code, enrolment_id)


def _to_write(principal: Principal, code: str, enrolment_id: uuid.UUID) -> Enrolment:
    return queries.learner_of_thread(principal, code, enrolment_id, lock=True)


def _thread_page(enrolment: Enrolment, form: MessageForm) -> str:
    principal = current_principal()
    own = enrolment.person_id == principal.person_id
    parties = threads.parties_of(enrolment)
    return render_template(
        "cohorts/thread.html",
        layout=layout_for(principal),
        enrolment=enrolment,
        cohort=enrolment.cohort,
        own=own,
        parties=parties,
        thread=threads.thread_of(enrolment),
        messages=threads.messages(enrolment),
        form=form,
        may_write=can(Permission.COHORTS_THREAD_WRITE, enrolment),
        may_settle=can(Permission.COHORTS_THREAD_ANSWER, enrolment),
    )


@bp.get(THREAD)
@requires(Permission.COHORTS_THREAD_READ, _to_read)
def thread(enrolment: Enrolment) -> str:
    """The thread of a learner; her own reading is noted, so that her desk no longer asks it."""
    principal = current_principal()
    page = _thread_page(enrolment, MessageForm())
    found = threads.thread_of(enrolment)
    if enrolment.person_id != principal.person_id:
        access.note(principal, "thread.read", enrolment)
    elif found is not None and found.is_unread:
        threads.note_reading(found)
    return page


def _thread_href(enrolment: Enrolment, anchor: str | None = None) -> str:
    return url_for(".thread", code=enrolment.cohort.code, enrolment_id=enrolment.id, _anchor=anchor)


@bp.post(THREAD)
@commits
@requires(Permission.COHORTS_THREAD_WRITE, _to_write)
def write_message(enrolment: Enrolment) -> Answer:
    """Write in it; the other side is told by mail."""
    form, principal = MessageForm(), current_principal()
    own = enrolment.person_id == principal.person_id
    parties = threads.parties_of(enrolment)
    told = (parties.follower.name if parties.follower else parties.body_name) if own else enrolment.person.name
    return answer(
        form,
        lambda: threads.write(enrolment, form.words.data or "", side=Side.PERSON if own else Side.BODY, by=principal),
        again=lambda: _thread_page(enrolment, form),
        to=_thread_href(enrolment, "dernier"),
        done=f"Votre message est envoyé. {told} en est prévenu·e par courriel.",
    )


@bp.post(f"{THREAD}/classement")
@commits
@requires(Permission.COHORTS_THREAD_ANSWER, _to_write)
def settle_thread(enrolment: Enrolment) -> Answer:
    """Set it aside: it needs no answer."""
    form, principal = ActForm(), current_principal()
    return answer(
        form,
        lambda: threads.settle(enrolment, by=principal),
        again=lambda: _thread_page(enrolment, MessageForm(formdata=None)),
        to=_thread_href(enrolment),
        done="Le fil est classé : il n’attend plus de réponse.",
    )


# --- to many ---------------------------------------------------------------------------------------------------------


def _list(cohort: Cohort) -> tuple[ChosenList, Sequence[Enrolment]]:
    chosen = lists.chosen(cohort, request.args)
    return chosen, queries.writable(cohort, current_principal(), chosen.kept)


def _compose_page(
    cohort: Cohort,
    form: MailingForm,
    found: tuple[ChosenList, Sequence[Enrolment]],
    *,
    preview: bool = False,
    moved: bool = False,
) -> str:
    chosen, learners = found
    return render_template(
        "cohorts/compose.html",
        cohort=cohort,
        form=form,
        chosen=chosen,
        people=addressees_of(learners),
        preview=preview,
        moved=moved,
        here=url_for(".send_message", code=cohort.code, **chosen.values),
    )


@bp.get(f"{COHORT}/message")
@requires(Permission.COHORTS_MAILING_SEND, cohort_of)
def compose(cohort: Cohort) -> str:
    """Choose a list of learners, and write to it."""
    return _compose_page(cohort, MailingForm(), _list(cohort))


@bp.post(f"{COHORT}/message")
@commits
@requires(Permission.COHORTS_MAILING_SEND, cohort_of)
def send_message(cohort: Cohort) -> Answer:
    """Show what would leave and to whom; then, confirmed on the same people, send it."""
    form, principal = MailingForm(), current_principal()
    chosen, learners = found = _list(cohort)
    if not form.validate_on_submit():
        return _compose_page(cohort, form, found), 422
    mark = mark_of(learners)
    if form.confirmed.data != mark:
        moved = bool(form.confirmed.data)
        form.confirmed.data = mark
        return _compose_page(cohort, form, found, preview=True, moved=moved)
    return answer(
        form,
        lambda: write_to_all(
            learners,
            title=form.title.data or "",
            words=form.words.data or "",
            chosen=chosen.words(cohort),
            by=principal,
        ),
        again=lambda: _compose_page(cohort, form, found),
        to=url_for(".sent_messages", code=cohort.code),
        done="Le message part. Chaque personne le reçoit par courriel et le retrouve dans son fil de messages.",
    )


@bp.get(f"{COHORT}/envois")
@requires(Permission.COHORTS_MAILING_SEND, cohort_of)
def sent_messages(cohort: Cohort) -> str:
    """What was written to lists of the cohort."""
    number = page_number(request.args.get("page"))
    found = queries.mailings_of(cohort, limit=PER_PAGE + 1, skip=(number - 1) * PER_PAGE)
    return render_template(
        "cohorts/mailings.html",
        cohort=cohort,
        mailings=found[:PER_PAGE],
        older=url_for(".sent_messages", code=cohort.code, page=number + 1) if len(found) > PER_PAGE else None,
        newer=url_for(".sent_messages", code=cohort.code, page=number - 1) if number > 1 else None,
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """A message written to a list of a cohort."""

    cohort: Cohort
    mailing: Mailing

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.cohort.parts


def _sent(principal: Principal, code: str, mailing_id: uuid.UUID) -> Sent:
    cohort = cohort_of(principal, code)
    mailing = queries.mailing_of(cohort, mailing_id)
    if mailing is None:
        raise NotFound
    return Sent(cohort, mailing)


@bp.get(f"{COHORT}/envois/<uuid:mailing_id>")
@requires(Permission.COHORTS_MAILING_SEND, _sent)
def sent_message(sent: Sent) -> str:
    """One of them."""
    return render_template("cohorts/mailing.html", cohort=sent.cohort, mailing=sent.mailing)


# --- numbers to call -------------------------------------------------------------------------------------------------


@bp.get(f"{COHORT}/liste-d-appel")
@requires(Permission.COHORTS_CALLS_READ, cohort_of)
def call_list(cohort: Cohort) -> str:
    """The learners’ telephones, on one page to print or to call from."""
    principal = current_principal()
    access.note(principal, "call_list.read", cohort)
    return render_template(
        "cohorts/call_list.html",
        layout=layout_for(principal),
        cohort=cohort,
        carrier=next((part.organisation for part in cohort.parts if part.part is Part.CARRIER), None),
        rows=queries.call_list(cohort, principal),
        trainers=queries.trainers_to_call(cohort),
        today=clock.today(),
        columns=(
            Column("name", "Nom"),
            Column("phone", "Téléphone"),
            Column("structure", "Structure"),
            Column("variant", "Parcours"),
            Column("referent", "Suivi par"),
        ),
    )
