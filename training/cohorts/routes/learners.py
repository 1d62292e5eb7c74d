"""``/promotions/<code>/apprenants``: the learners of a cohort, and each one’s page."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for

from training.cohorts import queries, services
from training.cohorts.enums import LIVE, AssignmentKind, EnrolmentStatus
from training.cohorts.export import COLUMNS as EXPORTED
from training.cohorts.export import cells_of
from training.cohorts.forms import EnrolmentActForm, FollowForm, LeavingForm, NoteForm
from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.procedure import ENROLMENT_PROCEDURE
from training.cohorts.queries import LearnerFilters, LearnerList
from training.cohorts.routes.blueprint import COHORT, ENROLMENT_ACTS, LEARNER, bp, type_answer
from training.cohorts.routes.loaders import (
    EnrolmentStep,
    cohort_of,
    enrolment_of,
    enrolment_step_of,
    followed_of,
)
from training.cohorts.rules import LearnerScope, follows_learner, learner_scope, the_learner
from training.cohorts.transfer_rules import LEAVABLE
from training.common import clock, journal
from training.common.attachments import spreadsheet
from training.common.declarations import registry
from training.common.forms import attempt
from training.common.guard import can, current_principal, requires
from training.common.listing import PER_PAGE, Column, FilterGroup, FilterLink, Page, Sort, page_number
from training.common.policy import Permission
from training.common.transaction import commits

COLUMNS: Final = (
    Column("name", "Nom", sortable=True),
    Column("structure", "Structure", sortable=True),
    Column("variant", "Parcours"),
    Column("seat", "Place", sortable=True, numeric=True),
    Column("entered", "Entrée", sortable=True),
    Column("referent", "Référent·e"),
    Column("status", "État"),
)


def _filters() -> tuple[LearnerFilters, dict[str, Any]]:
    """Return what the address asks, and its own words to keep them in the links."""
    status = request.args.get("etat", "")
    kept = {
        "etat": status if status in set(EnrolmentStatus) else None,
        "variante": request.args.get("variante") or None,
        "referent": "aucun" if request.args.get("referent") == "aucun" else None,
        "tri": request.args.get("tri") or None,
    }
    sort = Sort.read(kept["tri"], COLUMNS, default="name", url=str)
    return (
        LearnerFilters(
            status=EnrolmentStatus(kept["etat"]) if kept["etat"] else None,
            variant=kept["variante"],
            without_referent=kept["referent"] is not None,
            sort=sort.key,
            descending=sort.descending,
        ),
        kept,
    )


def _groups(cohort: Cohort, listed: LearnerList, kept: Mapping[str, Any]) -> list[FilterGroup]:
    def link(label: str, count: int, **changed: str | None) -> FilterLink:
        wanted = {**kept, **changed}
        current = all(kept[key] == value for key, value in changed.items())
        return FilterLink(label, url_for(".learners", code=cohort.code, **wanted), count, current=current)

    everyone = sum(listed.statuses.values())
    states = [link("Tous", everyone, etat=None)]
    states += [
        link(s.label.capitalize(), listed.statuses[s], etat=s.value) for s in EnrolmentStatus if s in listed.statuses
    ]
    groups = [FilterGroup("État", states)]
    if len(listed.variants) > 1:
        variants = [link("Tous", everyone, variante=None)]
        variants += [link(code, listed.variants[code], variante=code) for code in sorted(listed.variants)]
        groups.append(FilterGroup("Parcours", variants))
    if listed.without_referent or kept["referent"]:
        groups.append(
            FilterGroup(
                "Suivi",
                [
                    link("Tous", everyone, referent=None),
                    link("Sans référent·e", listed.without_referent, referent="aucun"),
                ],
            )
        )
    return groups


@bp.get(f"{COHORT}/apprenants")
@requires(Permission.COHORTS_LEARNERS_READ, cohort_of)
def learners(cohort: Cohort) -> str | Response:
    """The learners one may see: in detail, or by their names for a co-learner; a spreadsheet on request."""
    principal = current_principal()
    scope = learner_scope(principal, cohort)
    if scope.names_only:
        return render_template(
            "cohorts/names.html",
            layout=layout_for(principal),
            cohort=cohort,
            names=queries.names_of_learners(cohort),
        )
    filters, kept = _filters()
    if request.args.get("format") == "xlsx":
        return _workbook(cohort, scope, filters)
    number = page_number(request.args.get("page"))
    listed = queries.list_learners(cohort, scope, filters, number=number)

    def page_address(page: int) -> str:
        return url_for(".learners", code=cohort.code, **{**kept, "page": page})

    def sort_address(value: str) -> str:
        return url_for(".learners", code=cohort.code, **{**kept, "tri": value})

    return render_template(
        "cohorts/learners.html",
        layout=layout_for(principal),
        cohort=cohort,
        columns=COLUMNS,
        groups=_groups(cohort, listed, kept),
        sort=Sort(filters.sort, descending=filters.descending, url=sort_address),
        page=Page(items=listed.rows, number=number, total=listed.total, per_page=PER_PAGE, url=page_address),
        export=url_for(".learners", code=cohort.code, **{**kept, "format": "xlsx"}),
        narrowed=not scope.everyone,
    )


def _workbook(cohort: Cohort, scope: LearnerScope, filters: LearnerFilters) -> Response:
    rows = cells_of(queries.export_learners(cohort, scope, filters))
    name = f"{cohort.code}-apprenants-{clock.today().isoformat()}".lower()
    return spreadsheet(EXPORTED, rows, title=f"Apprenants {cohort.code}", name=name)


def _learner_page(enrolment: Enrolment, form: NoteForm) -> str:
    principal = current_principal()
    follows = follows_learner(principal, enrolment)
    available = ENROLMENT_PROCEDURE.available(enrolment, principal)
    return render_template(
        "cohorts/learner.html",
        layout=layout_for(principal),
        enrolment=enrolment,
        cohort=enrolment.cohort,
        shown=queries.enrolment_page(enrolment, principal),
        follows=follows,
        may_assign=can(Permission.COHORTS_TRAINER_ASSIGN, enrolment) and enrolment.status in LIVE,
        sees_standing=follows or the_learner(principal, enrolment),
        may_manage=can(Permission.COHORTS_ENROLMENT_MANAGE, enrolment),
        open_acts=[(slug, act) for slug, act in ENROLMENT_ACTS.items() if act in available],
        transfers=[each for each in queries.transfers_about(enrolment) if can(Permission.COHORTS_TRANSFER_READ, each)],
        may_transfer=enrolment.status in LEAVABLE and can(Permission.COHORTS_TRANSFER_PROPOSE, enrolment),
        history=journal.timeline(enrolment, sentences=registry.sentences) if follows else [],
        form=form,
        today=clock.today(),
    )


@bp.get(LEARNER)
@requires(Permission.COHORTS_ENROLMENT_READ, enrolment_of)
def learner(enrolment: Enrolment) -> str:
    """A learner: where she works, her seat, who follows her, the notes one may read."""
    return _learner_page(enrolment, NoteForm())


@bp.post(f"{LEARNER}/notes")
@commits
@requires(Permission.COHORTS_ENROLMENT_READ, followed_of)
def write_note(enrolment: Enrolment) -> type_answer:
    """Add a follow-up note."""
    form = NoteForm()

    def act() -> None:
        services.add_note(enrolment, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("La note est enregistrée.", "success")
        return redirect(_address(enrolment), 303)
    return _learner_page(enrolment, form), 422


def _address(enrolment: Enrolment) -> str:
    return url_for(".learner", code=enrolment.cohort.code, enrolment_id=enrolment.id)


@bp.get(f"{LEARNER}/etat/<act>")
@requires(Permission.COHORTS_ENROLMENT_MANAGE, enrolment_step_of)
def enrolment_step(found: EnrolmentStep) -> str:
    """What an act on an enrolment will do (R33)."""
    ENROLMENT_PROCEDURE.check(found.enrolment, found.act, by=current_principal(), reason="-")
    return _step_page(found, _step_form(found))


def _step_form(found: EnrolmentStep) -> EnrolmentActForm:
    return LeavingForm() if found.act.frees_seat else EnrolmentActForm()


def _step_page(found: EnrolmentStep, form: EnrolmentActForm) -> str:
    return render_template(
        "cohorts/enrolment_step.html",
        enrolment=found.enrolment,
        cohort=found.enrolment.cohort,
        act=found.act,
        needs_reason=ENROLMENT_PROCEDURE.steps[found.act].reason,
        form=form,
    )


@bp.post(f"{LEARNER}/etat/<act>")
@commits
@requires(Permission.COHORTS_ENROLMENT_MANAGE, enrolment_step_of)
def take_enrolment_step(found: EnrolmentStep) -> type_answer:
    """Suspend, resume, postpone or withdraw a learner (R33)."""
    form = _step_form(found)

    def act() -> None:
        services.change_enrolment(found.enrolment, found.act, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash(
            f"C’est enregistré : {found.enrolment.person.name} est maintenant « {found.enrolment.status.label} ».",
            "success",
        )
        return redirect(_address(found.enrolment), 303)
    return _step_page(found, form), 422


def _follow_page(enrolment: Enrolment, form: FollowForm) -> str:
    return render_template(
        "cohorts/follow.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        form=form,
        has_choice=len(form.person_id.choices or ()) > 1,
    )


def _follow_form(enrolment: Enrolment) -> FollowForm:
    return FollowForm().offer(queries.approved_trainers(enrolment.cohort))


@bp.get(f"{LEARNER}/suivi")
@requires(Permission.COHORTS_TRAINER_ASSIGN, enrolment_of)
def follow(enrolment: Enrolment) -> str:
    """The form that names who follows a learner."""
    return _follow_page(enrolment, _follow_form(enrolment))


@bp.post(f"{LEARNER}/suivi")
@commits
@requires(Permission.COHORTS_TRAINER_ASSIGN, enrolment_of)
def assign_trainer(enrolment: Enrolment) -> type_answer:
    """Name a learner’s referent, co-referent or substitute (R32, R119)."""
    form = _follow_form(enrolment)

    def act() -> None:
        services.entrust(enrolment, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        kind = AssignmentKind(form.kind.data or "")
        flash(f"C’est enregistré : {enrolment.person.name} a sa personne {kind.label}.", "success")
        return redirect(_address(enrolment), 303)
    return _follow_page(enrolment, form), 422
