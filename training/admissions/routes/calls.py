"""A call as its carrier runs it: opening, selection, publication, seats."""

from typing import Final

from flask import Blueprint, render_template, url_for

from training.accounts.enums import StructureKind
from training.admissions import queries, rules, settings_view
from training.admissions.enums import CallAct, MeetingStatus
from training.admissions.forms.calls import NewCallForm
from training.admissions.forms.staff import MeetingForm
from training.admissions.models import Call
from training.admissions.procedure import CALL
from training.admissions.queries import settings as settings_queries
from training.admissions.routes import agenda, loaders
from training.admissions.services import calls, committee, publishing, reserve
from training.cohorts import services as cohorts
from training.common import clock, journal
from training.common.declarations import registry
from training.common.errors import ActUnavailable, Refused
from training.common.forms import ActForm, Form
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_calls", __name__)


def _selection(call: Call) -> str:
    return url_for("admissions_calls.selection", code=call.code)


@bp.get("/appels/<code>/selection")
@requires(Permission.ADMISSIONS_COMMITTEE_READ, loaders.call_to_run)
def selection(call: Call) -> str:
    """Show where the selection stands and what comes next."""
    return _selection_page(call)


def _selection_page(call: Call, meeting: Form | None = None) -> str:
    """Return the page of a selection; ``meeting`` is the form of a sitting to show again."""
    phase, counts = rules.phase(call, clock.now()), queries.counts_by_status(call.id)
    meetings, to_publish = queries.meetings(call.id), len(publishing.to_publish(call))
    return render_template(
        "admissions/staff/selection.html",
        call=call,
        phase=phase,
        counts=counts,
        meetings=meetings,
        sitting=next((m for m in meetings if m.status is MeetingStatus.OPEN), None),
        steps=agenda.next_steps(call, phase, counts, meetings, to_publish=to_publish),
        to_publish=to_publish,
        seats_left=cohorts.seats_left(call.cohort),
        open_acts=CALL.available(call, current_principal()),
        barred=CALL.barred(call, current_principal()),
        procedure=CALL,
        warnings=rules.calendar_warnings(call),
        validation=settings_queries.validation(call.id),
        meeting_form=meeting or MeetingForm(formdata=None, held_on=clock.today()),
        timeline=journal.timeline(call, sentences=registry.sentences),
    )


@bp.post("/appels/<code>/seances")
@commits
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_change)
def open_meeting(call: Call) -> Answer:
    """Open a sitting of the committee."""
    form = MeetingForm()
    opened = {}

    def act() -> None:
        opened["meeting"] = committee.open_meeting(call, form.to_command(), by=current_principal())

    return answer(
        form,
        act,
        again=lambda: _selection_page(call, form),
        to=lambda: url_for("admissions_committee.show", meeting_id=opened["meeting"].id),
        done="La séance est ouverte.",
    )


@bp.get("/appels/<code>/publication")
@requires(Permission.ADMISSIONS_RESULTS_PUBLISH, loaders.call_to_run)
def publication(call: Call) -> str:
    """Show who will be told what, before telling anyone (R105)."""
    return _publication_page(call, ActForm())


def _publication_page(call: Call, form: Form) -> str:
    return render_template(
        "admissions/staff/publication.html",
        call=call,
        form=form,
        told=publishing.letters(
            [a for a in publishing.to_publish(call) if a.person_id != current_principal().person_id]  # R97
        ),
        waiting_for_school=publishing.waiting_for_school(call, queries.counts_by_status(call.id)),
    )


@bp.post("/appels/<code>/publication")
@commits
@requires(Permission.ADMISSIONS_RESULTS_PUBLISH, loaders.call_and_seats)
def publish_results(call: Call) -> Answer:
    """Tell every standing decision (R30)."""
    form = ActForm()
    return answer(
        form,
        lambda: publishing.publish_results(call, by=current_principal()),
        again=lambda: _publication_page(call, form),
        to=_selection(call),
        done="Les résultats sont publiés ; les courriels partent.",
    )


@bp.get("/appels/<code>/places")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_run)
def confirm_offers(call: Call) -> str:
    """Show who would be offered a seat now."""
    return _act_page(call, "offer", ActForm())


def _act_page(call: Call, act: str, form: Form) -> str:
    """Return the page before an act on the call: what will happen, to whom, for good or not."""
    offering = act == "offer"
    return render_template(
        "admissions/staff/call_act.html",
        call=call,
        act=act,
        form=form,
        files=reserve.next_offers(call) if offering else [],
        seats_left=cohorts.seats_left(call.cohort) if offering else None,
    )


@bp.post("/appels/<code>/places")
@commits
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_and_seats)
def make_offers(call: Call) -> Answer:
    """Offer the free seats to those whose turn it is (R28, R29)."""
    form = ActForm()

    def act() -> None:
        if not reserve.make_offers(call, by=current_principal()):
            raise Refused("Aucune place ne peut être proposée maintenant : relisez les dossiers validés et les places.")

    return answer(
        form,
        act,
        again=lambda: _act_page(call, "offer", form),
        to=_selection(call),
        done="Les places sont proposées ; les personnes sont prévenues par courriel.",
    )


@bp.get("/appels/nouveau")
@requires(Permission.ADMISSIONS_CALL_PREPARE)
def new() -> str:
    """Ask for which cohort a call is prepared."""
    return _new_page(_offered(NewCallForm()))


def _offered(form: NewCallForm) -> NewCallForm:
    """Offer the cohorts that wait for a call."""
    waiting = queries.cohorts_without_call(current_principal())
    form.cohort.offer((str(cohort.id), f"{cohort.label} ({cohort.code})") for cohort in waiting)
    return form


def _new_page(form: NewCallForm) -> str:
    return render_template("admissions/staff/new_call.html", form=form, has_cohorts=bool(form.cohort.choices))


@bp.post("/appels/nouveau")
@commits
@requires(Permission.ADMISSIONS_CALL_PREPARE)
def prepare() -> Answer:
    """Prepare a call."""
    form = _offered(NewCallForm())
    return answer(
        form,
        lambda: calls.prepare(form.to_command(), by=current_principal()),
        again=lambda: _new_page(form),
        to=lambda: url_for("admissions_settings.index", code=form.to_command().code),
        done="L’appel est en préparation. Complétez-le, puis publiez-le.",
    )


@bp.get("/appels/<code>/ouverture")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_settings)
def confirm_publish(call: Call) -> str:
    """Show what publishing the call will do."""
    _must_lead_from(call, CallAct.PUBLISH)
    return _publish_page(call, ActForm())


def _must_lead_from(call: Call, act: CallAct) -> None:
    if act not in CALL.leads_from(call.status):
        raise ActUnavailable(CALL.steps[act].label, call.status.label)


def _publish_page(call: Call, form: Form) -> str:
    return render_template(
        "admissions/settings/publish.html",
        call=call,
        form=form,
        sections=settings_view.sections(),
        faults=rules.opening_faults(call),
        warnings=rules.calendar_warnings(call),
        kinds=[StructureKind(kind).label for kind in call.structure_kinds],
        validation=settings_queries.validation(call.id),
    )


@bp.post("/appels/<code>/ouverture")
@commits
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_settle)
def publish(call: Call) -> Answer:
    """Publish the call."""
    form = ActForm()
    return answer(
        form,
        lambda: calls.publish(call, by=current_principal()),
        again=lambda: _publish_page(call, form),
        to=url_for("admissions_public.show", code=call.code),
        done="L’appel est publié.",
    )


@bp.get("/appels/<code>/fin")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_run)
def confirm_finalise(call: Call) -> str:
    """Show what closing the campaign will do."""
    _must_lead_from(call, CallAct.FINALISE)
    return _act_page(call, CallAct.FINALISE.value, ActForm())


@bp.post("/appels/<code>/fin")
@commits
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_change)
def finalise(call: Call) -> Answer:
    """Declare the campaign over."""
    form = ActForm()
    return answer(
        form,
        lambda: calls.finalise(call, by=current_principal()),
        again=lambda: _act_page(call, "finalise", form),
        to=_selection(call),
        done="La campagne est close.",
    )
