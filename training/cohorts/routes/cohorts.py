"""``/promotions``: the cohorts one may see, each one’s page, its steps and its places."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for

from training.cohorts import doors, panels, queries, services
from training.cohorts.enums import CohortAct, CohortStatus
from training.cohorts.forms import PlacesForm
from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.cohorts.procedure import COHORT_PROCEDURE
from training.cohorts.routes.blueprint import COHORT, COHORT_ACTS, bp, type_answer
from training.cohorts.routes.loaders import CohortStep, cohort_of, cohort_step_of
from training.common import journal
from training.common.declarations import registry
from training.common.forms import ActForm, Form, ReasonForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.listing import PER_PAGE, Column, FilterGroup, FilterLink, Page, page_number
from training.common.policy import Permission
from training.common.transaction import commits

STATES: Final = (CohortStatus.PREPARING, CohortStatus.RUNNING, CohortStatus.CLOSED)
COLUMNS: Final = (
    Column("label", "Promotion"),
    Column("edition", "Édition"),
    Column("first_seminar", "Premier séminaire"),
    Column("learners", "Apprenant·es", numeric=True),
    Column("places", "Places", numeric=True),
    Column("status", "État"),
)


@bp.get("")
@requires(Permission.COHORTS_COHORT_LIST)
def index() -> str:
    """The cohorts this person may see."""
    asked = request.args.get("etat", "")
    status = CohortStatus(asked) if asked in set(CohortStatus) else None
    number = page_number(request.args.get("page"))
    principal = current_principal()
    listed = queries.list_cohorts(principal, status=status, number=number)
    links = [FilterLink("Toutes", url_for(".index"), sum(listed.counts.values()), current=status is None)]
    links += [
        FilterLink(
            state.label.capitalize(),
            url_for(".index", etat=state.value),
            listed.counts.get(state, 0),
            current=state is status,
        )
        for state in STATES
    ]

    def address(page: int) -> str:
        return url_for(".index", etat=status, page=page)

    return render_template(
        "cohorts/index.html",
        layout=layout_for(principal),
        groups=[FilterGroup("État", links)],
        page=Page(items=listed.rows, number=number, total=listed.total, per_page=PER_PAGE, url=address),
        may_open=queries.may_open(principal),
        columns=COLUMNS,
    )


@bp.get(COHORT)
@requires(Permission.COHORTS_COHORT_READ, cohort_of)
def show(cohort: Cohort) -> str:
    """A cohort: dates, bodies, seats, and what other rooms show of it."""
    principal = current_principal()
    runs = can(Permission.COHORTS_COHORT_MANAGE, cohort)
    available = COHORT_PROCEDURE.available(cohort, principal)
    return render_template(
        "cohorts/show.html",
        layout=layout_for(principal),
        cohort=cohort,
        shown=queries.cohort_page(cohort, principal),
        panels=panels.filled(cohort, principal),
        doors=doors.open_doors(cohort, principal),
        runs=runs,
        open_acts=[(slug, act) for slug, act in COHORT_ACTS.items() if act in available],
        history=journal.timeline(cohort, sentences=registry.sentences) if runs else [],
    )


def _step_form(step: CohortStep) -> Form:
    return ReasonForm() if COHORT_PROCEDURE.steps[step.act].reason else ActForm()


@bp.get(f"{COHORT}/etat/<act>")
@requires(Permission.COHORTS_COHORT_MANAGE, cohort_step_of)
def step(found: CohortStep) -> str:
    """What a step of the cohort will do."""
    COHORT_PROCEDURE.check(found.cohort, found.act, by=current_principal(), reason="-")
    return _step_page(found, _step_form(found))


def _step_page(found: CohortStep, form: Form) -> str:
    """Return the page of a step; what would refuse a closing is said before it is asked (R70)."""
    closes = found.act is CohortAct.CLOSE
    return render_template(
        "cohorts/step.html",
        cohort=found.cohort,
        act=found.act,
        form=form,
        unfinished=queries.without_outcome(found.cohort.id) if closes else [],
    )


@bp.post(f"{COHORT}/etat/<act>")
@commits
@requires(Permission.COHORTS_COHORT_MANAGE, cohort_step_of)
def take_step(found: CohortStep) -> type_answer:
    """Start, close or reopen the cohort."""
    form = _step_form(found)
    reason = form.reason.data if isinstance(form, ReasonForm) else None

    def act() -> None:
        services.move_cohort(found.cohort, found.act, by=current_principal(), reason=reason)

    if form.validate_on_submit() and attempt(form, act):
        flash(f"La promotion est maintenant {found.cohort.status.label}.", "success")
        return redirect(url_for(".show", code=found.cohort.code), 303)
    return _step_page(found, form), 422


def _places_page(cohort: Cohort, form: PlacesForm) -> str:
    return render_template("cohorts/places.html", cohort=cohort, form=form, seats=queries.seats_summary(cohort))


@bp.get(f"{COHORT}/places")
@requires(Permission.COHORTS_COHORT_MANAGE, cohort_of)
def places(cohort: Cohort) -> str:
    """The form of the number of places."""
    return _places_page(cohort, PlacesForm(data={"places": cohort.places}))


@bp.post(f"{COHORT}/places")
@commits
@requires(Permission.COHORTS_COHORT_MANAGE, cohort_of)
def set_places(cohort: Cohort) -> type_answer:
    """Change the number of places; never below what is held or taken (R28)."""
    form = PlacesForm()

    def act() -> None:
        services.set_places(cohort, form.places.data, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("Le nombre de places est enregistré.", "success")
        return redirect(url_for(".show", code=cohort.code), 303)
    return _places_page(cohort, form), 422
