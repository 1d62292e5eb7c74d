"""Interviews: asked for, given a time or a slot, held or waived (R17, R26)."""

from dataclasses import replace
from datetime import date

from flask import flash, render_template, url_for
from wtforms.fields.choices import SelectChoice

from training.admissions import queries
from training.admissions.enums import ReadingMoment
from training.admissions.forms import staff as forms
from training.admissions.forms.interviews import ChoiceForm, SlotForm
from training.admissions.forms.reviewing import name_of, points_of, with_grid
from training.admissions.models import Application, Call, Interview, InterviewSlot
from training.admissions.procedure import INTERVIEW
from training.admissions.routes import dossier, loaders
from training.admissions.routes.dossier import address as _address
from training.admissions.routes.staff import bp
from training.admissions.services import booking, deciding
from training.common import clock
from training.common.errors import Forbidden
from training.common.formatting import moment, plural
from training.common.forms import ActForm, Form, ReasonForm
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission, policy
from training.common.transaction import commits
from training.common.views import Answer, answer


@bp.post("/candidatures/<uuid:application_id>/entretien")
@commits
@requires(Permission.ADMISSIONS_INTERVIEW_PLAN, loaders.file_to_change)
def ask_interview(application: Application) -> Answer:
    """Ask for an interview (R26)."""
    form = ActForm()
    asked: list[Interview] = []
    return answer(
        form,
        lambda: asked.append(deciding.ask_interview(application, by=current_principal())),
        again=lambda: dossier.render(application, form=form),
        to=lambda: url_for("admissions_staff.interview", interview_id=asked[0].id),
        done="Un entretien est demandé. Fixez maintenant sa date.",
    )


@bp.get("/entretiens/<uuid:interview_id>")
@requires(Permission.ADMISSIONS_INTERVIEW_HOLD, loaders.interview)
def interview(interview: Interview) -> str:
    """Show an interview with what can be done about it."""
    return _interview_page(interview)


def _interview_page(interview: Interview, **in_error: Form) -> str:
    """Return the page of an interview with its three forms; the one sent stands as it was filled."""
    starts_at = clock.in_paris(interview.starts_at) if interview.starts_at else None
    grid = queries.criteria(interview.application.call_id, ReadingMoment.INTERVIEW)
    blank: dict[str, Form] = {
        "plan": _offered(
            interview,
            forms.InterviewForm(
                formdata=None,
                day=starts_at.date() if starts_at else None,
                hour=starts_at.time() if starts_at else None,
                minutes=interview.minutes if starts_at else interview.application.call.interview_minutes,
                link=interview.link,
                leader=str(interview.interviewer_id or current_principal().person_id)
                if not _is_outsider(interview)
                else "",
                interviewer=interview.interviewer if _is_outsider(interview) else "",
            ),
        ),
        "report": with_grid(forms.ReportForm, grid, submitted=False),
        "waive": ReasonForm(formdata=None),
    }
    shown = blank | in_error
    return render_template(
        "admissions/staff/interview.html",
        interview=interview,
        application=interview.application,
        call=interview.application.call,
        forms=shown,
        grid=[(criterion, shown["report"][name_of(criterion)]) for criterion in grid],
        marks=queries.marks_of_interview(interview.id),
        open_acts=INTERVIEW.available(interview, current_principal()),
        school_on=_school_date(interview),
    )


def _is_outsider(interview: Interview) -> bool:
    """Whether someone without an account here leads the interview."""
    return bool(interview.interviewer) and interview.interviewer_id is None


def _offered(interview: Interview, form: forms.InterviewForm) -> forms.InterviewForm:
    """Offer whoever may hold this interview, then someone without an account."""
    able = [
        reader
        for reader in queries.reviewers(interview.application.call)
        if policy.allows(reader, Permission.ADMISSIONS_INTERVIEW_HOLD, interview)
    ]
    return form.offer(able)


def _school_date(interview: Interview) -> date | None:
    """Return the day of the school’s decision when the interview stands after it (R17), else null."""
    day = school_day(interview.application.call)
    late = day is not None and interview.starts_at is not None and clock.in_paris(interview.starts_at).date() >= day
    return day if late else None


def school_day(call: Call) -> date | None:
    """Return the first day of the school’s decision in the call’s calendar, or null."""
    return next((line.starts_on for line in call.dates if line.code == "school"), None)


@bp.post("/entretiens/<uuid:interview_id>/date")
@commits
@requires(Permission.ADMISSIONS_INTERVIEW_PLAN, loaders.interview_to_change)
def plan_interview(interview: Interview) -> Answer:
    """Fix or move an interview."""
    form = _offered(interview, forms.InterviewForm())
    return answer(
        form,
        lambda: deciding.plan_interview(interview, form.to_command(), by=current_principal()),
        again=lambda: _interview_page(interview, plan=form),
        to=_address(interview.application),
        done="L’entretien est fixé ; l’invitation est partie.",
    )


@bp.post("/entretiens/<uuid:interview_id>/compte-rendu")
@commits
@requires(Permission.ADMISSIONS_INTERVIEW_HOLD, loaders.interview_to_change)
def report_interview(interview: Interview) -> Answer:
    """Record what the interviewer concludes, with the grid of the call."""
    grid = queries.criteria(interview.application.call_id, ReadingMoment.INTERVIEW)
    form = with_grid(forms.ReportForm, grid)

    def act() -> None:
        command = replace(form.to_command(), marks=points_of(form, grid))
        deciding.report_interview(interview, command, by=current_principal())

    return answer(
        form,
        act,
        again=lambda: _interview_page(interview, report=form),
        to=_address(interview.application),
        done="Le compte rendu est enregistré.",
    )


@bp.post("/entretiens/<uuid:interview_id>/levee")
@commits
@requires(Permission.ADMISSIONS_INTERVIEW_PLAN, loaders.interview_to_change)
def waive_interview(interview: Interview) -> Answer:
    """Drop an interview, with a reason."""
    form = ReasonForm()
    return answer(
        form,
        lambda: deciding.waive_interview(interview, by=current_principal(), reason=str(form.reason.data)),
        again=lambda: _interview_page(interview, waive=form),
        to=_address(interview.application),
        done="L’entretien est levé.",
    )


# Slots ------------------------------------------------------------------------------------------------------------------


@bp.get("/appels/<code>/entretiens")
@requires(Permission.ADMISSIONS_INTERVIEW_HOLD, loaders.call_to_run)
def interviews(call: Call) -> str:
    """Show the interviews of a call and the slots proposed for them."""
    return _slots_page(call, _slot_form(call))


def _slot_form(call: Call) -> SlotForm:
    """Return the form of slots: staff propose for anyone who may hold interviews, others for themselves."""
    form, principal = SlotForm(), current_principal()
    runs = can(Permission.ADMISSIONS_CALL_MANAGE, call)
    able = [reader for reader in queries.reviewers(call) if runs or reader.person_id == principal.person_id]
    form.interviewer.offer((str(reader.person_id), reader.name) for reader in able)
    if form.interviewer.data is None:
        form.interviewer.data = str(principal.person_id)
    if form.minutes.data is None:
        form.minutes.data = call.interview_minutes
    return form


def _slots_page(call: Call, form: SlotForm) -> str:
    slots, day = queries.slots(call.id), school_day(call)
    return render_template(
        "admissions/staff/interviews.html",
        call=call,
        form=form,
        lone=ActForm(formdata=None),
        slots=slots,
        interviews=queries.interviews(current_principal(), call),
        runs=can(Permission.ADMISSIONS_CALL_MANAGE, call),
        me=current_principal().person_id,
        school_on=day if day and any(clock.in_paris(s.starts_at).date() >= day for s in slots) else None,
    )


@bp.post("/appels/<code>/entretiens")
@commits
@requires(Permission.ADMISSIONS_INTERVIEW_HOLD, loaders.call_to_change)
def propose_slots(call: Call) -> Answer:
    """Propose slots, one after the other."""
    form = _slot_form(call)
    made: list[int] = []

    def to() -> str:
        flash(f"{plural(made[0], 'créneau est proposé', 'créneaux sont proposés')}.", "success")
        return url_for("admissions_staff.interviews", code=call.code)

    return answer(
        form,
        lambda: made.append(booking.propose_slots(call, form.to_command(), by=current_principal())),
        again=lambda: _slots_page(call, form),
        to=to,
        done=None,
    )


@bp.post("/creneaux/<uuid:slot_id>/retrait")
@commits
@requires(Permission.ADMISSIONS_INTERVIEW_HOLD, loaders.slot_to_change)
def withdraw_slot(slot: InterviewSlot) -> Answer:
    """Take back a free slot: one’s own, or anyone’s for the carrier’s staff."""
    if slot.interviewer_id != current_principal().person_id and not can(Permission.ADMISSIONS_CALL_MANAGE, slot):
        raise Forbidden
    form, call = ActForm(), slot.call
    return answer(
        form,
        lambda: booking.withdraw_slot(slot, by=current_principal()),
        again=lambda: _slots_page(call, _slot_form(call)),
        to=url_for("admissions_staff.interviews", code=call.code),
        done="Le créneau est retiré.",
    )


@bp.get("/candidatures/<uuid:application_id>/entretien")
@requires(Permission.ADMISSIONS_INTERVIEW_CHOOSE, loaders.own_interview)
def choose_slot(interview: Interview) -> str:
    """Show the applicant the free slots of her interview."""
    return _choice_page(interview, _choice_form(interview))


def _choice_form(interview: Interview) -> ChoiceForm:
    form = ChoiceForm()
    free = [s for s in queries.free_slots(interview.application.call_id) if booking.may_hold(interview, s)]
    form.slot.choices = [
        SelectChoice(str(s.id), f"{moment(s.starts_at)}, {s.minutes} minutes, avec {s.interviewer.name}") for s in free
    ]
    return form


def _choice_page(interview: Interview, form: ChoiceForm) -> str:
    return render_template(
        "admissions/applicant/interview.html",
        interview=interview,
        application=interview.application,
        call=interview.application.call,
        form=form,
    )


@bp.post("/candidatures/<uuid:application_id>/entretien/creneau")
@commits
@requires(Permission.ADMISSIONS_INTERVIEW_CHOOSE, loaders.own_interview_to_change)
def take_slot(interview: Interview) -> Answer:
    """Hold one’s interview in the slot chosen."""
    form = _choice_form(interview)
    return answer(
        form,
        lambda: booking.choose_slot(interview, form.to_command(), by=current_principal()),
        again=lambda: _choice_page(interview, _choice_form_with(form, interview)),
        to=_address(interview.application),
        done="Votre entretien est fixé ; une invitation vous est envoyée pour votre agenda.",
    )


def _choice_form_with(refused: ChoiceForm, interview: Interview) -> ChoiceForm:
    """Return the refused form with the slots still free: the one just lost is no longer among them."""
    refused.slot.choices = _choice_form(interview).slot.choices
    return refused
