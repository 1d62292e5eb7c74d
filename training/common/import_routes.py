"""``/imports``: a spreadsheet brought in three pages, the same for whatever a room imports: file, columns, dry run."""

import uuid
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Final

from flask import Blueprint, Response, render_template, send_file, url_for

from training.common import access, import_runs, import_samples, imports, xlsx
from training.common.declarations import ImportKind, file_use, registry
from training.common.errors import Conflict, NotFound
from training.common.forms import ActForm, Form, Given, SlugField, UploadField
from training.common.guard import current_principal, requires
from training.common.import_runs import ImportRun
from training.common.imports import MOST_PROBLEMS
from training.common.policy import Permission, Principal, policy
from training.common.transaction import UploadLimit, commits
from training.common.views import Answer, answer

bp: Final = Blueprint("imports", __name__, url_prefix="/imports")
SHOWN: Final = 5  # rows of the preview
MADE_COLUMNS: Final = (xlsx.Column("Qui ou quoi"), xlsx.Column("Ce qui a été écrit"))


class SheetForm(Form):
    """The spreadsheet."""

    file = UploadField("Tableur", [Given("Choisissez le tableur à importer, au format xlsx ou CSV.")])


class Import:
    """An import and what it is into; ``run`` is null while its spreadsheet is awaited."""

    def __init__(self, kind: ImportKind, owner: Any, run: ImportRun | None = None) -> None:
        self.kind = kind
        self.owner = owner
        self.run = run

    @property
    def place(self) -> str:
        """The name of the page to go back to: the kind’s, else that of what it is into."""
        if self.kind.place:
            return self.kind.place
        named = (getattr(self.owner, attribute, None) for attribute in ("label", "title", "short_name", "name"))
        return next((str(name) for name in named if name), "Revenir")

    @property
    def begun(self) -> ImportRun:
        """The run, which a page of its own always has."""
        if self.run is None:
            raise NotFound
        return self.run


def _into(principal: Principal, code: str, owner_id: uuid.UUID) -> Import:
    """Return the import of this kind into a thing this person may import into; else ``NotFound``."""
    kind = registry.import_kind(code)
    if kind is None:
        raise NotFound
    owner = kind.load(principal, owner_id)
    if not policy.allows(principal, kind.permission, owner):
        raise NotFound
    return Import(kind, owner)


def load_new(principal: Principal, kind: str, owner_id: uuid.UUID) -> Import:
    """Load what a spreadsheet is to be imported into."""
    return _into(principal, kind, owner_id)


def load_run(principal: Principal, run_id: uuid.UUID, *, lock: bool = False) -> Import:
    """Load an import under way."""
    run = import_runs.run_named(run_id, lock=lock)
    found = _into(principal, run.kind, run.owner_id)
    found.run = run
    return found


def load_run_to_change(principal: Principal, run_id: uuid.UUID) -> Import:
    """Load an import under way, to go on with it: taken FOR UPDATE."""
    return load_run(principal, run_id, lock=True)


def _limits(_subject: Import) -> Mapping[str, UploadLimit]:
    return {"file": UploadLimit(file_use(import_runs.USE))}


@bp.get("/<kind>/<uuid:owner_id>")
@requires(Permission.IMPORT_USE, load_new)
def new(subject: Import) -> str:
    """Ask for the spreadsheet."""
    return _new_page(subject, SheetForm())


def _new_page(subject: Import, form: Form) -> str:
    return render_template(
        "common/imports/new.html",
        subject=subject,
        form=form,
        fields=subject.kind.fields(subject.owner),
        back=subject.kind.back(subject.owner),
        most=imports.MOST_ROWS,
    )


@bp.post("/<kind>/<uuid:owner_id>")
@commits(files=_limits)
@requires(Permission.IMPORT_USE, load_new)
def receive(subject: Import) -> Answer:
    """Keep the spreadsheet and propose its columns."""
    form, begun = SheetForm(), []

    def act() -> None:
        sent = form.file.data
        if sent is not None:
            use = file_use(import_runs.USE)
            begun.append(import_runs.start(subject.kind, subject.owner, sent, use, by=current_principal()))

    return answer(
        form,
        act,
        again=lambda: _new_page(subject, form),
        to=lambda: url_for("imports.columns", run_id=begun[0].id),
        done=None,
    )


@bp.get("/<kind>/<uuid:owner_id>/exemple.xlsx")
@requires(Permission.IMPORT_USE, load_new)
def sample(subject: Import) -> Response:
    """An example to fill: the columns, a few invented lines, what to know."""
    if subject.kind.sample is None:
        raise NotFound
    return send_file(
        BytesIO(import_samples.sample_of(subject.kind, subject.owner)),
        mimetype=xlsx.MEDIA_TYPE,
        as_attachment=True,
        download_name=f"exemple-{subject.kind.code}.xlsx",
    )


def _columns_form(subject: Import, headers: list[str]) -> Form:
    """Return the form that asks, for each field, the column that holds it."""
    options = [("", "Aucune colonne"), *((header, header) for header in headers)]
    fields = {
        each.code: SlugField(
            each.label, [Given(f"Choisissez la colonne « {each.label} ».")] if each.required else [], options=options
        )
        for each in subject.kind.fields(subject.owner)
    }
    kind = type("ColumnsForm", (Form,), fields)
    made: Form = kind(data=subject.begun.mapping)
    return made


def _columns_page(subject: Import, form: Form, sheet: imports.Sheet) -> str:
    return render_template(
        "common/imports/columns.html",
        subject=subject,
        form=form,
        fields=subject.kind.fields(subject.owner),
        sheet=sheet,
        shown=sheet.rows[:SHOWN],
        back=subject.kind.back(subject.owner),
    )


@bp.get("/<uuid:run_id>/colonnes")
@requires(Permission.IMPORT_USE, load_run)
def columns(subject: Import) -> str:
    """Ask which column holds what."""
    sheet = import_runs.sheet_of(subject.begun)
    return _columns_page(subject, _columns_form(subject, list(sheet.headers)), sheet)


@bp.post("/<uuid:run_id>/colonnes")
@commits
@requires(Permission.IMPORT_USE, load_run_to_change)
def choose_columns(subject: Import) -> Answer:
    """Choose the columns."""
    sheet = import_runs.sheet_of(subject.begun)
    form = _columns_form(subject, list(sheet.headers))
    codes = [each.code for each in subject.kind.fields(subject.owner)]

    def act() -> None:
        mapping = {code: str(form[code].data or "") for code in codes}
        import_runs.choose_columns(subject.begun, subject.kind, subject.owner, mapping)

    return answer(
        form,
        act,
        again=lambda: _columns_page(subject, form, sheet),
        to=url_for("imports.show", run_id=subject.begun.id),
        done=None,
    )


@bp.get("/<uuid:run_id>")
@requires(Permission.IMPORT_USE, load_run)
def show(subject: Import) -> str:
    """Show what the import would do, with every problem and its row; or what it did."""
    return _trial_page(subject, ActForm())


def _trial_page(subject: Import, form: Form) -> str:
    run = subject.begun
    trial = import_runs.trial(run, subject.kind, subject.owner) if run.done_at is None else None
    return render_template(
        "common/imports/trial.html",
        subject=subject,
        form=form,
        trial=trial,
        told=imports.told(trial) if trial else run.outcome,
        problems=list(trial.problems)[:MOST_PROBLEMS] if trial else [],
        changes=list(trial.changes)[:MOST_PROBLEMS] if trial else [],
        made=list(import_runs.made_by(run, subject.kind, subject.owner))[:MOST_PROBLEMS] if run.done_at else [],
        may_undo=import_runs.may_undo(run, subject.kind),
        most=MOST_PROBLEMS,
        fields=subject.kind.fields(subject.owner),
        back=subject.kind.back(subject.owner),
    )


@bp.post("/<uuid:run_id>")
@commits
@requires(Permission.IMPORT_USE, load_run_to_change)
def write(subject: Import) -> Answer:
    """Import every row, or nothing."""
    if subject.begun.done_at is not None:
        raise Conflict(import_runs.DONE)
    form = ActForm()
    return answer(
        form,
        lambda: import_runs.write(subject.begun, subject.kind, subject.owner, by=current_principal()),
        again=lambda: _trial_page(subject, form),
        to=url_for("imports.show", run_id=subject.begun.id),
        done="L’import est fait.",
    )


@bp.get("/<uuid:run_id>/ecrit.xlsx")
@requires(Permission.IMPORT_USE, load_run)
def made(subject: Import) -> Response:
    """Everything an import wrote, in a spreadsheet."""
    run, stream = subject.begun, BytesIO()
    if run.done_at is None:
        raise NotFound
    access.note_export(current_principal(), "import.made_xlsx")
    xlsx.write_rows(MADE_COLUMNS, _made_lines(subject), title=subject.kind.label, stream=stream)
    stream.seek(0)
    return send_file(
        stream, mimetype=xlsx.MEDIA_TYPE, as_attachment=True, download_name=f"import-{subject.kind.code}.xlsx"
    )


def _made_lines(subject: Import) -> Iterator[tuple[str, str]]:
    for told in import_runs.made_by(subject.begun, subject.kind, subject.owner):
        yield told.who, told.words


@bp.get("/<uuid:run_id>/annuler")
@requires(Permission.IMPORT_USE, load_run)
def undo(subject: Import) -> str:
    """What taking an import back will do."""
    return _undo_page(subject, ActForm())


def _undo_page(subject: Import, form: Form) -> str:
    if not import_runs.may_undo(subject.begun, subject.kind):
        raise Conflict("Cet import ne s’annule pas, ou l’est déjà.")
    return render_template(
        "common/imports/undo.html", subject=subject, form=form, back=url_for("imports.show", run_id=subject.begun.id)
    )


@bp.post("/<uuid:run_id>/annuler")
@commits
@requires(Permission.IMPORT_USE, load_run_to_change)
def take_back(subject: Import) -> Answer:
    """Take an import back, whole, as long as nothing was built on it."""
    form = ActForm()
    return answer(
        form,
        lambda: import_runs.undo(subject.begun, subject.kind, subject.owner, by=current_principal()),
        again=lambda: _undo_page(subject, form),
        to=url_for("imports.show", run_id=subject.begun.id),
        done="L’import est annulé.",
    )
