"""``/promotions/<code>/progression``: a cohort as a whole, to each what she may see (R122)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import Response, render_template, request

from training.catalogue.enums import MODALITIES
from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.cohorts.rules import learner_scope
from training.common import access, clock, xlsx
from training.common.attachments import spreadsheet
from training.common.errors import NotFound
from training.common.guard import can, current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission
from training.quality.queries.dashboard import dashboard_of
from training.quality.routes.blueprint import bp
from training.quality.routes.loaders import cohort_of
from training.quality.rules.dashboard import SIDES, Dashboard
from training.quality.rules.rights import reads_names
from training.seminars.rules.attendance import told_apart

ALERTS: Final = (Column("name", "Apprenant·e"), Column("told", "Ce qui demande attention"))
GONE: Final = (
    Column("name", "Apprenant·e"),
    Column("status", "État"),
    Column("on", "Depuis le"),
    Column("why", "Raison"),
)
HOURS: Final = (
    Column("name", "Apprenant·e"),
    *(Column(each.value, each.label, numeric=True) for each in MODALITIES),
)


@bp.get("/promotions/<code>/progression")
@requires(Permission.QUALITY_DASHBOARD_READ, cohort_of)
def dashboard(cohort: Cohort) -> str | Response:
    """A cohort as a whole: by name for those who run it, teach it or follow its learners, in numbers for its funder."""
    principal = current_principal()
    scope, names = learner_scope(principal, cohort), reads_names(principal, cohort)
    shown = dashboard_of(cohort, scope)
    if request.args.get("format") == "xlsx":
        return _workbook(cohort, shown, names=names)
    reasons, others = told_apart(shown.reasons())
    return render_template(
        "quality/dashboard.html",
        layout=layout_for(principal),
        cohort=cohort,
        shown=shown,
        names=names,
        narrowed=not scope.everyone,
        reasons=[*reasons.items(), *([("raisons réunies", others)] if others else [])],
        modalities=MODALITIES,
        SIDES=SIDES,
        ALERTS=ALERTS,
        GONE=GONE,
        HOURS=HOURS,
        reports=can(Permission.QUALITY_REPORT_READ, cohort),
    )


def _hours(shown: Dashboard) -> Iterator[tuple[Any, ...]]:
    for learner in shown.present:
        asked = [learner.hours[each].required if each in learner.hours else None for each in MODALITIES]
        counted = shown.hours(learner)
        yield (
            learner.name,
            learner.status.label,
            *(v for pair in zip(counted, asked, strict=True) for v in pair),
            learner.memoire,
        )


def _tracers(shown: Dashboard) -> Iterator[tuple[Any, ...]]:
    for name, counts in shown.tracers():
        yield (name, *counts)


def _alerts(shown: Dashboard) -> Iterator[tuple[Any, ...]]:
    for alert in shown.alerts:
        yield (alert.learner.name, alert.kind.label, alert.detail)


def _gone(shown: Dashboard) -> Iterator[tuple[Any, ...]]:
    for learner in shown.gone:
        yield (learner.name, learner.status.label, learner.left_on, learner.reason or "non précisée")


_HOURS_COLUMNS: Final = tuple(
    words for each in MODALITIES for words in (f"{each.label} : comptées", f"{each.label} : demandées")
)
SHEETS: Final[Mapping[str, tuple[tuple[str, ...], Any, bool]]] = {
    "heures": (("Apprenant·e", "État", *_HOURS_COLUMNS, "Mémoire"), _hours, True),
    "documents": (("Module", *(side.capitalize() for side in SIDES)), _tracers, False),
    "alertes": (("Apprenant·e", "Alerte", "Détail"), _alerts, True),
    "departs": (("Apprenant·e", "État", "Depuis le", "Raison"), _gone, True),
}
"""Each table one may save: its columns, its rows, whether it names people."""


def _workbook(cohort: Cohort, shown: Dashboard, *, names: bool) -> Response:
    asked = request.args.get("tableau", "heures")
    if asked not in SHEETS or (SHEETS[asked][2] and not names):
        raise NotFound
    columns, rows, _named = SHEETS[asked]
    access.note_export(current_principal(), f"cohort.dashboard_{asked}")
    name = f"{cohort.code}-{asked}-{clock.today().isoformat()}".lower()
    return spreadsheet([xlsx.Column(each) for each in columns], rows(shown), title=f"{asked} {cohort.code}", name=name)
