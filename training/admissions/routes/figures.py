"""The figures of a call and its spreadsheets; the school's observatory; what a training leaves to pay (R73, R111)."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for

from training.admissions import export, rules
from training.admissions.export import Choice
from training.admissions.forms.figures import ColumnsForm, EstimateForm
from training.admissions.models import Call
from training.admissions.queries import ApplicationFilters, CallSheet
from training.admissions.queries import figures as queries
from training.admissions.routes import loaders
from training.admissions.rules import costs
from training.admissions.rules import figures as reckoned
from training.admissions.services import choosing
from training.common import access, attachments, clock
from training.common.formatting import short_date
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_figures", __name__)
DELAY_COLUMNS: Final = (
    Column("step", "Étape"),
    Column("days", "Durée médiane", numeric=True),
    Column("files", "Dossiers comptés", numeric=True),
)


@bp.get("/appels/<code>/chiffres")
@requires(Permission.ADMISSIONS_FIGURES_READ, loaders.call_to_run)
def show(call: Call) -> str:
    """Show a call in figures: when files came, whence, how far they went, how long each step took."""
    files = queries.facts(current_principal(), call)
    days, funnel = reckoned.by_day(files, call), reckoned.funnel(files, call)
    kinds = reckoned.counted(files, lambda file: file.kind)
    departements = reckoned.counted(files, lambda file: file.departement)
    return render_template(
        "admissions/figures/show.html",
        call=call,
        phase=rules.phase(call, clock.now()),
        total=len(files),
        submitted=sum(file.submitted_at is not None for file in files),
        days=days,
        kinds=kinds,
        departements=departements,
        funnel=funnel,
        delays=reckoned.delays(files),
        delay_columns=DELAY_COLUMNS,
        said=reckoned.said,
    )


def spreadsheet(columns: Sequence[Choice], rows: Iterable[tuple[Any, ...]], *, title: str, name: str) -> Response:
    """Return rows as a spreadsheet to save, named with the day."""
    day = short_date(clock.today()).replace("/", "-")
    return attachments.spreadsheet([each.column for each in columns], rows, title=title, name=f"{name}-{day}")


@bp.get("/appels/<code>/tableur")
@requires(Permission.ADMISSIONS_FIGURES_READ, loaders.call_to_run)
def columns(call: Call) -> Response | str:
    """Ask which columns the spreadsheet has; ``?format=xlsx`` gives it with those kept."""
    principal = current_principal()
    questions = queries.questions_of(call.code)
    if request.args.get("format") == "xlsx":
        picked = export.picked(principal, questions)
        rows = export.rows(principal, ApplicationFilters(call=call.code), picked)
        made = spreadsheet(picked, rows, title="Candidatures", name=f"candidatures-{call.code.lower()}")
        access.note_export(principal, "application.export")
        return made
    kept = [choice.code for choice in export.picked(principal, questions)]
    return _columns_page(call, ColumnsForm(data={"columns": kept}).offer(export.choices(questions)))


def _columns_page(call: Call, form: ColumnsForm) -> str:
    return render_template("admissions/figures/columns.html", call=call, form=form)


@bp.post("/appels/<code>/tableur")
@commits
@requires(Permission.ADMISSIONS_FIGURES_READ, loaders.call_to_run)
def keep_columns(call: Call) -> Answer:
    """Keep the columns picked, for this spreadsheet and the next ones."""
    form = ColumnsForm().offer(export.choices(queries.questions_of(call.code)))
    return answer(
        form,
        lambda: choosing.keep_columns(form.columns.data or [], by=current_principal()),
        again=lambda: _columns_page(call, form),
        to=url_for("admissions_figures.columns", code=call.code),
        done="Vos colonnes sont gardées. Téléchargez le tableur quand vous voulez.",
    )


@bp.get("/observatoire")
@requires(Permission.ADMISSIONS_OBSERVATORY_EXPORT)
def observatory() -> Response | str:
    """Say what the school's anonymous spreadsheet holds; ``?format=xlsx`` gives it (R111)."""
    principal = current_principal()
    if request.args.get("format") == "xlsx":
        rows = export.observatory_rows(principal)
        made = spreadsheet(export.OBSERVATORY, rows, title="Observatoire", name="observatoire")
        access.note_export(principal, "observatory.export")
        return made
    return render_template("admissions/figures/observatory.html", columns=[c.column.label for c in export.OBSERVATORY])


@bp.get("/appels/<code>/reste-a-charge")
@requires(Permission.ADMISSIONS_CALL_READ, loaders.call_sheet)
def estimate(sheet: CallSheet) -> str | tuple[str, int]:
    """Estimate what the training leaves to a structure, from the figures in the address; nothing is kept (R73)."""
    sent = bool(set(request.args) & set(EstimateForm.NAMES))
    form = EstimateForm(request.args if sent else None)
    valid = sent and form.validate()
    parts = costs.shares(form.to_estimate()) if valid else ()
    page = render_template(
        "admissions/public/estimate.html",
        sheet=sheet,
        call=sheet.call,
        form=form,
        parts=parts,
        total=costs.total(parts),
    )
    return (page, 422) if sent and not valid else page
