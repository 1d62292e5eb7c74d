"""``/parcours/<id>/positionnement`` and ``/promotions/<code>/positionnement``: self-ratings on the objectives (R123)."""

from flask import Response, flash, redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, Enrolment
from training.common import access, xlsx
from training.common.attachments import file_name, spreadsheet
from training.common.errors import Conflict
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission
from training.common.transaction import commits
from training.quality import tables
from training.quality.enums import LEVELS
from training.quality.forms.positioning import PositioningForm
from training.quality.queries import positioning as queries
from training.quality.routes.blueprint import COHORT, bp, type_answer
from training.quality.routes.loaders import ToRate, cohort_of, enrolment_of, to_rate_of
from training.quality.rules.evidence import level_words
from training.quality.services import positioning as services

OWN = "/parcours/<uuid:enrolment_id>/positionnement"
COMPARED = (Column("text", "Objectif"), Column("entry", "À l’entrée"), Column("end", "En fin"))
AVERAGED = (
    Column("text", "Objectif"),
    Column("entry", "À l’entrée", numeric=True),
    Column("end", "En fin", numeric=True),
    Column("gain", "Écart", numeric=True),
)


@bp.get(OWN)
@requires(Permission.QUALITY_POSITIONING_READ, enrolment_of)
def positioning(enrolment: Enrolment) -> str:
    """How a learner rated herself, at entry and at the end, side by side."""
    principal = current_principal()
    return render_template(
        "quality/positioning.html",
        layout=layout_for(principal),
        enrolment=enrolment,
        own=enrolment.person_id == principal.person_id,
        shown=queries.positioning_of(enrolment),
        level_words=level_words,
        COMPARED=COMPARED,
    )


def _form_page(there: ToRate, shown: queries.OwnPositioning, form: PositioningForm) -> str:
    return render_template(
        "quality/positioning_form.html",
        layout=layout_for(current_principal()),
        enrolment=there.enrolment,
        moment=there.moment,
        shown=shown,
        form=form,
        LEVELS=LEVELS,
    )


def _read(there: ToRate) -> queries.OwnPositioning:
    shown = queries.positioning_of(there.enrolment)
    if there.moment in shown.given:
        raise Conflict(f"Votre positionnement {there.moment.label} est déjà donné : il ne se change plus.")
    return shown


@bp.get(f"{OWN}/<moment>")
@requires(Permission.QUALITY_POSITIONING_GIVE, to_rate_of)
def positioning_form(there: ToRate) -> str:
    """The objectives, with four choices each."""
    shown = _read(there)
    form = PositioningForm()
    form.read({}, [])
    return _form_page(there, shown, form)


@bp.post(f"{OWN}/<moment>")
@commits
@requires(Permission.QUALITY_POSITIONING_GIVE, to_rate_of)
def give_positioning(there: ToRate) -> type_answer:
    """Give one’s self-rating."""
    shown = _read(there)
    form = PositioningForm()
    form.read(request.form, shown.objectives)

    def act() -> None:
        services.give(there.enrolment, form.to_command(there.moment), shown.objectives, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est noté. Vous comparerez avec votre positionnement de fin de formation.", "success")
        return redirect(url_for(".positioning", enrolment_id=there.enrolment.id), 303)
    return _form_page(there, shown, form), 422


@bp.get(f"{COHORT}/positionnement")
@requires(Permission.QUALITY_POSITIONING_FIGURES, cohort_of)
def cohort_positioning(cohort: Cohort) -> str | Response:
    """The averages of a cohort, without names, and who has answered; ``?format=xlsx`` keeps the averages."""
    shown = queries.positioning_of_cohort(cohort)
    if request.args.get("format") == "xlsx":
        access.note_export(current_principal(), "cohort.positioning_xlsx")
        columns = [xlsx.Column(label) for label in tables.POSITIONING]
        name = file_name(cohort.code, "positionnement")
        return spreadsheet(columns, tables.positioning_rows(shown), title="Positionnement", name=name)
    return render_template(
        "quality/cohort_positioning.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        shown=shown,
        who=queries.who_gave(cohort),
        AVERAGED=AVERAGED,
        LEVELS=LEVELS,
    )
