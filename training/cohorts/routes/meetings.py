"""``/rendez-vous``: individual meetings, offered by a relay trainer and taken by a learner (R119)."""

import uuid
from typing import Any, Final

from flask import Blueprint, render_template, url_for

from training.cohorts.layout import layout_for
from training.cohorts.meeting_forms import GiveUpForm, MoveForm, ReportForm, SlotsForm, TopicForm, WhenAndWhere
from training.cohorts.meetings import MeetingSlot
from training.cohorts.occupied import Taken, seal_of, taken_at
from training.cohorts.queries import meetings as queries
from training.cohorts.services import meetings as services
from training.common import clock
from training.common.forms import Form
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer

bp: Final = Blueprint("meetings", __name__, url_prefix="/rendez-vous")
SLOT: Final = "/<uuid:slot_id>"


def slot_of(principal: Principal, slot_id: uuid.UUID) -> MeetingSlot:
    """Return a slot this person gave, took or may take; its acts lock it after its cohort."""
    return queries.find_slot(principal, slot_id)


def _page(template: str, form: Form | None = None, **more: Any) -> str:
    shown = {"met": (), "seal": "", **more}
    layout = layout_for(current_principal())
    return render_template(f"cohorts/{template}.html", layout=layout, form=form, now=clock.now(), **shown)


def _met(form: WhenAndWhere) -> list[Taken]:
    """Return what this person has not yet been shown to be expected at and gone on despite, once the form holds (R35)."""
    if not form.validate_on_submit():
        return []
    found = taken_at(current_principal().person_id, [form.times])
    return [] if found and form.despite.data == seal_of(found) else found


def _all() -> str:
    return url_for(".meetings")


@bp.get("")
@requires(Permission.COHORTS_MEETING_LIST)
def meetings() -> str:
    """One’s meetings: those to take, those to come, those to conclude."""
    principal = current_principal()
    return _page("meetings", shown=queries.meetings_page(principal), me=principal.person_id)


@bp.get("/ouvrir")
@requires(Permission.COHORTS_MEETING_LIST)
def slots_form() -> str:
    """The form that offers slots to the learners one follows."""
    taught = queries.cohorts_taught(current_principal())
    return _page("meeting_slots", SlotsForm().offer(taught), taught=taught)


@bp.post("/ouvrir")
@commits
@requires(Permission.COHORTS_MEETING_LIST)
def open_slots() -> Answer:
    """Offer slots to the learners one follows, who are told."""
    taught = queries.cohorts_taught(current_principal())
    form = SlotsForm().offer(taught)
    if met := _met(form):
        return _page("meeting_slots", form, taught=taught, met=met, seal=seal_of(met)), 422
    return answer(
        form,
        lambda: services.open_slots(form.to_command(), by=current_principal()),
        again=lambda: _page("meeting_slots", form, taught=taught),
        to=_all,
        done="Les créneaux sont ouverts. Les personnes concernées reçoivent un message demain matin.",
    )


@bp.get(f"{SLOT}/prendre")
@requires(Permission.COHORTS_MEETING_BOOK, slot_of)
def book_form(slot: MeetingSlot) -> str:
    """What taking a slot will do."""
    return _book_page(slot, TopicForm())


def _book_page(slot: MeetingSlot, form: TopicForm) -> str:
    met = taken_at(current_principal().person_id, [(slot.starts_at, slot.ends_at)])
    return _page("meeting_book", form, slot=slot, met=met)


@bp.post(f"{SLOT}/prendre")
@commits
@requires(Permission.COHORTS_MEETING_BOOK, slot_of)
def book(slot: MeetingSlot) -> Answer:
    """Take a slot."""
    form = TopicForm()
    return answer(
        form,
        lambda: services.book(slot, form.topic.data or "", by=current_principal()),
        again=lambda: _book_page(slot, form),
        to=_all,
        done="C’est noté. Le rendez-vous arrive dans votre messagerie et dans votre calendrier.",
    )


@bp.get(f"{SLOT}/annuler")
@requires(Permission.COHORTS_MEETING_CANCEL, slot_of)
def cancel_form(slot: MeetingSlot) -> str:
    """What giving up a meeting will do."""
    return _page("meeting_cancel", GiveUpForm(), slot=slot, own=queries.is_its_trainer(current_principal(), slot))


@bp.post(f"{SLOT}/annuler")
@commits
@requires(Permission.COHORTS_MEETING_CANCEL, slot_of)
def cancel(slot: MeetingSlot) -> Answer:
    """Give up a meeting, or withdraw a free slot."""
    form = GiveUpForm()
    own = queries.is_its_trainer(current_principal(), slot)
    return answer(
        form,
        lambda: services.cancel(slot, form.words.data or "", by=current_principal()),
        again=lambda: _page("meeting_cancel", form, slot=slot, own=own),
        to=_all,
        done="C’est annulé.",
    )


@bp.get(f"{SLOT}/deplacer")
@requires(Permission.COHORTS_MEETING_RUN, slot_of)
def move_form(slot: MeetingSlot) -> str:
    """The form that moves a meeting."""
    return _page("meeting_move", MoveForm.of(slot), slot=slot)


@bp.post(f"{SLOT}/deplacer")
@commits
@requires(Permission.COHORTS_MEETING_RUN, slot_of)
def move(slot: MeetingSlot) -> Answer:
    """Move a meeting to another time or place."""
    form = MoveForm()
    if met := _met(form):
        return _page("meeting_move", form, slot=slot, met=met, seal=seal_of(met)), 422
    return answer(
        form,
        lambda: services.move(slot, form.to_command(), by=current_principal()),
        again=lambda: _page("meeting_move", form, slot=slot),
        to=_all,
        done="Le rendez-vous est déplacé.",
    )


def _report_form(slot: MeetingSlot) -> ReportForm:
    start = clock.in_paris(slot.starts_at)
    words = f"Rendez-vous du {start:%d/%m/%Y}, {slot.minutes} minutes."
    return ReportForm(data={"act": "hold", "words": f"{words} {slot.topic}".strip()})


@bp.get(f"{SLOT}/compte-rendu")
@requires(Permission.COHORTS_MEETING_RUN, slot_of)
def report_form(slot: MeetingSlot) -> str:
    """The form that concludes a meeting, its note pre-filled."""
    return _page("meeting_report", _report_form(slot), slot=slot)


@bp.post(f"{SLOT}/compte-rendu")
@commits
@requires(Permission.COHORTS_MEETING_RUN, slot_of)
def report(slot: MeetingSlot) -> Answer:
    """Note that a meeting took place, with its note of follow-up."""
    form = ReportForm()
    return answer(
        form,
        lambda: services.conclude(slot, form.to_command(), by=current_principal()),
        again=lambda: _page("meeting_report", form, slot=slot),
        to=_all,
        done="Le compte rendu est enregistré.",
    )
