"""Hours of e-learning and team work: logged on a phone, settled by learner and module (R47–R50, R119)."""

import uuid

from flask import flash, redirect, render_template, url_for

from training.accounts.rules import managed_bodies
from training.cohorts.layout import layout_for
from training.cohorts.models import Enrolment
from training.common.forms import ActForm, Form, attempt
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission, policy
from training.common.transaction import commits
from training.portfolio import queries, rules
from training.portfolio.enums import Audience, EntryAct, EntryStatus
from training.portfolio.forms import ELearningForm, ReopenForm, SettleForm, TeamWorkForm
from training.portfolio.models import HoursEntry
from training.portfolio.queries import HoursPage
from training.portfolio.routes.blueprint import PATH, bp, type_answer
from training.portfolio.routes.loaders import enrolment_of, entry_of
from training.portfolio.services import hours as services

ENTRY = f"{PATH}/heures/<uuid:entry_id>"


def _taken(shown: HoursPage) -> set[uuid.UUID]:
    return {e.resource_id for e in shown.entries if e.resource_id and e.status is not EntryStatus.REFUSED}


def _screen(
    enrolment: Enrolment,
    *,
    team: TeamWorkForm | None = None,
    e_learning: ELearningForm | None = None,
    settle_form: SettleForm | None = None,
) -> str:
    principal = current_principal()
    shown = queries.hours_page(enrolment)
    settles = [
        group
        for group in shown.waiting
        if all(policy.allows(principal, Permission.PORTFOLIO_HOURS_SETTLE, entry) for entry in group.entries)
    ]
    return render_template(
        "portfolio/hours.html",
        layout=layout_for(principal),
        enrolment=enrolment,
        shown=shown,
        audience=rules.audience_of(principal, enrolment),
        team_form=team or TeamWorkForm().offer(shown.course),
        e_learning_form=e_learning or ELearningForm().offer(shown.course, shown.resources, _taken(shown)),
        settle_form=settle_form or SettleForm(),
        settles=settles,
        act_form=ActForm(),
        may_log=can(Permission.PORTFOLIO_HOURS_LOG, enrolment),
        may_settle=can(Permission.PORTFOLIO_HOURS_SETTLE, enrolment),
        asks_forum=bool(enrolment.cohort.edition.rules and enrolment.cohort.edition.rules.forum_required),
        is_learner=rules.audience_of(principal, enrolment) is Audience.LEARNER,
    )


def _to_hours(enrolment: Enrolment) -> type_answer:
    return redirect(url_for(".hours", enrolment_id=enrolment.id), 303)


@bp.get(f"{PATH}/heures")
@requires(Permission.PORTFOLIO_PATH_READ, enrolment_of)
def hours(enrolment: Enrolment) -> str:
    """The hours of a learner: what she logged, what counts; to whoever may, what waits to be settled."""
    return _screen(enrolment)


def _log(form: TeamWorkForm | ELearningForm, enrolment: Enrolment) -> bool:
    def act() -> None:
        services.log(enrolment, form.to_command(), by=current_principal())

    return bool(form.validate_on_submit()) and attempt(form, act)


@bp.post(f"{PATH}/heures/equipe")
@commits
@requires(Permission.PORTFOLIO_HOURS_LOG, enrolment_of)
def log_team_work(enrolment: Enrolment) -> type_answer:
    """Log some team work."""
    form = TeamWorkForm().offer(queries.course_of(enrolment))
    if _log(form, enrolment):
        flash("C’est noté. La personne qui vous suit validera ces heures.", "success")
        return _to_hours(enrolment)
    return _screen(enrolment, team=form), 422


@bp.post(f"{PATH}/heures/e-learning")
@commits
@requires(Permission.PORTFOLIO_HOURS_LOG, enrolment_of)
def log_e_learning(enrolment: Enrolment) -> type_answer:
    """Log a resource followed, or some time on the platform."""
    shown = queries.hours_page(enrolment)
    form = ELearningForm().offer(shown.course, shown.resources, _taken(shown))
    if _log(form, enrolment):
        flash("C’est noté. Ces heures compteront une fois confirmées.", "success")
        return _to_hours(enrolment)
    return _screen(enrolment, e_learning=form), 422


@bp.post(f"{ENTRY}/retirer")
@commits
@requires(Permission.PORTFOLIO_HOURS_LOG, entry_of)
def withdraw(entry: HoursEntry) -> type_answer:
    """Take back hours nobody has settled."""
    enrolment = entry.enrolment
    if ActForm().validate_on_submit():
        services.withdraw(entry, by=current_principal())
        flash("Ces heures sont retirées.", "success")
    return _to_hours(enrolment)


@bp.post(f"{PATH}/heures/regler")
@commits
@requires(Permission.PORTFOLIO_HOURS_SETTLE, enrolment_of)
def settle(enrolment: Enrolment) -> type_answer:
    """Confirm or refuse the hours chosen, together (R119)."""
    shown = queries.hours_page(enrolment)
    form = SettleForm().offer(entry.id for group in shown.waiting for entry in group.entries)
    act = EntryAct.REFUSE if form.act.data == EntryAct.REFUSE.value else EntryAct.CONFIRM

    def settle_chosen() -> None:
        command = form.to_command()
        entries = queries.lock_entries(enrolment, command.entry_ids)
        services.settle(entries, act, reason=command.reason, by=current_principal())

    if form.validate_on_submit() and attempt(form, settle_chosen):
        done = "validées" if act is EntryAct.CONFIRM else "marquées comme non retenues"
        flash(f"Ces heures sont {done}.", "success")
        return _to_hours(enrolment)
    return _screen(enrolment, settle_form=form), 422


def _reopen_page(entry: HoursEntry, form: Form) -> str:
    return render_template(
        "portfolio/reopen.html",
        layout=layout_for(current_principal()),
        entry=entry,
        enrolment=entry.enrolment,
        form=form,
    )


@bp.get(f"{ENTRY}/revenir")
@requires(Permission.PORTFOLIO_HOURS_SETTLE, entry_of)
def reopen_form(entry: HoursEntry) -> str:
    """What taking a decision on hours again will do."""
    return _reopen_page(entry, ReopenForm())


@bp.post(f"{ENTRY}/revenir")
@commits
@requires(Permission.PORTFOLIO_HOURS_SETTLE, entry_of)
def reopen(entry: HoursEntry) -> type_answer:
    """Take a decision on hours again."""
    form = ReopenForm()

    def act() -> None:
        services.settle([entry], EntryAct.REOPEN, reason=form.reason.data or "", by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("Ces heures attendent de nouveau votre décision.", "success")
        return _to_hours(entry.enrolment)
    return _reopen_page(entry, form), 422


@bp.post(f"{PATH}/forum")
@commits
@requires(Permission.PORTFOLIO_HOURS_SETTLE, enrolment_of)
def note_forum(enrolment: Enrolment) -> type_answer:
    """Note that the learner took part in the forum (R49)."""
    if ActForm().validate_on_submit():
        services.note_forum(enrolment, by=current_principal())
        flash("La participation au forum est notée.", "success")
    return _to_hours(enrolment)


@bp.get("/heures-a-valider")
@requires(Permission.PORTFOLIO_QUEUE_READ)
def waiting_hours() -> str:
    """The learners whose hours wait for this person."""
    principal = current_principal()
    return render_template(
        "portfolio/waiting_hours.html",
        layout=layout_for(principal),
        rows=queries.hours_to_settle(principal),
        bodies=sorted(managed_bodies(principal), key=str) if can(Permission.PORTFOLIO_HOURS_IMPORT) else (),
        names={c.organisation_id: c.label for c in principal.capacities},
    )
