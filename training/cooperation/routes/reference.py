"""What everyone finds there: kinds of bodies, compared two by two, and the grids (R83, R128)."""

import uuid
from dataclasses import dataclass
from typing import Final

from flask import render_template, request, url_for

from training.common.guard import can, current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.cooperation.forms.reference import GridForm
from training.cooperation.models import DispositifKind, Grid
from training.cooperation.queries import reference as queries
from training.cooperation.routes.blueprint import ROOM, bp
from training.cooperation.services import grids

KINDS: str = f"{ROOM}/dispositifs"
GRIDS: str = f"{ROOM}/grilles"


@dataclass(frozen=True, slots=True)
class Compared:
    """What two kinds of bodies are compared on."""

    label: str
    key: str

    def of(self, kind: DispositifKind) -> str:
        """Return the words of a kind."""
        return kind.category.label if self.key == "category" else str(getattr(kind, self.key))


COMPARED: Final = (
    Compared("Nature", "category"),
    Compared("Texte", "legal_text"),
    Compared("Porteur", "carrier"),
    Compared("Échelle", "scale"),
    Compared("Public", "audience"),
    Compared("Niveau", "level"),
    Compared("Ce qu’il fait", "action"),
    Compared("Rôle pivot", "pivot"),
    Compared("À qui s’adresser", "contact_hint"),
    Compared("Missions", "missions"),
)


@bp.get(KINDS)
@requires(Permission.COOPERATION_LIBRARY_READ)
def kinds() -> str:
    """The reference sheet: the described kinds, then the open list, searched by words."""
    words = (request.args.get("q") or "")[:100]
    return render_template("cooperation/kinds.html", words=words, found=queries.kinds(words))


@bp.get(f"{KINDS}/comparer")
@requires(Permission.COOPERATION_LIBRARY_READ)
def compare_kinds() -> str:
    """Two kinds of bodies side by side."""
    described = [kind for kind in queries.kinds() if kind.described]
    by_code = {kind.code: kind for kind in described}
    one, other = (by_code.get(request.args.get(side, "")) for side in ("a", "b"))
    return render_template(
        "cooperation/kinds_compared.html",
        described=described,
        one=one,
        other=other,
        rows=COMPARED,
        columns=[Column("", ""), *(Column(kind.code, kind.name) for kind in (one, other) if kind)],
    )


def kind_of(_principal: Principal, kind: str) -> DispositifKind:
    """Return a described kind of bodies."""
    return queries.find_kind(kind)


@bp.get(f"{KINDS}/<kind>")
@requires(Permission.COOPERATION_LIBRARY_READ, kind_of)
def kind_page(kind: DispositifKind) -> str:
    """The sheet of one kind of bodies."""
    return render_template("cooperation/kind.html", kind=kind)


@bp.get(GRIDS)
@requires(Permission.COOPERATION_LIBRARY_READ)
def grid_list() -> str:
    """The grids one may use."""
    return render_template(
        "cooperation/grids.html", grids=queries.grids(), may_load=can(Permission.COOPERATION_GRID_LOAD)
    )


def grid_of(_principal: Principal, grid_id: uuid.UUID) -> Grid:
    """Return a grid."""
    return queries.find_grid(grid_id)


@bp.get(f"{GRIDS}/<uuid:grid_id>")
@requires(Permission.COOPERATION_LIBRARY_READ, grid_of)
def grid_page(grid: Grid) -> str:
    """All that a grid asks, and how it is read."""
    return render_template("cooperation/grid.html", grid=grid, definition=grid.definition)


def _load_page(form: GridForm) -> str:
    return render_template("cooperation/grid_load.html", form=form)


@bp.get(f"{GRIDS}/charger")
@requires(Permission.COOPERATION_GRID_LOAD)
def load_grid_form() -> str:
    """A grid to take in."""
    return _load_page(GridForm())


@bp.post(f"{GRIDS}/charger")
@commits
@requires(Permission.COOPERATION_GRID_LOAD)
def load_grid() -> Answer:
    """Take it in, or say which line is at fault."""
    form = GridForm()
    made: list[Grid] = []
    return answer(
        form,
        lambda: made.append(grids.load_text(form.content.data or "", by=current_principal())),
        again=lambda: _load_page(form),
        to=lambda: url_for(".grid_page", grid_id=made[0].id),
        done="La grille est chargée : on peut s’en servir dès maintenant.",
    )
