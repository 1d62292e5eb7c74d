"""The sections of a draft that are one form each: identity, diploma, hours, rules (R102)."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import render_template

from training.catalogue import services
from training.catalogue.enums import MODALITIES
from training.catalogue.facts import CARRIER_FIELDS, RULE_FIELDS, SCHOOL_FIELDS, rule_facts
from training.catalogue.forms import (
    CarrierIdentityForm,
    HoursForm,
    RulesForm,
    SchoolIdentityForm,
    hours_form,
    rules_form,
)
from training.catalogue.models import Edition
from training.catalogue.routes.acts import to_edition, type_answer
from training.catalogue.routes.blueprint import EDITION, bp
from training.catalogue.routes.loaders import draft_only, edition_of
from training.common.forms import Form, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits


def _fields_page(edition: Edition, form: Form, *, title: str, names: list[str], units: dict[str, str]) -> str:
    context: dict[str, Any] = {"edition": edition, "form": form, "title": title, "names": names, "units": units}
    return render_template("catalogue/section.html", **context)


def _answer(edition: Edition, form: Form, act: Callable[[], None], page: Callable[[], str]) -> type_answer:
    if form.validate_on_submit() and attempt(form, act):
        return to_edition(edition, "Le brouillon est enregistré.")
    return page(), 422


def _held(edition: Edition, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(edition, name) for name in names}


def _carrier_page(edition: Edition, form: Form) -> str:
    return _fields_page(edition, form, title="Nom et session", names=list(CARRIER_FIELDS), units={})


@bp.get(f"{EDITION}/identite")
@requires(Permission.CATALOGUE_EDITION_EDIT_CARRIER_PART, edition_of)
@draft_only
def identity_form(edition: Edition) -> str:
    """The carrier's share of the identity."""
    return _carrier_page(edition, CarrierIdentityForm(data=_held(edition, CARRIER_FIELDS)))


@bp.post(f"{EDITION}/identite")
@commits
@requires(Permission.CATALOGUE_EDITION_EDIT_CARRIER_PART, edition_of)
@draft_only
def identity(edition: Edition) -> type_answer:
    """Save the carrier's share of the identity."""
    form = CarrierIdentityForm()

    def act() -> None:
        services.edit_carrier_identity(edition, form.to_command(), by=current_principal())

    return _answer(edition, form, act, lambda: _carrier_page(edition, form))


def _diploma_page(edition: Edition, form: Form) -> str:
    return _fields_page(edition, form, title="Intitulé du diplôme", names=list(SCHOOL_FIELDS), units={})


@bp.get(f"{EDITION}/diplome")
@requires(Permission.CATALOGUE_EDITION_EDIT_SCHOOL_PART, edition_of)
@draft_only
def diploma_form(edition: Edition) -> str:
    """The school's share of the identity."""
    return _diploma_page(edition, SchoolIdentityForm(data=_held(edition, SCHOOL_FIELDS)))


@bp.post(f"{EDITION}/diplome")
@commits
@requires(Permission.CATALOGUE_EDITION_EDIT_SCHOOL_PART, edition_of)
@draft_only
def diploma(edition: Edition) -> type_answer:
    """Save the school's share of the identity."""
    form = SchoolIdentityForm()

    def act() -> None:
        services.edit_school_identity(edition, form.to_command(), by=current_principal())

    return _answer(edition, form, act, lambda: _diploma_page(edition, form))


def _hours_page(edition: Edition, form: HoursForm) -> str:
    return render_template("catalogue/hours.html", edition=edition, form=form, modalities=MODALITIES)


@bp.get(f"{EDITION}/heures")
@requires(Permission.CATALOGUE_EDITION_EDIT_SCHOOL_PART, edition_of)
@draft_only
def hours_form_page(edition: Edition) -> str:
    """Required hours, a column per variant."""
    return _hours_page(edition, hours_form(edition))


@bp.post(f"{EDITION}/heures")
@commits
@requires(Permission.CATALOGUE_EDITION_EDIT_SCHOOL_PART, edition_of)
@draft_only
def hours(edition: Edition) -> type_answer:
    """Save the required hours."""
    form = hours_form(edition)

    def act() -> None:
        services.set_hours(edition, form.to_command(edition), by=current_principal())

    return _answer(edition, form, act, lambda: _hours_page(edition, form))


def _rules_page(edition: Edition, form: RulesForm) -> str:
    units = {name: measure.unit for name, (_, measure) in RULE_FIELDS.items() if measure.unit}
    return _fields_page(edition, form, title="Règles du diplôme", names=list(RULE_FIELDS), units=units)


@bp.get(f"{EDITION}/regles")
@requires(Permission.CATALOGUE_EDITION_EDIT_SCHOOL_PART, edition_of)
@draft_only
def rules_form_page(edition: Edition) -> str:
    """The diploma's rules."""
    return _rules_page(edition, rules_form(rule_facts(edition.rules)))


@bp.post(f"{EDITION}/regles")
@commits
@requires(Permission.CATALOGUE_EDITION_EDIT_SCHOOL_PART, edition_of)
@draft_only
def rules(edition: Edition) -> type_answer:
    """Save the diploma's rules."""
    form = rules_form(rule_facts(edition.rules))

    def act() -> None:
        services.set_rules(edition, form.to_command(), by=current_principal())

    return _answer(edition, form, act, lambda: _rules_page(edition, form))
