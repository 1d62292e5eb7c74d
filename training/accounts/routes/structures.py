"""The register of structures: list, page, dues, representative (R8, R99)."""

import uuid
from urllib.parse import urlencode

from flask import flash, render_template, request

from training.accounts import queries, structure_panels, structure_queries
from training.accounts.enums import StructureKind
from training.accounts.forms import DuesForm, RepresentativeForm, StructureForm, typed
from training.accounts.models import Structure
from training.accounts.routes.blueprint import bp, columns, see_other, type_page
from training.accounts.services import functions, structures
from training.common import clock, journal
from training.common.declarations import registry
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.listing import PER_PAGE, Column, FilterGroup, FilterLink, Page, page_number
from training.common.policy import Permission, Principal
from training.common.transaction import commits


def load_structure(principal: Principal, structure_id: uuid.UUID) -> Structure:
    """Return a structure of this person's regions, or her own."""
    return structure_queries.structure(principal, structure_id)


def _address(**changes: str | int | None) -> str:
    kept: dict[str, str | int | None] = {
        "recherche": request.args.get("recherche"),
        "type": request.args.get("type"),
        **changes,
    }
    words = urlencode({key: value for key, value in kept.items() if value})
    return f"/structures?{words}" if words else "/structures"


@bp.get("/structures")
@requires(Permission.ACCOUNTS_STRUCTURE_READ)
def structure_list() -> str:
    """List the structures of one's regions."""
    given = request.args.get("type")
    kind = StructureKind(given) if given in set(StructureKind) else None
    chosen = structure_queries.StructureFilter(
        words=(request.args.get("recherche") or "").strip()[:80],
        kind=kind,
        page=page_number(request.args.get("page")),
    )
    rows, total, counts = structure_queries.structures(current_principal(), chosen)
    year = clock.today().year
    kinds = [k for k in StructureKind if counts.get(k.value) or k is kind]
    group = FilterGroup(
        "Type",
        [
            FilterLink("Tous", _address(type=None), sum(counts.values()), kind is None),
            *(FilterLink(k.label, _address(type=k.value), counts.get(k.value, 0), k is kind) for k in kinds),
        ],
    )
    return render_template(
        "accounts/structures.html",
        page=Page(rows, chosen.page, total, PER_PAGE, lambda number: _address(page=number)),
        columns=(
            Column("name", "Structure"),
            Column("kind", "Type"),
            Column("place", "Lieu"),
            Column("dues", f"Cotisation {year}"),
        ),
        groups=[group],
        registers=structure_queries.registers_kept_by(current_principal()),
        words=chosen.words,
        kind=kind,
        year=year,
    )


@bp.get("/structures/<uuid:structure_id>")
@requires(Permission.ACCOUNTS_STRUCTURE_READ, load_structure)
def structure_page(structure: Structure) -> str:
    """Show a structure, its dues year by year, its representative."""
    return render_template(
        "accounts/structure.html",
        structure=structure,
        dues=structure_queries.dues_of(structure.id),
        dues_columns=columns("Année", "Organisme", "État", "Saisie"),
        members=queries.team_of(structure),
        invitations=queries.invitations_of(structure),
        panels=structure_panels.filled(structure, current_principal()),
        history=journal.timeline(structure, sentences=registry.sentences),
    )


@bp.get("/structures/nouvelle")
@requires(Permission.ACCOUNTS_STRUCTURE_EDIT)
def new_structure_page() -> str:
    """Ask for the facts of a structure."""
    form = StructureForm()
    form.offer(structure_queries.departements_for(current_principal()))
    return render_template("accounts/structure_form.html", form=form, structure=None)


@bp.post("/structures/nouvelle")
@commits
@requires(Permission.ACCOUNTS_STRUCTURE_EDIT)
def add_structure() -> type_page:
    """Enter a structure in the register."""
    form = StructureForm()
    form.offer(structure_queries.departements_for(current_principal()))
    if not form.validate_on_submit():
        return render_template("accounts/structure_form.html", form=form, structure=None), 422
    structure = structures.add(form.to_command(), by=current_principal())
    flash("La structure est ajoutée au registre.", "success")
    return see_other(f"/structures/{structure.id}")


@bp.get("/structures/<uuid:structure_id>/modifier")
@requires(Permission.ACCOUNTS_STRUCTURE_EDIT, load_structure)
def edit_structure_page(structure: Structure) -> str:
    """Show the facts of a structure to change."""
    form = StructureForm(obj=structure)
    form.offer(structure_queries.departements_for(current_principal()))
    return render_template("accounts/structure_form.html", form=form, structure=structure)


@bp.post("/structures/<uuid:structure_id>/modifier")
@commits
@requires(Permission.ACCOUNTS_STRUCTURE_EDIT, load_structure)
def edit_structure(structure: Structure) -> type_page:
    """Change the facts of a structure."""
    form = StructureForm()
    form.offer(structure_queries.departements_for(current_principal()))
    if not form.validate_on_submit():
        return render_template("accounts/structure_form.html", form=form, structure=structure), 422
    structures.edit(structure, form.to_command(), by=current_principal())
    flash("La structure est modifiée.", "success")
    return see_other(f"/structures/{structure.id}")


def _dues_page(structure: Structure, form: DuesForm) -> str:
    form.offer(structure_queries.register_keepers_of(current_principal(), structure))
    return render_template(
        "accounts/dues.html", form=form, structure=structure, dues=structure_queries.dues_of(structure.id)
    )


@bp.get("/structures/<uuid:structure_id>/cotisations")
@requires(Permission.ACCOUNTS_DUES_RECORD, load_structure)
def dues_page(structure: Structure) -> str:
    """Ask for a year's dues."""
    return _dues_page(structure, DuesForm())


@bp.post("/structures/<uuid:structure_id>/cotisations")
@commits
@requires(Permission.ACCOUNTS_DUES_RECORD, load_structure)
def record_dues(structure: Structure) -> type_page:
    """Write a year's dues (R8)."""
    form = DuesForm()
    form.offer(structure_queries.register_keepers_of(current_principal(), structure))
    if not form.validate_on_submit():
        return _dues_page(structure, form), 422
    structures.record_dues(structure, form.to_command(), by=current_principal())
    flash("La cotisation est enregistrée.", "success")
    return see_other(f"/structures/{structure.id}")


@bp.get("/structures/<uuid:structure_id>/representation")
@requires(Permission.ACCOUNTS_STRUCTURE_EDIT, load_structure)
def representative_page(structure: Structure) -> str:
    """Ask who represents the structure from now on."""
    return _representative_page(structure, RepresentativeForm())


def _representative_page(structure: Structure, form: RepresentativeForm) -> str:
    return render_template(
        "accounts/representative.html", form=form, structure=structure, members=queries.team_of(structure)
    )


@bp.post("/structures/<uuid:structure_id>/representation")
@commits
@requires(Permission.ACCOUNTS_STRUCTURE_EDIT, load_structure)
def replace_representative(structure: Structure) -> type_page:
    """Name the structure's new representative; the former one's access ends (R99)."""
    form = RepresentativeForm()
    by = current_principal()
    if not form.validate_on_submit() or not attempt(
        form, lambda: functions.replace_representative(structure, typed(form.email), typed(form.reason), by=by)
    ):
        return _representative_page(structure, form), 422
    flash("L’invitation est partie. L’accès de la personne précédente a pris fin.", "success")
    return see_other(f"/structures/{structure.id}")
