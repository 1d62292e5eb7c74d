"""The administrator's pages on people, and the code handed over in person (R99, R100)."""

import uuid
from urllib.parse import urlencode

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from training.accounts import queries
from training.accounts.enums import Function
from training.accounts.forms import EndAddressForm, GrantForm, HandOverForm, ReasonedForm, typed
from training.accounts.models import Person
from training.accounts.routes.blueprint import bp, see_other, type_page
from training.accounts.services import factors, functions, people, privacy, sign_ins
from training.common import journal
from training.common.declarations import registry
from training.common.errors import Refused
from training.common.forms import ActForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.listing import PER_PAGE, Column, FilterGroup, FilterLink, Page, page_number
from training.common.policy import Permission, Principal
from training.common.transaction import commits

NO_ACCOUNT = "Aucun compte ouvert n’a cette adresse. Vérifiez-la avec la personne."
COLUMNS = (
    Column("name", "Nom"),
    Column("email", "Adresse"),
    Column("functions", "Fonctions"),
    Column("seen", "Dernière connexion"),
)


def load_person(_principal: Principal, person_id: uuid.UUID) -> Person:
    """Return the person of this page, her row taken if this is an act."""
    return queries.person(person_id, lock=request.method == "POST")


def _address(**changes: str | int | None) -> str:
    kept: dict[str, str | int | None] = {
        "recherche": request.args.get("recherche"),
        "fonction": request.args.get("fonction"),
        **changes,
    }
    words = urlencode({key: value for key, value in kept.items() if value})
    return f"/comptes?{words}" if words else "/comptes"


@bp.get("/comptes")
@requires(Permission.ACCOUNTS_PEOPLE_READ)
def people_list() -> str:
    """List the people, in the order of the dictionary."""
    given = request.args.get("fonction")
    function = Function(given) if given in set(Function) else None
    chosen = queries.PeopleFilter(
        words=(request.args.get("recherche") or "").strip()[:80],
        function=function,
        page=page_number(request.args.get("page")),
    )
    rows, total = queries.people(chosen)
    group = FilterGroup(
        "Fonction",
        [
            FilterLink("Toutes", _address(fonction=None), current=function is None),
            *(FilterLink(f.label.capitalize(), _address(fonction=f.value), current=f is function) for f in Function),
        ],
    )
    return render_template(
        "accounts/people.html",
        page=Page(rows, chosen.page, total, PER_PAGE, lambda number: _address(page=number)),
        columns=COLUMNS,
        groups=[group],
        words=chosen.words,
        function=function,
    )


@bp.get("/comptes/<uuid:person_id>")
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def person_page(person: Person) -> str:
    """Show a person's account, functions, devices and history."""
    history = journal.timeline(person, sentences=registry.sentences) if can(Permission.ACCOUNTS_JOURNAL_READ) else []
    return render_template(
        "accounts/person.html",
        person=person,
        memberships=queries.memberships_of(person.id),
        devices=queries.devices_of(person.id),
        keys=queries.passkeys_of(person.id),
        is_self=current_principal().person_id == person.id,
        form=ActForm(formdata=None),
        history=history,
    )


def _back(person: Person, message: str) -> Response:
    flash(message, "success")
    return see_other(f"/comptes/{person.id}")


def _grant_page(person: Person, form: GrantForm) -> str:
    form.offer(queries.organisations(), queries.regions())
    return render_template("accounts/grant.html", form=form, person=person)


@bp.get("/comptes/<uuid:person_id>/fonctions")
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def grant_page(person: Person) -> str:
    """Ask which function to give."""
    return _grant_page(person, GrantForm())


@bp.post("/comptes/<uuid:person_id>/fonctions")
@commits
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def grant_function(person: Person) -> type_page:
    """Give a function."""
    form = GrantForm()
    form.offer(queries.organisations(), queries.regions())
    by = current_principal()
    if not form.validate_on_submit() or not attempt(form, lambda: functions.grant(person, form.to_command(), by=by)):
        return _grant_page(person, form), 422
    return _back(person, "La fonction est donnée.")


def load_membership_person(_principal: Principal, person_id: uuid.UUID, membership_id: uuid.UUID) -> functions.Held:
    """Return one of a person's functions."""
    return functions.held_by(queries.person(person_id, lock=request.method == "POST"), membership_id)


@bp.get("/comptes/<uuid:person_id>/fonctions/<uuid:membership_id>/fin")
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_membership_person)
def end_function_page(held: functions.Held) -> str:
    """Say what ending the function does."""
    return _end_function(held, ReasonedForm())


def _end_function(held: functions.Held, form: ReasonedForm) -> str:
    return render_template(
        "accounts/end_membership.html",
        form=form,
        membership=held.membership,
        person=held.person,
        cancel=f"/comptes/{held.person.id}",
    )


@bp.post("/comptes/<uuid:person_id>/fonctions/<uuid:membership_id>/fin")
@commits
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_membership_person)
def end_function(held: functions.Held) -> type_page:
    """End a function."""
    form = ReasonedForm()
    by = current_principal()
    if not form.validate_on_submit() or not attempt(
        form, lambda: functions.end(held.membership, typed(form.reason), by=by)
    ):
        return _end_function(held, form), 422
    return _back(held.person, "La fonction a pris fin.")


@bp.post("/comptes/<uuid:person_id>/appareils/fin")
@commits
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def end_devices(person: Person) -> Response:
    """Sign a person out everywhere."""
    ended = sign_ins.end_all(person, by=current_principal())
    return _back(person, f"{ended} appareil(s) déconnecté(s)." if ended else "Aucun appareil n’était connecté.")


@bp.get("/comptes/<uuid:person_id>/adresse")
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def end_address_page(person: Person) -> str:
    """Say what ending the account's link to its address does (R99)."""
    return render_template("accounts/end_address.html", form=EndAddressForm(), person=person)


@bp.post("/comptes/<uuid:person_id>/adresse")
@commits
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def end_address(person: Person) -> type_page:
    """End the account's link to its address (R99)."""
    form = EndAddressForm()
    by = current_principal()
    if not form.validate_on_submit() or not attempt(
        form, lambda: people.end_address(person, form.email.data or None, typed(form.reason), by=by)
    ):
        return render_template("accounts/end_address.html", form=form, person=person), 422
    return _back(person, "L’ancienne adresse n’ouvre plus ce compte.")


@bp.get("/comptes/<uuid:person_id>/activation")
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def activation_page(person: Person) -> str:
    """Say what closing or reopening the account does."""
    return render_template("accounts/activation.html", form=ReasonedForm(), person=person)


@bp.post("/comptes/<uuid:person_id>/activation")
@commits
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def set_active(person: Person) -> type_page:
    """Close an account, or open it again."""
    form = ReasonedForm()
    by = current_principal()
    wanted = not person.active
    if not form.validate_on_submit() or not attempt(
        form, lambda: people.set_active(person, wanted, typed(form.reason), by=by)
    ):
        return render_template("accounts/activation.html", form=form, person=person), 422
    return _back(person, "Le compte est rouvert." if wanted else "Le compte est fermé.")


@bp.get("/comptes/<uuid:person_id>/seconds-facteurs")
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def reset_factors_page(person: Person) -> str:
    """Say what taking the second factors away does."""
    return render_template("accounts/reset_factors.html", form=ReasonedForm(), person=person)


@bp.post("/comptes/<uuid:person_id>/seconds-facteurs")
@commits
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def reset_factors(person: Person) -> type_page:
    """Take every second factor away from someone who has lost them."""
    form = ReasonedForm()
    if not form.validate_on_submit():
        return render_template("accounts/reset_factors.html", form=form, person=person), 422
    factors.remove_all(person, typed(form.reason), by=current_principal())
    return _back(person, "Les seconds facteurs sont retirés : la personne en choisira d’autres à sa connexion.")


@bp.get("/comptes/<uuid:person_id>/anonymisation")
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def anonymise_page(person: Person) -> str:
    """Say exactly what anonymising does."""
    return render_template("accounts/anonymise.html", form=ReasonedForm(), person=person)


@bp.post("/comptes/<uuid:person_id>/anonymisation")
@commits
@requires(Permission.ACCOUNTS_PERSON_MANAGE, load_person)
def anonymise(person: Person) -> type_page:
    """Anonymise a person in every room (R91)."""
    form = ReasonedForm()
    by = current_principal()
    if not form.validate_on_submit() or not attempt(form, lambda: privacy.anonymise(person, typed(form.reason), by=by)):
        return render_template("accounts/anonymise.html", form=form, person=person), 422
    return _back(person, "Le compte est anonymisé.")


# --- a code handed over ----------------------------------------------------------------------------------------------


@bp.get("/comptes/code")
@requires(Permission.ACCOUNTS_LINK_HAND_OVER)
def hand_over_page() -> str:
    """Ask who is in front of one."""
    return render_template("accounts/hand_over.html", form=HandOverForm(), code=None, person=None)


@bp.post("/comptes/code")
@commits
@requires(Permission.ACCOUNTS_LINK_HAND_OVER)
def hand_over() -> type_page:
    """Make a code and show it, this once; journaled, and told by mail to the person (R100)."""
    form = HandOverForm()
    handed: list[tuple[Person, str]] = []
    if not form.validate_on_submit() or not attempt(form, lambda: handed.append(_handed(typed(form.email)))):
        return render_template("accounts/hand_over.html", form=form, code=None, person=None), 422
    person, code = handed[0]
    return render_template("accounts/hand_over.html", form=HandOverForm(formdata=None), code=code, person=person)


def _handed(email: str) -> tuple[Person, str]:
    by = current_principal()
    person = queries.active_person_by_email(email)
    if person is None:
        boss = by.holds(Function.ADMINISTRATOR)
        raise Refused(NO_ACCOUNT if boss else factors.NOT_KNOWN, field="email")
    return person, factors.hand_over_code(person, by=by)
