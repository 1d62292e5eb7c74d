"""``/promotions/nouvelle`` and ``/promotions/<code>/reglages``: a cohort opened, then settled while it is prepared."""

from flask import flash, redirect, render_template, request, url_for

from training.catalogue.models import Edition
from training.cohorts import queries, services
from training.cohorts.forms import OpeningForm, SettingsForm
from training.cohorts.models import Cohort
from training.cohorts.queries import Bodies
from training.cohorts.routes.blueprint import COHORT, bp, type_answer
from training.cohorts.routes.loaders import cohort_of
from training.common.errors import NotFound
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits


def _choice() -> tuple[list[Edition], Edition | None]:
    """Return the editions this person may open a cohort on, and the one the address names, or the lone one."""
    editions = list(queries.editions_to_open(current_principal()))
    asked = request.args.get("edition")
    if asked is None:
        return editions, editions[0] if len(editions) == 1 else None
    chosen = next((edition for edition in editions if edition.code == asked), None)
    if chosen is None:
        raise NotFound
    return editions, chosen


def _choosing_page(editions: list[Edition]) -> str:
    return render_template("cohorts/choose_edition.html", editions=editions)


def _opening_page(edition: Edition, bodies: Bodies, form: OpeningForm, *, others: bool) -> str:
    return render_template("cohorts/new.html", edition=edition, bodies=bodies, form=form, has_other_editions=others)


@bp.get("/nouvelle")
@requires(Permission.COHORTS_COHORT_OPEN)
def new() -> str:
    """Choose the edition, then name the cohort to open on it."""
    editions, edition = _choice()
    if edition is None:
        return _choosing_page(editions)
    bodies = queries.bodies_for(edition)
    return _opening_page(edition, bodies, OpeningForm.opening(bodies), others=len(editions) > 1)


@bp.post("/nouvelle")
@commits
@requires(Permission.COHORTS_COHORT_OPEN)
def open_cohort() -> type_answer:
    """Open a cohort on a published edition that one’s body carries (R1, R95)."""
    editions, edition = _choice()
    if edition is None:
        return _choosing_page(editions), 422
    bodies = queries.bodies_for(edition)
    form = OpeningForm.opening(bodies)

    def act() -> None:
        services.open_cohort(form.to_opening(edition, bodies), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("La promotion est ouverte, en préparation. Vous pouvez préparer son appel à candidatures.", "success")
        return redirect(url_for(".show", code=form.code.data), 303)
    return _opening_page(edition, bodies, form, others=len(editions) > 1), 422


def _settings_page(cohort: Cohort, form: SettingsForm) -> str:
    return render_template("cohorts/settings.html", cohort=cohort, form=form, seats=queries.seats_summary(cohort))


@bp.get(f"{COHORT}/reglages")
@requires(Permission.COHORTS_COHORT_MANAGE, cohort_of)
def settings(cohort: Cohort) -> str:
    """The dates, the places and who is outside the tool, while the cohort is in preparation."""
    services.check_preparing(cohort)
    return _settings_page(cohort, SettingsForm.of(cohort))


@bp.post(f"{COHORT}/reglages")
@commits
@requires(Permission.COHORTS_COHORT_MANAGE, cohort_of)
def settle(cohort: Cohort) -> type_answer:
    """Write the dates, the places (R28) and who is outside the tool (R96)."""
    services.check_preparing(cohort)
    form = SettingsForm.of(cohort)

    def act() -> None:
        services.settle_cohort(cohort, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("Les réglages de la promotion sont enregistrés.", "success")
        return redirect(url_for(".show", code=cohort.code), 303)
    return _settings_page(cohort, form), 422
