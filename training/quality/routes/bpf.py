"""``/organisations/<organisation>/bilan-pedagogique`` and ``/promotions/<code>/donnees-bpf``: the yearly figures, and what they need."""

from collections.abc import Iterator
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for

from training.accounts.models import Organisation
from training.cohorts.models import Cohort
from training.common import access, clock, xlsx
from training.common.attachments import file_name, spreadsheet
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission
from training.common.transaction import commits
from training.quality.forms.bpf import TYPES, FiguresForm
from training.quality.queries import bpf as queries
from training.quality.routes.blueprint import COHORT, bp, type_answer
from training.quality.routes.loaders import cohort_of
from training.quality.rules.bpf import FrameLine, total
from training.quality.rules.evidence import teaching_totals
from training.quality.services import bpf as services
from training.seminars.rules.attendance import carrier_of

FIRST_YEAR: Final = 2020
LINES: Final = (
    Column("label", "Ligne"),
    Column("people", "Personnes", numeric=True),
    Column("hours", "Heures", numeric=True),
)
type_frame = tuple[str, str, list[FrameLine]]


def _frames(found: queries.YearPage) -> list[type_frame]:
    teaching = [FrameLine(tie, people, hours) for tie, (people, hours) in teaching_totals(found.teaching).items()]
    frames = found.frames
    return [
        ("E", "Personnes qui dispensent des heures", teaching),
        ("F-1", "Stagiaires, par type", list(frames.trainees)),
        ("F-2", "Dont confiés à un autre organisme", list(frames.entrusted_to)),
        ("F-3", "Stagiaires, par objectif", list(frames.objectives)),
        ("F-4", "Stagiaires, par spécialité", list(frames.specialities)),
        ("G", "Stagiaires confiés par un autre organisme", list(frames.entrusted_by)),
    ]


@bp.get("/organisations/<organisation>/bilan-pedagogique")
@requires(Permission.QUALITY_BPF_READ, queries.find_body)
def yearly_figures(body: Organisation) -> str | Response:
    """The figures of a year, with what is missing; ``?annee=`` chooses it, ``?format=xlsx`` keeps it."""
    this_year = clock.today().year
    asked = request.args.get("annee", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked) <= this_year else this_year
    found = queries.year_of(body, year)
    frames = _frames(found)
    if request.args.get("format") == "xlsx":
        access.note_export(current_principal(), "bpf_xlsx")
        columns = [xlsx.Column(label) for label in ("Cadre", "Intitulé", "Ligne", "Personnes", "Heures")]
        return spreadsheet(
            columns, _rows(frames, found), title=f"BPF {year}", name=file_name(body.code, "bpf", str(year))
        )
    return render_template(
        "quality/bpf.html",
        body=body,
        found=found,
        frames=[(code, title, lines, total(lines)) for code, title, lines in frames],
        years=range(this_year, max(FIRST_YEAR, this_year - 4), -1),
        LINES=LINES,
    )


def _rows(frames: list[type_frame], found: queries.YearPage) -> Iterator[tuple[Any, ...]]:
    for code, title, lines in frames:
        for line in (*lines, total(lines)):
            yield code, title, line.label, line.people, line.hours
    for anomaly in found.anomalies:
        yield "À compléter", anomaly.words, anomaly.thing, None, None


def _data_page(cohort: Cohort, settled: queries.Settled, form: FiguresForm) -> str:
    carrier = carrier_of(cohort)
    return render_template(
        "quality/bpf_data.html", cohort=cohort, settled=settled, form=form, carrier=carrier, TYPES=TYPES
    )


def _settled(cohort: Cohort) -> queries.Settled:
    carrier = carrier_of(cohort)
    return queries.settled_of(cohort, carrier.id if carrier else None)


@bp.get(f"{COHORT}/donnees-bpf")
@requires(Permission.QUALITY_BPF_EDIT, cohort_of)
def figures_data(cohort: Cohort) -> str:
    """What the yearly figures need of a cohort."""
    settled = _settled(cohort)
    form = FiguresForm(role=settled.role.value if settled.role else None, nsf=settled.nsf)
    form.trainees = {enrolment.id: trainee.type for enrolment, trainee in settled.learners if trainee}
    return _data_page(cohort, settled, form)


@bp.post(f"{COHORT}/donnees-bpf")
@commits
@requires(Permission.QUALITY_BPF_EDIT, cohort_of)
def settle_figures(cohort: Cohort) -> type_answer:
    """Say it."""
    settled = _settled(cohort)
    form = FiguresForm().read(request.form, [enrolment.id for enrolment, _trainee in settled.learners])

    def act() -> None:
        services.settle(cohort, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est enregistré.", "success")
        return redirect(url_for(".figures_data", code=cohort.code), 303)
    return _data_page(cohort, settled, form), 422
