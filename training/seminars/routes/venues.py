"""``/promotions/<code>/lieux``: the places and rooms of a cohort’s carrier, described once for all its cohorts."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for

from training.cohorts.models import Cohort
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission
from training.common.transaction import commits
from training.seminars import services
from training.seminars.forms import VenueForm
from training.seminars.queries.venues import known_venues, venue_key
from training.seminars.routes.blueprint import COHORT, bp, type_answer
from training.seminars.routes.loaders import cohort_of

COLUMNS: Final = (
    Column("place", "Lieu"),
    Column("room", "Salle"),
    Column("address", "Adresse et accès"),
    Column("capacity", "Places", numeric=True),
    Column("act", ""),
)


def _page(cohort: Cohort, form: VenueForm | None = None) -> str:
    venues = known_venues(cohort)
    if form is None:
        asked = venue_key(request.args.get("lieu", ""), request.args.get("salle", ""))
        found = next((venue for venue in venues if venue.key == asked), None)
        names = ("place", "room", "address", "access", "capacity")
        form = VenueForm(formdata=None, data={name: getattr(found, name) for name in names} if found else None)
    return render_template("seminars/venues.html", cohort=cohort, form=form, venues=venues, columns=COLUMNS)


@bp.get(f"{COHORT}/lieux")
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def venues(cohort: Cohort) -> str:
    """The places and rooms known, and the form of one."""
    return _page(cohort)


@bp.post(f"{COHORT}/lieux")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def describe_venue(cohort: Cohort) -> type_answer:
    """Say how one gets to a room and how many it holds."""
    form = VenueForm()

    def act() -> None:
        services.describe_venue(cohort, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est enregistré : le lieu sera proposé à chaque séminaire.", "success")
        return redirect(url_for(".venues", code=cohort.code), 303)
    return _page(cohort, form), 422
