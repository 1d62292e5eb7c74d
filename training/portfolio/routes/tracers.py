"""``/documents-traceurs/<id>``: a tracer document, its versions, what one says of it."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.common import access, clock, filetypes, journal
from training.common.declarations import file_use, registry
from training.common.forms import ActForm
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.portfolio import file_uses, objects, queries, rules
from training.portfolio.enums import Audience, TracerStatus
from training.portfolio.forms import DepositForm, MarkForm, ReviewForm
from training.portfolio.models import CommentTemplate, Tracer
from training.portfolio.queries import TracerPage
from training.portfolio.routes.blueprint import OWED, TRACER, bp, type_answer
from training.portfolio.routes.loaders import Owed, owed_of, tracer_of


@bp.get(OWED)
@requires(Permission.PORTFOLIO_TRACER_READ, owed_of)
def owed(thing: Owed) -> type_answer:
    """A document not begun yet; once it is, its own page."""
    principal = current_principal()
    begun = queries.find_handed_in(principal, thing.enrolment.id, thing.type.id)
    if begun is not None:
        return redirect(url_for(".tracer", tracer_id=begun.id), 303)
    course = queries.course_of(thing.enrolment)
    line = next((each for each in course.tracers if each.type_id == thing.type.id), None)
    return render_template(
        "portfolio/owed.html",
        **_common(thing.enrolment, thing.type),
        line=line,
        form=ActForm(),
        mark_form=MarkForm(),
        may_deposit=can(Permission.PORTFOLIO_TRACER_DEPOSIT, thing),
        may_review=can(Permission.PORTFOLIO_TRACER_REVIEW, thing),
    )


def _common(enrolment: Any, tracer_type: Any) -> dict[str, Any]:
    use = file_use(file_uses.DOCUMENT)
    return {
        "layout": layout_for(current_principal()),
        "enrolment": enrolment,
        "type": tracer_type,
        "accept": filetypes.accept_attribute(use.media_types),
        "formats": filetypes.describe(use.media_types),
        "max_bytes": use.max_bytes,
        "max_files": file_uses.MAX_FILES,
        "offers": objects.offers_for(tracer_type.id) if tracer_type.work.takes_objects else [],
    }


@bp.get(TRACER)
@requires(Permission.PORTFOLIO_TRACER_READ, tracer_of)
def tracer(subject: Tracer) -> str:
    """A tracer document: to its author, what she hands in and was answered; to its reader, the version and her review."""
    principal = current_principal()
    page = tracer_screen(subject)
    if not rules.the_learner(principal, subject):
        access.note(principal, "tracer.read", subject)
    return page


def tracer_screen(
    subject: Tracer,
    *,
    deposit_form: DepositForm | None = None,
    review_form: ReviewForm | None = None,
    told: Any = None,
) -> str:
    """Return the page of a document for whoever is here; a form that was refused comes back as it was typed."""
    principal = current_principal()
    shown = queries.tracer_page(subject, principal)
    reviews = can(Permission.PORTFOLIO_TRACER_REVIEW, subject)
    kept = queries.templates_of(principal) if reviews else ()
    return render_template(
        "portfolio/review.html" if _is_read_here(shown, reviews=reviews) else "portfolio/tracer.html",
        **_common(subject.enrolment, subject.type),
        tracer=subject,
        shown=shown,
        act_form=ActForm(),
        mark_form=MarkForm(),
        deposit_form=deposit_form or DepositForm(data={"message": shown.draft.version.message if shown.draft else ""}),
        review_form=review_form or _review_form(shown, kept),
        templates=kept,
        told=told,
        history=journal.timeline(subject, sentences=registry.sentences),
        may_review=reviews,
        may_set_aside=can(Permission.PORTFOLIO_TRACER_SET_ASIDE, subject),
        is_learner=shown.audience is Audience.LEARNER,
        shown_number=_asked_number(shown),
        today=clock.today(),
    )


def _is_read_here(shown: TracerPage, *, reviews: bool) -> bool:
    """Whether the page is the reader’s: a version waits for her decision."""
    return reviews and shown.tracer.status in {TracerStatus.DEPOSITED, TracerStatus.IN_REVIEW} and bool(shown.versions)


def _asked_number(shown: TracerPage) -> int | None:
    """Return the version the address asks to see, or the latest."""
    asked = request.args.get("version", "")
    known = {version.number for version in shown.versions}
    return next((number for number in known if str(number) == asked), max(known, default=None))


def _review_form(shown: TracerPage, kept: Sequence[CommentTemplate]) -> ReviewForm:
    """Return the form with what she had begun to write, and the sentence her link asked to add."""
    written = shown.own_review.comment if shown.own_review and shown.own_review.decision is None else ""
    asked = request.args.get("phrase", "")
    added = next((each.words for each in kept if str(each.id) == asked), "")
    comment = "\n\n".join(part for part in (written, added) if part)
    number = shown.latest.number if shown.latest else 0
    return ReviewForm(data={"number": number, "comment": comment, "decision": ""})
