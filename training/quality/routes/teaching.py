"""``/promotions/<code>/heures-intervenants``: hours of trainers and speakers (R123)."""

import uuid
from dataclasses import dataclass
from typing import Final

from flask import Response, redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.common import access, xlsx
from training.common.attachments import spreadsheet
from training.common.errors import NotFound
from training.common.forms import ActForm
from training.common.guard import can, current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.quality.queries.teaching import teaching_of
from training.quality.routes.blueprint import COHORT, bp, type_answer
from training.quality.routes.loaders import cohort_of
from training.quality.rules.evidence import TeachingLine, teaching_totals
from training.quality.services.teaching import settle_tie
from training.seminars.rules.attendance import carrier_of

LINES: Final = (
    Column("name", "Personne"),
    Column("roles", "Rôle"),
    Column("half_days", "Demi-journées", numeric=True),
    Column("group_hours", "Heures en séminaire", numeric=True),
    Column("follow_up_hours", "Suivi individuel", numeric=True),
    Column("total", "Ensemble", numeric=True),
    Column("tie", "Lien avec l’organisme"),
)
INTERNAL: Final = "interne"


def _lines(cohort: Cohort) -> list[TeachingLine]:
    carrier = carrier_of(cohort)
    return teaching_of([cohort.id], carrier.id if carrier else None)


@bp.get(f"{COHORT}/heures-intervenants")
@requires(Permission.QUALITY_TEACHING_READ, cohort_of)
def teaching(cohort: Cohort) -> str | Response:
    """Who taught how long, by those half-days that took place; ``?format=xlsx`` to keep."""
    principal = current_principal()
    lines = _lines(cohort)
    if request.args.get("format") == "xlsx":
        access.note_export(principal, "cohort.teaching_xlsx")
        rows = (
            (
                each.name,
                ", ".join(each.roles),
                each.half_days,
                each.group_hours,
                each.follow_up_hours,
                each.total,
                each.tie,
            )
            for each in lines
        )
        return spreadsheet(
            [xlsx.Column(column.label) for column in LINES],
            rows,
            title=f"Heures {cohort.code}",
            name=f"{cohort.code}-heures-intervenants".lower(),
        )
    return render_template(
        "quality/teaching.html",
        layout=layout_for(principal),
        cohort=cohort,
        lines=lines,
        totals=teaching_totals(lines),
        form=ActForm(),
        may_settle=can(Permission.QUALITY_TEACHING_SETTLE, cohort),
        LINES=LINES,
    )


@dataclass(frozen=True, slots=True)
class Teacher:
    """Someone who taught in a cohort."""

    cohort: Cohort
    person_id: uuid.UUID

    @property
    def parts(self) -> object:
        """Whence one’s rights."""
        return self.cohort.parts


def teacher_of(principal: Principal, code: str, teacher_id: uuid.UUID) -> Teacher:
    """Return someone who taught in a cohort this person may see."""
    cohort = cohort_of(principal, code)
    if teacher_id not in {line.person_id for line in _lines(cohort)}:
        raise NotFound
    return Teacher(cohort, teacher_id)


@bp.post(f"{COHORT}/heures-intervenants/<uuid:teacher_id>")
@commits
@requires(Permission.QUALITY_TEACHING_SETTLE, teacher_of)
def settle_teaching_tie(teacher: Teacher) -> type_answer:
    """Say whether someone is of the carrier’s own staff."""
    if ActForm().validate_on_submit():
        internal = request.form.get("tie") == INTERNAL
        settle_tie(teacher.cohort, teacher.person_id, internal=internal, by=current_principal())
    return redirect(url_for(".teaching", code=teacher.cohort.code), 303)
