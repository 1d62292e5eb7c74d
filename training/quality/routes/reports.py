"""``/promotions/<code>/bilan``: the report to the funder, on screen, as a paper and as a spreadsheet (R122)."""

from collections.abc import Iterator
from typing import Any, Final

from flask import Response, render_template, request

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.cohorts.rules import learner_scope
from training.common import access, clock, pdf, xlsx
from training.common.attachments import attachment, spreadsheet
from training.common.errors import NotFound
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission
from training.quality import papers
from training.quality.queries.report import call_of, periods_of, report_of
from training.quality.routes.blueprint import bp
from training.quality.routes.loaders import cohort_of
from training.quality.rules.report import FINAL, Line, Report

LINES: Final = (
    Column("departement", "Département"),
    Column("kind", "Type de structure"),
    Column("applied", "Candidatures", numeric=True),
    Column("admitted", "Admissions", numeric=True),
    Column("present", "En formation", numeric=True),
    Column("left", "Départs", numeric=True),
    Column("graduated", "Diplômes", numeric=True),
    Column("hours", "Heures suivies", numeric=True),
)


@bp.get("/promotions/<code>/bilan")
@requires(Permission.QUALITY_REPORT_READ, cohort_of)
def report(cohort: Cohort) -> str | Response:
    """The report over a period of the address; ``?format=pdf`` and ``?format=xlsx`` give it to keep."""
    principal = current_principal()
    call, funded = call_of(cohort)
    periods = periods_of(cohort, call)
    asked = request.args.get("periode", FINAL)
    period = next((each for each in periods if each.code == asked), None)
    if period is None:
        raise NotFound("Cette période n’est pas de celles de la promotion : choisissez-en une autre.")
    found = report_of(cohort, principal, period, call, funded)
    name = f"{cohort.code}-bilan-{period.code}-{clock.today().isoformat()}".lower()
    match request.args.get("format"):
        case "pdf":
            access.note_export(principal, "cohort.report_pdf")
            return attachment(papers.report_paper(cohort, found, clock.today()), pdf.MEDIA_TYPE, f"{name}.pdf")
        case "xlsx":
            access.note_export(principal, "cohort.report_xlsx")
            columns = [xlsx.Column(column.label) for column in LINES]
            return spreadsheet(columns, _cells(found), title=f"Bilan {cohort.code}", name=name)
    return render_template(
        "quality/report.html",
        layout=layout_for(principal),
        cohort=cohort,
        periods=periods,
        report=found,
        narrowed=not learner_scope(principal, cohort).everyone,
        LINES=LINES,
    )


def _cells(found: Report) -> Iterator[tuple[Any, ...]]:
    for line in (*found.lines, found.total):
        yield _row(line)


def _row(line: Line) -> tuple[Any, ...]:
    counts = (line.applied, line.admitted, line.present, line.left, line.graduated)
    return (line.departement, line.kind, *counts, line.hours)
