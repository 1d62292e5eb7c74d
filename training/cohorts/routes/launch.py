"""``/promotions/<code>/lancement``, who comes to the launch; ``/lancement/<id>``, a guest's answer by her link (R117)."""

import uuid
from collections.abc import Iterator
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for

from training.cohorts.launch import occasion_of
from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.cohorts.queries import launch as queries
from training.cohorts.queries.launch import LaunchList
from training.cohorts.registration import LaunchGuest
from training.cohorts.registration_forms import GuestForm
from training.cohorts.routes.blueprint import COHORT, bp
from training.cohorts.routes.loaders import cohort_of
from training.cohorts.services import launch
from training.common import access, clock, xlsx
from training.common.attachments import spreadsheet
from training.common.errors import NotFound
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer

guests: Final = Blueprint("cohorts_launch", __name__, url_prefix="/lancement/<uuid:guest_id>")
ANSWERS: Final = {True: "vient", False: "ne vient pas", None: "n’a pas répondu"}


@bp.get(f"{COHORT}/lancement")
@requires(Permission.COHORTS_LAUNCH_READ, cohort_of)
def launch_day(cohort: Cohort) -> str | Response:
    """Count who comes to the launch, and the meals; as a spreadsheet, the list to sign at the door."""
    expected = queries.launch_list(cohort)
    if request.args.get("format") == "xlsx":
        return _workbook(cohort, expected)
    return render_template(
        "cohorts/launch.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        occasion=occasion_of(cohort),
        expected=expected,
        answers=ANSWERS,
        columns=(
            Column("name", "Personne"),
            Column("team", "Équipe", numeric=True),
            Column("guests", "Invité·es"),
            Column("meals", "Repas", numeric=True),
        ),
        export=url_for(".launch_day", code=cohort.code, format="xlsx"),
    )


def _workbook(cohort: Cohort, expected: LaunchList) -> Response:
    names = ("Personne", "Équipe de", "Structure", "Courriel", "Réponse", "Repas", "Régime ou allergie", "Signature")
    access.note_export(current_principal(), "cohort.launch_export")
    columns = [xlsx.Column(name) for name in names]
    name = f"{cohort.code}-lancement-{clock.today().isoformat()}".lower()
    return spreadsheet(columns, _cells(expected), title=f"Lancement {cohort.code}", name=name)


def _cells(expected: LaunchList) -> Iterator[tuple[Any, ...]]:
    """A line for each person expected, then one for each place of her team that has no name yet."""
    for row in expected.rows:
        host = row.person.name
        diets = row.team.diets if row.team else ""
        yield (host, host, row.structure, row.person.email, "participe", row.meals, diets, "")
        for guest in row.guests:
            eats = {True: "oui", False: "non", None: ""}[guest.eats]
            yield (guest.name, host, row.structure, guest.email or "", ANSWERS[guest.comes], eats, guest.diet, "")
        for _place in range(row.unnamed):
            yield ("(à préciser)", host, row.structure, "", "", "", "", "")


# --- a guest's answer ------------------------------------------------------------------------------------------------


def _guest(principal: Principal, guest_id: uuid.UUID, *, lock: bool = False) -> LaunchGuest:
    if principal.link is None or principal.link.subject_id != guest_id:
        raise NotFound
    return queries.guest(guest_id, lock=lock)


def load_guest(principal: Principal, guest_id: uuid.UUID) -> LaunchGuest:
    """Return the guest whose link this browser bears."""
    return _guest(principal, guest_id)


def load_guest_to_change(principal: Principal, guest_id: uuid.UUID) -> LaunchGuest:
    """The same, taken FOR UPDATE."""
    return _guest(principal, guest_id, lock=True)


def _form(guest: LaunchGuest) -> GuestForm:
    comes = {True: "yes", False: "no", None: None}[guest.comes]
    return GuestForm(comes=comes, eats=guest.eats is not False, diet=guest.diet)


def _page(guest: LaunchGuest, form: GuestForm) -> str:
    occasion = occasion_of(guest.cohort)
    return render_template(
        "cohorts/launch_answer.html",
        guest=guest,
        cohort=guest.cohort,
        occasion=occasion,
        over=occasion is None or occasion.day < clock.today(),
        carrier=next((part.organisation for part in guest.cohort.parts if part.part.value == "carrier"), None),
        form=form,
    )


@guests.get("")
@requires(Permission.COHORTS_LAUNCH_ANSWER, load_guest)
def show(guest: LaunchGuest) -> str:
    """Show the invitation, and the answer given."""
    return _page(guest, _form(guest))


@guests.post("")
@commits
@requires(Permission.COHORTS_LAUNCH_ANSWER, load_guest_to_change)
def give_answer(guest: LaunchGuest) -> Answer:
    """Keep the answer."""
    form = _form(guest)
    return answer(
        form,
        lambda: launch.answer(guest, form.to_command()),
        again=lambda: _page(guest, form),
        to=url_for("cohorts_launch.show", guest_id=guest.id),
        done="Merci, votre réponse est enregistrée. Vous pouvez la changer jusqu’au lancement.",
    )
