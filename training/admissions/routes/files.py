"""The list of files and the page of one file, as whoever reads them may see them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for

from training.accounts.enums import Function, StructureKind
from training.admissions import export, queries
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application
from training.admissions.queries import ApplicationFilters, figures
from training.admissions.routes import applicant, dossier, loaders
from training.admissions.routes.figures import spreadsheet
from training.common import access
from training.common.guard import can, current_principal, requires
from training.common.listing import Column, FilterGroup, FilterLink, Page, Sort, page_number
from training.common.policy import Permission, Principal

bp: Final = Blueprint("admissions_files", __name__)

COLUMNS: Final = (
    Column("number", "Dossier", sortable=True),
    Column("name", "Personne", sortable=True),
    Column("structure", "Structure", sortable=True),
    Column("status", "État", sortable=True),
    Column("submitted", "Déposé le", sortable=True),
    Column("opinions", "Avis", numeric=True),
)
KEPT: Final = ("appel", "etat", "type", "departement", "tri", "lignes")
"""Parameters of the address that a search keeps."""

SELECTING: Final = (Function.MANAGER, Function.READER, Function.COMMITTEE_MEMBER)


@bp.get("/candidatures")
@requires(Permission.ADMISSIONS_APPLICATION_LIST)
def index() -> Response | str:
    """List the files this person may see; ``?format=xlsx`` exports what is filtered, ``?les=miennes`` lists her own."""
    principal = current_principal()
    if not principal.holds(*SELECTING) or request.args.get("les") == "miennes":
        return applicant.render_list(principal)
    filters = filters_of_address()
    if request.args.get("format") == "xlsx" and can(Permission.ADMISSIONS_APPLICATION_EXPORT):
        return _export(principal, filters)
    found = queries.page_of_applications(principal, filters)
    return render_template(
        "admissions/staff/list.html",
        columns=COLUMNS,
        sort=Sort.read(
            request.args.get("tri"), COLUMNS, default="todo", url=lambda value: _address(tri=value, page=None)
        ),
        page=Page(found.rows, found.number, found.total, filters.rows, url=lambda n: _address(page=n)),
        since=found.since,
        groups=_groups(found, filters),
        words=filters.words or "",
        kept={key: value for key, value in request.args.items() if key in KEPT},
        call=filters.call,
        export_href=_address(page=None, format="xlsx") if can(Permission.ADMISSIONS_APPLICATION_EXPORT) else None,
        message_href=_message_address() if can(Permission.ADMISSIONS_MESSAGE_SEND) else None,
        any_filter=bool(set(request.args) & {*KEPT, "q"} - {"tri", "lignes"}),
        more_href=_address(lignes=queries.MANY_A_PAGE, page=None) if filters.rows < found.total else None,
        clear_href=url_for("admissions_files.index"),
        own_href=url_for("admissions_files.index", les="miennes") if queries.has_applied(principal) else None,
    )


@bp.get("/candidatures/<uuid:application_id>")
@requires(Permission.ADMISSIONS_APPLICATION_READ, loaders.file)
def show(application: Application) -> str:
    """Show a file: to the applicant as hers, to the others as a dossier to work on (the reading is noted, R93)."""
    principal = current_principal()
    if application.person_id == principal.person_id:
        return applicant.render_file(application)
    page = dossier.render(application)
    access.note(principal, "application.read", application)
    return page


def filters_of_address() -> ApplicationFilters:
    """Return what the address asks of the list."""
    sort = Sort.read(request.args.get("tri"), COLUMNS, default="todo", url=str)
    return ApplicationFilters(
        call=request.args.get("appel") or None,
        status=_member(ApplicationStatus, request.args.get("etat")),
        kind=_member(StructureKind, request.args.get("type")),
        departement=request.args.get("departement") or None,
        words=(request.args.get("q") or "").strip() or None,
        sort=sort.key,
        descending=sort.descending,
        page=page_number(request.args.get("page")),
        rows=queries.MANY_A_PAGE if request.args.get("lignes") == str(queries.MANY_A_PAGE) else queries.PER_PAGE,
    )


def _message_address() -> str:
    """Return where one writes to the filtered list."""
    kept: dict[str, Any] = {key: value for key, value in request.args.items() if key in {*KEPT, "q"} and value}
    return url_for("admissions_messages.compose", **kept)


Slug = TypeVar("Slug", bound=StrEnum)


def _member(kind: type[Slug], value: str | None) -> Slug | None:
    """Return the member of this slug, or null for anything else the address holds."""
    return kind(value) if value in set(kind) else None


def _address(**changes: object) -> str:
    """Return the list's address with these parameters changed, the others kept; null removes one."""
    kept = {key: value for key, value in request.args.items() if key in {*KEPT, "q", "page"} and value} | changes
    given = {key: value for key, value in kept.items() if value is not None}
    return f"{request.path}?{urlencode(given)}" if given else request.path  # forty of them on a page: no url_for


def _groups(found: queries.ApplicationPage, filters: ApplicationFilters) -> list[FilterGroup]:
    """Return the filters with their counts, as plain links."""
    groups = [
        _group("Appel", "appel", filters.call, found.by_call),
        _group("État", "etat", filters.status, [(s, s.label, count) for s, count in found.by_status]),
        _group("Structure", "type", filters.kind, [(k, k.label, count) for k, count in found.by_kind]),
        _group("Département", "departement", filters.departement, found.by_departement),
    ]
    return [group for group in groups if group is not None]


def _group(
    label: str, parameter: str, chosen: str | None, choices: Sequence[tuple[str, str, int]]
) -> FilterGroup | None:
    """Return one question's choices, or null when it has but one answer and none is chosen."""
    if len(choices) < 2 and chosen is None:  # noqa: PLR2004 - a choice begins at two
        return None
    links = [FilterLink("Tous", _address(**{parameter: None, "page": None}), None, chosen is None)]
    links += [
        FilterLink(words, _address(**{parameter: str(value), "page": None}), count, chosen == value)
        for value, words, count in choices
    ]
    return FilterGroup(label, links)


def _export(principal: Principal, filters: ApplicationFilters) -> Response:
    """Return the filtered files as a spreadsheet, in the columns this person keeps; the export is noted."""
    picked = export.picked(principal, figures.questions_of(filters.call))
    made = spreadsheet(picked, export.rows(principal, filters, picked), title="Candidatures", name="candidatures")
    access.note_export(principal, "application.export")
    return made
