"""``/diplomes/<cohort>``: who may be proposed, who lacks what, what was decided; the board’s day, the school’s sheet (R70, R110)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.common import access, clock, xlsx
from training.common.attachments import attachment
from training.common.forms import attempt
from training.common.guard import can, current_principal, requires
from training.common.listing import Column, FilterGroup, FilterLink
from training.common.policy import Permission
from training.common.transaction import commits
from training.diplomas import queries, services
from training.diplomas.enums import SETTLERS, VERDICTS, Settler
from training.diplomas.export import board_workbook
from training.diplomas.forms import BoardForm
from training.diplomas.queries import Progress
from training.diplomas.routes.blueprint import BOARD, bp, type_answer
from training.diplomas.routes.loaders import cohort_of

COLUMNS: Final = (
    Column("name", "Personne"),
    Column("modules", "Modules", numeric=True),
    Column("missing", "Ce qui manque"),
    Column("settlers", "Qui peut le régler"),
    Column("printed", "Nom imprimé"),
    Column("decision", "Décision"),
)
READY, BLOCKED, DECIDED, ASKING = "pret", "bloque", "decide", "dispense"


def kept(found: Iterable[Progress], state: str, settler: str) -> list[Progress]:
    """Return the learners in this state, or blocked by this settler."""
    return [each for each in found if _is_in(each, state) and _is_blocked_by(each, settler)]


def _is_in(each: Progress, state: str) -> bool:
    if state == READY:
        return each.is_live and each.eligibility.is_met
    if state == ASKING:
        return each.is_live and each.asks_waiver
    if state == DECIDED:
        return not each.is_live
    return state != BLOCKED or (each.is_live and not each.eligibility.is_met)


def _is_blocked_by(each: Progress, settler: str) -> bool:
    return not settler or (each.is_live and Settler(settler) in each.eligibility.concerned)


def read_filters() -> tuple[str, str]:
    """Return the state and the settler of the address; anything unknown is none."""
    state, settler = request.args.get("etat", ""), request.args.get("bloque-par", "")
    return state if state in {READY, BLOCKED, DECIDED, ASKING} else "", settler if settler in set(Settler) else ""


def groups_of(found: list[Progress], endpoint: str, fixed: Mapping[str, Any]) -> list[FilterGroup]:
    """Return the filters of a list of learners, each with how many it shows."""
    chosen = read_filters()
    ready = [each for each in found if _is_in(each, READY)]
    asking, decided = (sum(_is_in(each, state) for each in found) for state in (ASKING, DECIDED))
    by = Counter(settler for each in found if each.is_live for settler in each.eligibility.concerned)

    def link(label: str, count: int, *, etat: str = "", by: str = "") -> FilterLink:
        wanted = {**fixed, "etat": etat or None, "bloque-par": by or None}
        return FilterLink(label, url_for(endpoint, **wanted), count, current=(etat, by) == chosen)

    states = [
        link("Tout le monde", len(found)),
        link("Peuvent être proposé·es", len(ready), etat=READY),
        link("Il manque quelque chose", len(found) - decided - len(ready), etat=BLOCKED),
    ]
    if asking:
        states.append(link("Dispense demandée", asking, etat=ASKING))
    if decided:
        states.append(link("Parcours terminé", decided, etat=DECIDED))
    blockers = [link(each.label.capitalize(), by[each], by=each.value) for each in SETTLERS if by[each]]
    return [FilterGroup("Où elles en sont", states), *([FilterGroup("À régler par", blockers)] if blockers else [])]


@bp.get(BOARD)
@requires(Permission.DIPLOMAS_BOARD_READ, cohort_of)
def board(cohort: Cohort) -> str:
    """Every learner of a cohort, how she stands, what was decided of her."""
    found = queries.progress_of_cohort(cohort.id)
    state, settler = read_filters()
    decides = can(Permission.DIPLOMAS_BOARD_DECIDE, cohort)
    return render_template(
        "diplomas/board.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        found=found,
        rows=kept(found, state, settler),
        groups=groups_of(found, ".board", {"code": cohort.code}),
        columns=[Column("choose", ""), *COLUMNS] if decides else COLUMNS,
        decides=decides,
        prepares=can(Permission.DIPLOMAS_BOARD_PREPARE, cohort),
        bundles=can(Permission.DIPLOMAS_CERTIFICATE_BUNDLE, cohort),
        exports=can(Permission.DIPLOMAS_BOARD_EXPORT, cohort),
        next_board=queries.next_board(cohort.id),
        VERDICTS=VERDICTS,
    )


# --- the day of the board --------------------------------------------------------------------------------------------


def _day_page(cohort: Cohort, form: BoardForm) -> str:
    return render_template(
        "diplomas/day.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        next_board=queries.next_board(cohort.id),
        unread=[each.person.name for each in queries.unproofread(cohort.id)],
        form=form,
    )


@bp.get(f"{BOARD}/date")
@requires(Permission.DIPLOMAS_BOARD_PREPARE, cohort_of)
def day(cohort: Cohort) -> str:
    """When the board meets; who will be asked to proofread her name."""
    planned = queries.next_board(cohort.id)
    return _day_page(cohort, BoardForm(held_on=planned.held_on if planned else None))


@bp.post(f"{BOARD}/date")
@commits
@requires(Permission.DIPLOMAS_BOARD_PREPARE, cohort_of)
def plan(cohort: Cohort) -> type_answer:
    """Announce the day."""
    form = BoardForm()

    def act() -> None:
        services.plan_board(cohort, form.held_on.value, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("La date est annoncée\u00a0: chacun·e est invité·e à relire le nom de son diplôme.", "success")
        return redirect(url_for(".board", code=cohort.code), 303)
    return _day_page(cohort, form), 422


# --- the school’s spreadsheet ----------------------------------------------------------------------------------------


@bp.get(f"{BOARD}/export")
@requires(Permission.DIPLOMAS_BOARD_EXPORT, cohort_of)
def export(cohort: Cohort) -> Response:
    """The list for the school: civil status, printed name, how she stands, what was decided. The reading is noted."""
    stream = BytesIO()
    board_workbook(cohort, stream)
    access.note_export(current_principal(), "cohort.diploma_export")
    name = f"{cohort.code}-diplomes-{clock.today().isoformat()}.xlsx".lower()
    return attachment(stream.getvalue(), xlsx.MEDIA_TYPE, name)
