"""The report to the funder as a document: plain data for ``templates/pdf/funder-report`` (R122)."""

from datetime import date

from training.cohorts.models import Cohort
from training.common import clock, pdf
from training.common.formatting import UNKNOWN, date_range, hours, number, plain_date
from training.quality.rules.report import Line, Report
from training.seminars.rules.attendance import carrier_of

DOCUMENT = "funder-report"


def report_paper(cohort: Cohort, report: Report, on: date) -> bytes:
    """Return the report as a PDF, dated."""
    body = carrier_of(cohort)
    period = report.period
    data = {
        "carrier": {
            "name": body.name if body is not None else cohort.label,
            "address": body.address if body is not None else "",
            "city": body.city if body is not None else "",
            "contact": (body.email or "") if body is not None else "",
        },
        "cohort": f"{cohort.edition.programme.code} · {cohort.label}",
        "period": period.label
        if period.since is None
        else f"{period.label} ({date_range(period.since, period.until)})",
        "date": plain_date(on),
        "funded": UNKNOWN if report.funded is None else number(report.funded),
        "rate": "–" if report.rate is None else f"{report.rate}\u00a0%",
        "lines": [_cells(line) for line in report.lines],
        "total": _cells(report.total),
        "reasons": [[name, str(count)] for name, count in _reasons(report)],
    }
    return pdf.render(DOCUMENT, data, title="Bilan de la promotion", timestamp=clock.at_paris(on)).content


def _cells(line: Line) -> list[str]:
    counts = (line.applied, line.admitted, line.present, line.left, line.graduated)
    return [line.departement, line.kind, *map(str, counts), hours(line.hours) if line.hours else "–"]


def _reasons(report: Report) -> list[tuple[str, int]]:
    found = sorted(report.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return [*found, *([("raisons réunies", report.other_reasons)] if report.other_reasons else [])]
