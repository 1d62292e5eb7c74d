"""Over time: a partnership beside itself, in total, by step, by item (R80)."""

from flask import render_template, request, url_for

from training.common.guard import requires
from training.common.listing import Column
from training.common.policy import Permission
from training.cooperation.models import Partnership
from training.cooperation.queries import plan
from training.cooperation.report import Evolution
from training.cooperation.routes.blueprint import PARTNERSHIP, bp
from training.cooperation.routes.loaders import partnership_of
from training.cooperation.rules.score import changes, score

COLUMNS = (
    Column("item", "Question"),
    Column("before", "Avant"),
    Column("after", "Après"),
    Column("delta", "Écart", numeric=True),
)
STEPS = (
    Column("step", "Étape"),
    Column("before", "Avant", numeric=True),
    Column("after", "Après", numeric=True),
    Column("maximum", "Sur", numeric=True),
    Column("delta", "Écart", numeric=True),
)


@bp.get(f"{PARTNERSHIP}/evolution")
@requires(Permission.COOPERATION_PARTNERSHIP_READ, partnership_of)
def evolution(partnership: Partnership) -> str:
    """The finalised assessments on one grid: the line of totals, then two of them side by side."""
    used = plan.grids_used(partnership)
    codes = [code for code, _name in used]
    wanted = request.args.get("grille", "")
    code = wanted if wanted in codes else ("cooperation" if "cooperation" in codes else (codes[0] if codes else ""))
    found = plan.finalised_of(partnership, code) if code else []
    by_id = {str(each.id): each for each in found}
    before = by_id.get(request.args.get("avant", "")) or (found[0] if found else None)
    after = by_id.get(request.args.get("apres", "")) or (found[-1] if found else None)
    compared = before is not None and after is not None and before is not after
    definition = after.grid.definition if after else None
    return render_template(
        "cooperation/evolution.html",
        partnership=partnership,
        grids=[
            (name, url_for(".evolution", partnership_id=partnership.id, grille=each), each == code)
            for each, name in used
        ],
        code=code,
        found=found,
        evolution=Evolution.of(found),
        before=before,
        after=after,
        compared=compared,
        definition=definition,
        maximum=definition.maximum if definition else 0,
        scores=[score(each.grid.definition, each.consensus) for each in (before, after) if each],
        columns=COLUMNS,
        step_columns=STEPS,
        changes=list(changes(definition, before.consensus, after.consensus))
        if definition and before is not None and after is not None
        else [],
    )
