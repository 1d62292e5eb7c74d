"""``/seminaires/<id>/deplacer``: a whole seminar moved in one act, shown before it is done (R34, R35)."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for

from training.common.formatting import plural
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.seminars import services
from training.seminars.forms import ShiftForm
from training.seminars.models import Seminar
from training.seminars.queries import Clash
from training.seminars.queries.convocations import history_of
from training.seminars.routes.blueprint import SEMINAR, bp, type_answer
from training.seminars.routes.loaders import seminar_of
from training.seminars.rules.shifting import Moved


def _page(seminar: Seminar, form: ShiftForm, moves: Sequence[Moved] = (), clashes: Sequence[Clash] = ()) -> str:
    return render_template(
        "seminars/shift_preview.html" if moves else "seminars/shift.html",
        seminar=seminar,
        cohort=seminar.cohort,
        form=form,
        first=services.first_to_move(seminar),
        moves=moves,
        going=[move for move in moves if not move.signed],
        convoked=len(history_of(seminar).sent) if moves else 0,
        clashes=clashes,
        seal=services.seal_of(clashes),
    )


@bp.get(f"{SEMINAR}/deplacer")
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def shift_form(seminar: Seminar) -> str:
    """Where a whole seminar goes."""
    services.check_movable(seminar)
    return _page(seminar, ShiftForm())


@bp.post(f"{SEMINAR}/deplacer")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def shift(seminar: Seminar) -> type_answer:
    """Show what moving the seminar will do, then move it (R34, R37)."""
    form, step = ShiftForm(), request.form.get("step", "")
    services.check_movable(seminar)
    if not form.validate_on_submit() or step == "back":
        return _page(seminar, form), 422 if form.errors else 200
    days = form.days_from(services.first_to_move(seminar).starts_on)
    moves: list[Moved] = []
    if not attempt(form, lambda: moves.extend(services.check_move(seminar, days))):
        return _page(seminar, form), 422
    clashes = services.clashes_after(seminar, moves, by=current_principal())
    shown = not clashes or form.despite.data == services.seal_of(clashes)
    if step == "preview" or not shown:
        return _page(seminar, form, moves, clashes), 200 if step == "preview" else 422
    moved = services.move_seminar(seminar, days, by=current_principal())
    told = plural(moved, "demi-journée est déplacée", "demi-journées sont déplacées")
    flash(f"{told}. Les calendriers suivent, et chacun·e est prévenu·e une fois.", "success")
    return redirect(url_for(".show", seminar_id=seminar.id), 303)
