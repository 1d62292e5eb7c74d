"""Reading: the queue, a review, setting a version aside, sentences one keeps (R52, R54, R124)."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.common.declarations import file_use
from training.common.errors import Conflict
from training.common.forms import ActForm, attempt
from training.common.guard import current_principal, requires
from training.common.listing import PER_PAGE, Column, Page, page_number
from training.common.policy import Permission
from training.common.transaction import UploadLimit, commits
from training.portfolio import file_uses, queries, services
from training.portfolio.commands import ReviewToWrite
from training.portfolio.enums import Decision
from training.portfolio.forms import MarkForm, ReviewForm, SetAsideForm, TemplateForm
from training.portfolio.models import CommentTemplate, Tracer
from training.portfolio.routes.blueprint import OWED, TRACER, VERSION, bp, type_answer
from training.portfolio.routes.loaders import OfVersion, Owed, owed_of, template_of, tracer_of, version_of
from training.portfolio.routes.tracers import tracer_screen

COLUMNS = (
    Column("label", "Document"),
    Column("learner", "Apprenant·e"),
    Column("cohort", "Promotion"),
    Column("since", "Déposé"),
    Column("status", "État"),
)


@bp.get("/documents-traceurs")
@requires(Permission.PORTFOLIO_QUEUE_READ)
def queue() -> str:
    """The versions that wait for this person, the oldest first, and the learners she follows."""
    principal = current_principal()
    number = page_number(request.args.get("page"))
    rows, total = queries.queue(principal, number=number)
    return render_template(
        "portfolio/queue.html",
        layout=layout_for(principal),
        columns=COLUMNS,
        page=Page(rows, number, total, PER_PAGE, lambda to: url_for(".queue", page=to)),
        followed=queries.followed_by(principal),
    )


def _annotated(_subject: Tracer) -> Mapping[str, UploadLimit]:
    return {"annotated": UploadLimit(file_use(file_uses.ANNOTATED))}


SAID = {
    Decision.ACCEPTED: "Le document est validé. {name} en est prévenu·e.",
    Decision.TO_REVISE: "Vos remarques sont envoyées à {name}.",
    None: "Vos remarques sont gardées pour vous : {name} ne les voit pas encore.",
}


@bp.post(f"{TRACER}/relecture")
@commits(files=_annotated)
@requires(Permission.PORTFOLIO_TRACER_REVIEW, tracer_of)
def review(subject: Tracer) -> type_answer:
    """Write what one says of the version before one’s eyes, and perhaps decide of it."""
    form = ReviewForm()
    written: list[ReviewToWrite] = []

    def act() -> None:
        written.append(form.to_command())
        services.review(subject, written[0], by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        decision = written[0].decision
        flash(SAID[decision].format(name=subject.enrolment.person.name), "success")
        following = decision is not None
        return redirect(url_for(".queue") if following else url_for(".tracer", tracer_id=subject.id), 303)
    return tracer_screen(subject, review_form=form), 422


@bp.post(f"{OWED}/plateforme")
@commits
@requires(Permission.PORTFOLIO_TRACER_REVIEW, owed_of)
def mark(thing: Owed) -> type_answer:
    """Note a deposit on the school’s platform, or its validation, in one click (R124)."""
    form, principal = MarkForm(), current_principal()
    back = redirect(url_for(".path", enrolment_id=thing.enrolment.id), 303)
    if not form.validate_on_submit():
        return back
    tracer = services.mark_elsewhere(thing.enrolment, thing.type, by=principal)
    if form.accepted.data:
        decided = ReviewToWrite(tracer.deposited[0].number, decision=Decision.ACCEPTED)
        services.review(tracer, decided, by=principal)
    flash(f"« {thing.type.label} » est noté comme {'validé' if form.accepted.data else 'déposé'}.", "success")
    return back


def _aside_page(thing: OfVersion, form: SetAsideForm, template: str) -> str:
    return render_template(
        template,
        layout=layout_for(current_principal()),
        tracer=thing.tracer,
        version=thing.version,
        form=form,
    )


@bp.get(f"{VERSION}/ecarter")
@requires(Permission.PORTFOLIO_TRACER_SET_ASIDE, version_of)
def set_aside_form(thing: OfVersion) -> str:
    """What setting a version aside will do."""
    return _aside_page(thing, SetAsideForm(), "portfolio/set_aside.html")


@bp.post(f"{VERSION}/ecarter")
@commits
@requires(Permission.PORTFOLIO_TRACER_SET_ASIDE, version_of)
def set_aside(thing: OfVersion) -> type_answer:
    """Hide a version that may name patients (R54)."""
    form = SetAsideForm()

    def act() -> None:
        services.set_aside(thing.tracer, thing.version.number, reason=form.reason.data or "", by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("Cette version est cachée. Son auteur·rice est prévenu·e et doit l’effacer.", "success")
        return redirect(url_for(".tracer", tracer_id=thing.tracer.id), 303)
    return _aside_page(thing, form, "portfolio/set_aside.html"), 422


@bp.get(f"{VERSION}/montrer")
@requires(Permission.PORTFOLIO_TRACER_SET_ASIDE, version_of)
def lift_form(thing: OfVersion) -> str:
    """What making a version visible again will do."""
    return _aside_page(thing, SetAsideForm(), "portfolio/lift.html")


@bp.post(f"{VERSION}/montrer")
@commits
@requires(Permission.PORTFOLIO_TRACER_SET_ASIDE, version_of)
def lift(thing: OfVersion) -> type_answer:
    """Make a version visible again: it held nothing of a patient."""
    form = SetAsideForm()

    def act() -> None:
        services.lift(thing.tracer, thing.version.number, reason=form.reason.data or "", by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("Cette version est de nouveau visible.", "success")
        return redirect(url_for(".tracer", tracer_id=thing.tracer.id), 303)
    return _aside_page(thing, form, "portfolio/lift.html"), 422


@bp.get(f"{VERSION}/effacer")
@requires(Permission.PORTFOLIO_TRACER_READ, version_of)
def erase_form(thing: OfVersion) -> str:
    """What erasing a version set aside will do."""
    if not thing.version.is_hidden:
        raise Conflict("Seule une version mise à l’écart s’efface.")
    return _aside_page(thing, SetAsideForm(), "portfolio/erase.html")


@bp.post(f"{VERSION}/effacer")
@commits
@requires(Permission.PORTFOLIO_TRACER_READ, version_of)
def erase(thing: OfVersion) -> type_answer:
    """Erase for good the files of a version set aside."""
    if ActForm().validate_on_submit():
        services.erase_set_aside(thing.tracer, thing.version.number, by=current_principal())
        flash("Les fichiers de cette version sont effacés.", "success")
    return redirect(url_for(".tracer", tracer_id=thing.tracer.id), 303)


def _templates_page(form: TemplateForm) -> str:
    principal = current_principal()
    return render_template(
        "portfolio/templates.html",
        layout=layout_for(principal),
        kept=queries.templates_of(principal),
        form=form,
        act_form=ActForm(),
    )


@bp.get("/documents-traceurs/phrases")
@requires(Permission.PORTFOLIO_QUEUE_READ)
def templates() -> str:
    """The sentences one keeps for one’s reviews."""
    return _templates_page(TemplateForm())


@bp.post("/documents-traceurs/phrases")
@commits
@requires(Permission.PORTFOLIO_QUEUE_READ)
def keep_template() -> type_answer:
    """Keep a sentence."""
    form = TemplateForm()

    def act() -> None:
        services.keep_template(form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("La phrase est gardée.", "success")
        return redirect(url_for(".templates"), 303)
    return _templates_page(form), 422


@bp.post("/documents-traceurs/phrases/<uuid:template_id>/supprimer")
@commits
@requires(Permission.PORTFOLIO_QUEUE_READ, template_of)
def remove_template(template: CommentTemplate) -> type_answer:
    """Forget a sentence."""
    if ActForm().validate_on_submit():
        services.remove_template(template, by=current_principal())
        flash("La phrase est supprimée.", "success")
    return redirect(url_for(".templates"), 303)
