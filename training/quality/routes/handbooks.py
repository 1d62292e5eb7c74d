"""``/promotions/<code>/livret``: what learners read before the launch, with their receipts (R123)."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.common.declarations import file_use
from training.common.errors import Forbidden
from training.common.forms import ActForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.common.transaction import UploadLimit, commits
from training.quality.forms.handbooks import HandbookForm, RhythmForm
from training.quality.queries import handbooks as queries
from training.quality.routes.blueprint import COHORT, bp, type_answer
from training.quality.routes.loaders import ToRead, cohort_of, handbook_of
from training.quality.rules.evidence import REMINDED_AT_MOST
from training.quality.rules.rights import evidence_readers
from training.quality.services import handbooks as services

HANDBOOK = f"{COHORT}/livret"


def _screen(cohort: Cohort, form: ActForm, rhythm: RhythmForm | None = None) -> str:
    principal = current_principal()
    own = queries.own_enrolment(principal, cohort)
    shown = queries.page_of(cohort, own)
    may_manage = can(Permission.QUALITY_HANDBOOK_MANAGE, cohort)
    if may_manage and rhythm is None:
        rhythm = RhythmForm(formdata=None).show(queries.rhythm_of(cohort.id))
    return render_template(
        "quality/handbook.html",
        layout=layout_for(principal),
        cohort=cohort,
        shown=shown,
        own=own,
        form=form,
        sees_names=evidence_readers(principal, cohort),
        may_manage=may_manage,
        rhythm=rhythm,
        most=REMINDED_AT_MOST,
        someone_missing=any(view.missing for view in shown.views),
    )


@bp.get(HANDBOOK)
@requires(Permission.QUALITY_HANDBOOK_READ, cohort_of)
def handbook(cohort: Cohort) -> str:
    """What a cohort gives to read; to a learner, what she still has to read; to its carrier, who has not."""
    return _screen(cohort, ActForm())


@bp.post(f"{HANDBOOK}/<uuid:handbook_id>/lu")
@commits
@requires(Permission.QUALITY_HANDBOOK_SIGN, handbook_of)
def read_handbook(there: ToRead) -> type_answer:
    """Say that one has read it."""
    own = queries.own_enrolment(current_principal(), there.cohort)
    if own is None:
        raise Forbidden
    if ActForm().validate_on_submit():
        services.read(there.handbook, own, by=current_principal())
        flash("C’est noté, avec la date. Merci.", "success")
    return redirect(url_for(".handbook", code=there.cohort.code), 303)


@bp.post(f"{HANDBOOK}/relance")
@commits
@requires(Permission.QUALITY_HANDBOOK_MANAGE, cohort_of)
def remind_handbook(cohort: Cohort) -> type_answer:
    """Remind those who have not read."""
    form = ActForm()

    def act() -> None:
        count = services.remind(queries.current_of(cohort), by=current_principal())
        flash(
            f"C’est fait : {count} personne{'s' if count > 1 else ''} le liront dans leur courriel du matin.", "success"
        )

    if form.validate_on_submit() and attempt(form, act):
        return redirect(url_for(".handbook", code=cohort.code), 303)
    return _screen(cohort, form), 422


@bp.post(f"{HANDBOOK}/rythme")
@commits
@requires(Permission.QUALITY_HANDBOOK_MANAGE, cohort_of)
def set_handbook_rhythm(cohort: Cohort) -> type_answer:
    """Say after how many days those who have not read are asked again."""
    form = RhythmForm()
    if form.validate_on_submit():
        services.set_rhythm(cohort, form.days, by=current_principal())
        flash("C’est réglé.", "success")
        return redirect(url_for(".handbook", code=cohort.code), 303)
    return _screen(cohort, ActForm(formdata=None), form), 422


def _limits(_cohort: Cohort) -> Mapping[str, UploadLimit]:
    return {"file": UploadLimit(file_use(services.USE))}


def _publish_page(cohort: Cohort, form: HandbookForm) -> str:
    return render_template("quality/handbook_form.html", cohort=cohort, form=form)


@bp.get(f"{HANDBOOK}/publier")
@requires(Permission.QUALITY_HANDBOOK_MANAGE, cohort_of)
def publish_handbook_form(cohort: Cohort) -> str:
    """The form of a new version."""
    return _publish_page(cohort, HandbookForm())


@bp.post(f"{HANDBOOK}/publier")
@commits(files=_limits)
@requires(Permission.QUALITY_HANDBOOK_MANAGE, cohort_of)
def publish_handbook(cohort: Cohort) -> type_answer:
    """Give learners a new version to read."""
    form = HandbookForm()

    def act() -> None:
        services.publish(cohort, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est publié : les apprenant·es le liront dans leur courriel du matin.", "success")
        return redirect(url_for(".handbook", code=cohort.code), 303)
    return _publish_page(cohort, form), 422
