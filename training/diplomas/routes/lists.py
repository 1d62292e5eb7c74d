"""``/diplomes`` and ``/diplomes/registre``: learners of all one’s cohorts on their way, and the register (R67, R71, R121)."""

from typing import Any, Final

from flask import render_template, request, url_for

from training.cohorts.enums import LIVE, CohortStatus
from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, Enrolment
from training.common.guard import current_principal, requires
from training.common.listing import PER_PAGE, Column, FilterGroup, FilterLink, Page, page_number
from training.common.policy import Permission
from training.diplomas import queries
from training.diplomas.queries import Progress
from training.diplomas.routes.blueprint import bp
from training.diplomas.routes.boards import groups_of, kept, read_filters

COLUMNS: Final = (
    Column("name", "Personne"),
    Column("cohort", "Promotion"),
    Column("modules", "Modules", numeric=True),
    Column("missing", "Ce qui manque"),
    Column("settlers", "Qui peut le régler"),
)
SIZES: Final = (50, 100, 200)
REGISTER_COLUMNS: Final = (
    Column("reference", "Registre"),
    Column("name", "Nom imprimé"),
    Column("title", "Diplôme"),
    Column("cohort", "Promotion"),
    Column("day", "Décidé le"),
)


@bp.get("/diplomes")
@requires(Permission.DIPLOMAS_LIST_READ)
def everyone() -> str:
    """Learners in the course, across cohorts and regions: who may be proposed, who is blocked and by whom."""
    principal = current_principal()
    found = queries.progress_of(
        queries.read_by(principal), Cohort.status != CohortStatus.CLOSED, Enrolment.status.in_(LIVE)
    )
    code, per_page = request.args.get("promotion", ""), _size()
    in_cohort = [each for each in found if not code or each.cohort_code == code]
    fixed: dict[str, Any] = {"promotion": code or None, "lignes": per_page if per_page != PER_PAGE else None}
    state, settler = read_filters()
    rows = kept(in_cohort, state, settler)
    number = page_number(request.args.get("page"))

    def page_address(page: int) -> str:
        wanted = {**fixed, "etat": state or None, "bloque-par": settler or None, "page": page}
        return url_for(".everyone", **wanted)

    shown = rows[(number - 1) * per_page : number * per_page]
    return render_template(
        "diplomas/everyone.html",
        layout=layout_for(principal),
        columns=COLUMNS,
        groups=[*_cohorts(found, code, fixed), *groups_of(in_cohort, ".everyone", fixed)],
        page=Page(items=shown, number=number, total=len(rows), per_page=per_page, url=page_address),
        ready=len(kept(in_cohort, "pret", "")),
        total=len(in_cohort),
    )


def _size() -> int:
    asked = request.args.get("lignes", "")
    return int(asked) if asked in {str(size) for size in SIZES} else PER_PAGE


def _cohorts(found: list[Progress], code: str, fixed: dict[str, Any]) -> list[FilterGroup]:
    known: dict[str, tuple[str, int]] = {}
    for each in found:
        label, count = known.get(each.cohort_code, (each.cohort_label, 0))
        known[each.cohort_code] = (label, count + 1)
    if len(known) < 2:  # noqa: PLR2004 - nothing to choose from
        return []
    links = [FilterLink("Toutes", url_for(".everyone", **{**fixed, "promotion": None}), len(found), current=not code)]
    links += [
        FilterLink(label, url_for(".everyone", **{**fixed, "promotion": each}), count, current=each == code)
        for each, (label, count) in sorted(known.items(), key=lambda item: item[1][0])
    ]
    return [FilterGroup("Promotion", links)]


@bp.get("/diplomes/registre")
@requires(Permission.DIPLOMAS_LIST_READ)
def register() -> str:
    """The register of diplomas, by name, reference or year."""
    principal = current_principal()
    words = request.args.get("q", "").strip()[:100]
    asked = request.args.get("annee", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None  # noqa: PLR2004 - a year
    number = page_number(request.args.get("page"))
    found = queries.register_page(principal, words=words, year=year, number=number)

    def address(**changed: Any) -> str:
        return url_for(".register", **{"q": words or None, "annee": year, **changed})

    years = [
        FilterLink("Toutes", address(annee=None), sum(count for _year, count in found.years), current=year is None)
    ]
    years += [FilterLink(str(each), address(annee=each), count, current=each == year) for each, count in found.years]
    return render_template(
        "diplomas/register.html",
        layout=layout_for(principal),
        columns=REGISTER_COLUMNS,
        words=words,
        groups=[FilterGroup("Année", years)] if found.years else [],
        page=Page(items=found.rows, number=number, total=found.total, per_page=PER_PAGE, url=lambda n: address(page=n)),
    )
