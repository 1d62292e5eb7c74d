"""``/promotions/<code>/qualite``, ``/reclamations``, ``/ameliorations``: what is filed, answered, improved (R123)."""

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.common import access, journal, xlsx
from training.common.attachments import file_name, spreadsheet
from training.common.declarations import registry
from training.common.forms import ActForm, Form, ReasonForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.listing import PER_PAGE, Page, page_number
from training.common.policy import Permission
from training.common.transaction import commits
from training.quality import tables
from training.quality.forms.registers import AnswerForm, ComplaintForm, DoneForm, EffectForm, ImprovementForm
from training.quality.models import Complaint, Improvement
from training.quality.procedure import COMPLAINT, IMPROVEMENT
from training.quality.queries import registers as queries
from training.quality.routes.blueprint import COHORT, bp, type_answer
from training.quality.routes.loaders import cohort_of, complaint_of, concerned_of, improvement_of
from training.quality.services import registers as services

COMPLAINT_AT = "/reclamations/<uuid:complaint_id>"
IMPROVEMENT_AT = "/ameliorations/<uuid:improvement_id>"


@bp.get(f"{COHORT}/qualite")
@requires(Permission.QUALITY_REGISTER_READ, cohort_of)
def register(cohort: Cohort) -> str | Response:
    """The register of a cohort, and what is improved; ``?format=xlsx`` keeps either in full."""
    if request.args.get("format") == "xlsx":
        return _kept(cohort, improved=request.args.get("tableau") == "ameliorations")
    number = page_number(request.args.get("page"))
    found = queries.register_of(cohort, number)
    return render_template(
        "quality/register.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        found=found,
        page=Page(
            found.complaints, number, found.total, PER_PAGE, lambda to: url_for(".register", code=cohort.code, page=to)
        ),
        may_manage=can(Permission.QUALITY_IMPROVEMENT_MANAGE, cohort),
    )


def _kept(cohort: Cohort, *, improved: bool) -> Response:
    whole, name = queries.whole_register(cohort), "ameliorations" if improved else "registre"
    labels = tables.IMPROVEMENTS if improved else tables.COMPLAINTS
    rows = tables.improvement_rows(whole.improvements) if improved else tables.complaint_rows(whole.complaints)
    access.note_export(current_principal(), f"cohort.{'improvements' if improved else 'register'}_xlsx")
    columns = [xlsx.Column(label) for label in labels]
    return spreadsheet(columns, rows, title=name.capitalize(), name=file_name(cohort.code, name))


# --- complaints --------------------------------------------------------------------------------------------------------


def _file_page(cohort: Cohort, form: ComplaintForm) -> str:
    principal = current_principal()
    return render_template(
        "quality/complaint_form.html",
        layout=layout_for(principal),
        cohort=cohort,
        form=form,
        filed=queries.filed_by(principal, cohort),
        enters=can(Permission.COHORTS_COHORT_READ, cohort),
    )


@bp.get(f"{COHORT}/reclamations")
@requires(Permission.QUALITY_COMPLAINT_FILE, concerned_of)
def complaint_form(cohort: Cohort) -> str:
    """Tell something to the carrier, and see what one has told before."""
    return _file_page(cohort, ComplaintForm())


@bp.post(f"{COHORT}/reclamations")
@commits
@requires(Permission.QUALITY_COMPLAINT_FILE, concerned_of)
def file_complaint(cohort: Cohort) -> type_answer:
    """File it."""
    form = ComplaintForm()

    def act() -> None:
        services.file_complaint(cohort, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est transmis. Une réponse vous est due sous quinze jours, ici et par courriel.", "success")
        return redirect(url_for(".complaint_form", code=cohort.code), 303)
    return _file_page(cohort, form), 422


def _complaint_page(complaint: Complaint, *, answer: AnswerForm | None = None, reason: ReasonForm | None = None) -> str:
    principal = current_principal()
    return render_template(
        "quality/complaint.html",
        layout=layout_for(principal),
        complaint=complaint,
        cohort=complaint.cohort,
        acts={act.value for act in COMPLAINT.available(complaint, principal)}
        | {act.value for act, _why in COMPLAINT.barred(complaint, principal)},
        reads=can(Permission.QUALITY_REGISTER_READ, complaint),
        plans=can(Permission.QUALITY_IMPROVEMENT_MANAGE, complaint),
        history=journal.timeline(complaint, sentences=registry.sentences),
        answer_form=answer or AnswerForm(),
        reason_form=reason or ReasonForm(),
        act_form=ActForm(),
    )


@bp.get(COMPLAINT_AT)
@requires(Permission.QUALITY_COMPLAINT_READ, complaint_of)
def complaint(complaint: Complaint) -> str:
    """What was filed, and what was answered."""
    return _complaint_page(complaint)


def _done(complaint: Complaint, words: str) -> type_answer:
    flash(words, "success")
    return redirect(url_for(".complaint", complaint_id=complaint.id), 303)


@bp.post(f"{COMPLAINT_AT}/reponse")
@commits
@requires(Permission.QUALITY_COMPLAINT_ANSWER, complaint_of)
def answer_complaint(complaint: Complaint) -> type_answer:
    """Answer it."""
    form = AnswerForm()

    def act() -> None:
        services.answer(complaint, form.answer.data or "", by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _done(complaint, "La réponse est envoyée.")
    return _complaint_page(complaint, answer=form), 422


@bp.post(f"{COMPLAINT_AT}/cloture")
@commits
@requires(Permission.QUALITY_COMPLAINT_ANSWER, complaint_of)
def close_complaint(complaint: Complaint) -> type_answer:
    """Close it."""
    if ActForm().validate_on_submit():
        services.close(complaint, by=current_principal())
    return _done(complaint, "C’est clos.")


@bp.post(f"{COMPLAINT_AT}/reouverture")
@commits
@requires(Permission.QUALITY_COMPLAINT_ANSWER, complaint_of)
def reopen_complaint(complaint: Complaint) -> type_answer:
    """Open it again, with a reason."""
    form = ReasonForm()

    def act() -> None:
        services.reopen(complaint, form.reason.data or "", by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _done(complaint, "C’est rouvert : une nouvelle réponse est attendue sous quinze jours.")
    return _complaint_page(complaint, reason=form), 422


# --- improvements ------------------------------------------------------------------------------------------------------


def _plan_page(cohort: Cohort, form: ImprovementForm, complaint: Complaint | None = None) -> str:
    return render_template("quality/improvement_form.html", cohort=cohort, form=form, complaint=complaint)


@bp.get(f"{COHORT}/ameliorations")
@requires(Permission.QUALITY_IMPROVEMENT_MANAGE, cohort_of)
def plan_form(cohort: Cohort) -> str:
    """Plan an improvement; ``?origine=`` says where the idea comes from."""
    return _plan_page(cohort, ImprovementForm(origin=(request.args.get("origine") or "")[:160]))


def _plan(cohort: Cohort, complaint: Complaint | None) -> type_answer:
    form = ImprovementForm()

    def act() -> None:
        services.plan(cohort, form.to_command(complaint.id if complaint else None), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("L’action est prévue.", "success")
        return redirect(url_for(".register", code=cohort.code), 303)
    return _plan_page(cohort, form, complaint), 422


@bp.post(f"{COHORT}/ameliorations")
@commits
@requires(Permission.QUALITY_IMPROVEMENT_MANAGE, cohort_of)
def plan_improvement(cohort: Cohort) -> type_answer:
    """Plan it."""
    return _plan(cohort, None)


@bp.get(f"{COMPLAINT_AT}/amelioration")
@requires(Permission.QUALITY_IMPROVEMENT_MANAGE, complaint_of)
def plan_from_complaint_form(complaint: Complaint) -> str:
    """Plan what will avoid it another time."""
    return _plan_page(complaint.cohort, ImprovementForm(), complaint)


@bp.post(f"{COMPLAINT_AT}/amelioration")
@commits
@requires(Permission.QUALITY_IMPROVEMENT_MANAGE, complaint_of)
def plan_from_complaint(complaint: Complaint) -> type_answer:
    """Plan it."""
    return _plan(complaint.cohort, complaint)


def _improvement_page(improvement: Improvement, **forms: Form) -> str:
    principal = current_principal()
    return render_template(
        "quality/improvement.html",
        layout=layout_for(principal),
        improvement=improvement,
        cohort=improvement.cohort,
        acts={act.value for act in IMPROVEMENT.available(improvement, principal)}
        | {act.value for act, _why in IMPROVEMENT.barred(improvement, principal)},
        history=journal.timeline(improvement, sentences=registry.sentences),
        done_form=forms.get("done") or DoneForm(),
        effect_form=forms.get("effect") or EffectForm(),
        reason_form=forms.get("reason") or ReasonForm(),
        act_form=ActForm(),
    )


@bp.get(IMPROVEMENT_AT)
@requires(Permission.QUALITY_REGISTER_READ, improvement_of)
def improvement(improvement: Improvement) -> str:
    """An improvement, and what becomes of it."""
    return _improvement_page(improvement)


def _step(improvement: Improvement, name: str, form: Form, act: Callable[[], None], words: str) -> type_answer:
    if form.validate_on_submit() and attempt(form, act):
        flash(words, "success")
        return redirect(url_for(".improvement", improvement_id=improvement.id), 303)
    return _improvement_page(improvement, **{name: form}), 422


@bp.post(f"{IMPROVEMENT_AT}/faite")
@commits
@requires(Permission.QUALITY_IMPROVEMENT_MANAGE, improvement_of)
def complete_improvement(improvement: Improvement) -> type_answer:
    """Note that it is done."""
    form = DoneForm()

    def act() -> None:
        services.complete(improvement, form.done_on.value, by=current_principal())

    return _step(improvement, "done", form, act, "C’est noté. Dites bientôt ce que cela a changé.")


@bp.post(f"{IMPROVEMENT_AT}/effet")
@commits
@requires(Permission.QUALITY_IMPROVEMENT_MANAGE, improvement_of)
def measure_improvement(improvement: Improvement) -> type_answer:
    """Note its effect."""
    form = EffectForm()

    def act() -> None:
        services.measure(improvement, form.effect.data or "", by=current_principal())

    return _step(improvement, "effect", form, act, "L’effet est noté.")


@bp.post(f"{IMPROVEMENT_AT}/abandon")
@commits
@requires(Permission.QUALITY_IMPROVEMENT_MANAGE, improvement_of)
def drop_improvement(improvement: Improvement) -> type_answer:
    """Give it up."""
    form = ReasonForm()

    def act() -> None:
        services.drop(improvement, form.reason.data or "", by=current_principal())

    return _step(improvement, "reason", form, act, "L’action est abandonnée.")


@bp.post(f"{IMPROVEMENT_AT}/reprise")
@commits
@requires(Permission.QUALITY_IMPROVEMENT_MANAGE, improvement_of)
def resume_improvement(improvement: Improvement) -> type_answer:
    """Take it up again."""
    form = ActForm()

    def act() -> None:
        services.resume(improvement, by=current_principal())

    return _step(improvement, "act", form, act, "L’action est reprise.")
