"""``/promotions/<code>/soutenances``: the days of a cohort, its jurors, who awaits a slot (R61–R64)."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.cohorts.queries import find_cohort
from training.common import clock
from training.common.errors import NotFound
from training.common.formatting import plural
from training.common.forms import ActForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import answer
from training.defences.forms.days import ConflictForm, DayForm, JurorForm, NewDayForm
from training.defences.models import DefenceDay, Juror
from training.defences.queries import days as queries
from training.defences.routes.blueprint import bp, type_answer
from training.defences.rules import juries
from training.defences.services import days as services
from training.defences.services import moving
from training.defences.services.moving import Preview

BOARD = "/promotions/<code>/soutenances"
DAY = f"{BOARD}/journees/<uuid:defence_day_id>"
JUROR = f"{BOARD}/jury/<uuid:juror_id>"


def cohort_of(principal: Principal, code: str) -> Cohort:
    """Return a cohort this person may see; a POST holds it for its transaction."""
    return find_cohort(principal, code, to_change=request.method == "POST")


@dataclass(frozen=True, slots=True)
class OfDay:
    """A day and its cohort."""

    cohort: Cohort
    day: DefenceDay


@dataclass(frozen=True, slots=True)
class OfJuror:
    """A juror and her cohort."""

    cohort: Cohort
    juror: Juror


def day_of(principal: Principal, code: str, defence_day_id: uuid.UUID) -> OfDay:
    """Return a day of a cohort this person may see."""
    cohort = cohort_of(principal, code)
    return OfDay(cohort, queries.find_day(cohort, defence_day_id))


def juror_of(principal: Principal, code: str, juror_id: uuid.UUID) -> OfJuror:
    """Return a juror of a cohort this person may see."""
    cohort = cohort_of(principal, code)
    return OfJuror(cohort, queries.find_juror(cohort, juror_id))


def to_board(cohort: Cohort) -> str:
    """Return the address of a cohort’s defences."""
    return url_for("defences.board", code=cohort.code)


@bp.get(BOARD)
@requires(Permission.DEFENCES_DAY_READ, cohort_of)
def board(cohort: Cohort) -> str:
    """The days of a cohort: what remains to do, who defends when, who may judge."""
    found = queries.board_of(cohort)
    rules = cohort.edition.rules
    return render_template(
        "defences/board.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        board=found,
        warnings=found.warnings(),
        loads=found.loads(),
        stage_of=juries.stage_of,
        minutes=juries.minutes_of(rules),
        plans=can(Permission.DEFENCES_DAY_MANAGE, cohort),
        publishes=can(Permission.DEFENCES_RESULT_PUBLISH, cohort),
        form=ActForm(),
        today=clock.today(),
    )


# --- days --------------------------------------------------------------------------------------------------------------


def _day_page(
    cohort: Cohort, form: DayForm | NewDayForm, day: DefenceDay | None = None, read: Preview | None = None
) -> str:
    return render_template(
        "defences/day.html", layout=layout_for(current_principal()), cohort=cohort, form=form, day=day, read=read,
        minutes=juries.minutes_of(cohort.edition.rules), act_form=ActForm(),
    )  # fmt: skip


@bp.get(f"{BOARD}/journees/nouvelle")
@requires(Permission.DEFENCES_DAY_MANAGE, cohort_of)
def day_form(cohort: Cohort) -> str:
    """The form of a new day."""
    return _day_page(cohort, NewDayForm())


@bp.post(f"{BOARD}/journees/nouvelle")
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, cohort_of)
def add_day(cohort: Cohort) -> type_answer:
    """Open a day, with its slots."""
    form = NewDayForm()
    return answer(
        form,
        lambda: services.add_day(cohort, form.to_command(), by=current_principal()),
        again=lambda: _day_page(cohort, form),
        to=to_board(cohort),
        done="La journée est ouverte. Demandez maintenant leurs disponibilités aux membres des jurys.",
    )


@bp.get(DAY)
@requires(Permission.DEFENCES_DAY_MANAGE, day_of)
def change_day_form(thing: OfDay) -> str:
    """The form of a day."""
    day = thing.day
    return _day_page(
        thing.cohort,
        DayForm(
            held_on=day.held_on,
            place=day.place,
            access=day.access,
            opens_on=day.opens_on,
            first_at=min((clock.in_paris(slot.starts_at).time() for slot in day.slots), default=None),
            rooms="\n".join(room.name for room in day.rooms),
        ),
        day,
    )


@bp.post(DAY)
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, day_of)
def change_day(thing: OfDay) -> type_answer:
    """Change where and when a day is held: what changes a defence is read first, then done and told."""
    form, day = DayForm(), thing.day
    read: list[Preview] = []
    told: list[int] = []

    def act() -> None:
        read.append(moving.preview(day, form.to_command()))
        if not read[0].asks_reading or form.token.data:
            told.append(moving.change_day(day, form.to_command(), by=current_principal()))

    if form.validate_on_submit() and attempt(form, act):
        if not told:
            form.token.data = read[0].token
            return _day_page(thing.cohort, form, day, read[0])
        told_words = (
            f"\u00a0: {plural(told[0], 'personne est prévenue', 'personnes sont prévenues')}" if told[0] else ""
        )
        flash(f"La journée est enregistrée{told_words}.", "success")
        return redirect(to_board(thing.cohort), 303)
    if read:
        form.token.data = read[0].token
    return _day_page(thing.cohort, form, day, read[0] if read else None), 422


@bp.post(f"{DAY}/retirer")
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, day_of)
def remove_day(thing: OfDay) -> type_answer:
    """Take away a day on which nobody defends."""
    form = ActForm()
    if form.validate_on_submit():
        if attempt(form, lambda: services.remove_day(thing.day, by=current_principal())):
            flash("La journée est retirée.", "success")
        else:
            flash(form.form_errors[0], "warning")
            return redirect(to_board(thing.cohort), 303)
    return redirect(to_board(thing.cohort), 303)


# --- jurors ------------------------------------------------------------------------------------------------------------


def _juror_form(cohort: Cohort, data: Any = None) -> JurorForm:
    form = JurorForm(data=data)
    form.offer(juries.bodies_of(cohort.edition.rules), [each.enrolment for each in queries.memoires_of(cohort.id)])
    return form


def _juror_page(cohort: Cohort, form: JurorForm) -> str:
    return render_template("defences/juror.html", layout=layout_for(current_principal()), cohort=cohort, form=form)


@bp.get(f"{BOARD}/jury/nouveau")
@requires(Permission.DEFENCES_DAY_MANAGE, cohort_of)
def juror_form(cohort: Cohort) -> str:
    """The form of a new juror."""
    return _juror_page(cohort, _juror_form(cohort))


@bp.post(f"{BOARD}/jury/nouveau")
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, cohort_of)
def add_juror(cohort: Cohort) -> type_answer:
    """Let someone judge, and ask her when she can come."""
    form = _juror_form(cohort)

    def act() -> None:
        juror = services.add_juror(cohort, form.to_command(), by=current_principal())
        services.ask_availability(juror, queries.days_of(cohort.id), by=current_principal())

    return answer(
        form, act, again=lambda: _juror_page(cohort, form), to=to_board(cohort),
        done="Cette personne est ajoutée : un message lui demande ses disponibilités.",
    )  # fmt: skip


@bp.post(f"{BOARD}/disponibilites")
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, cohort_of)
def ask_availability(cohort: Cohort) -> type_answer:
    """Ask those who have not answered when they can come."""
    if ActForm().validate_on_submit():
        found = queries.board_of(cohort)
        for juror in found.unanswered:
            services.ask_availability(juror, list(found.days), by=current_principal())
        flash("Les membres qui n’ont pas répondu reçoivent un message.", "success")
    return redirect(to_board(cohort), 303)


@bp.get(f"{JUROR}/retirer")
@requires(Permission.DEFENCES_DAY_MANAGE, juror_of)
def confirm_removing(thing: OfJuror) -> str:
    """What ending someone’s place in the juries does."""
    return render_template(
        "defences/remove_juror.html", layout=layout_for(current_principal()), cohort=thing.cohort, juror=thing.juror,
        form=ActForm(),
    )  # fmt: skip


@bp.post(f"{JUROR}/retirer")
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, juror_of)
def remove_juror(thing: OfJuror) -> type_answer:
    """End someone’s place in the juries."""
    form = ActForm()
    if form.validate_on_submit():
        if attempt(form, lambda: services.remove_juror(thing.juror, by=current_principal())):
            flash(f"{thing.juror.person.name} n’est plus membre des jurys.", "success")
        else:
            flash(form.form_errors[0], "warning")
    return redirect(to_board(thing.cohort), 303)


def _conflict_form(thing: OfJuror) -> ConflictForm:
    form = ConflictForm()
    known = {conflict.enrolment_id for conflict in thing.juror.conflicts}
    form.enrolment_id.offer(
        (str(each.enrolment_id), each.enrolment.person.name)
        for each in queries.memoires_of(thing.cohort.id)
        if each.enrolment_id not in known
    )
    return form


def _conflict_page(thing: OfJuror, form: ConflictForm) -> str:
    return render_template(
        "defences/conflict.html", layout=layout_for(current_principal()), cohort=thing.cohort, juror=thing.juror,
        form=form,
    )  # fmt: skip


@bp.get(f"{JUROR}/lien-declare")
@requires(Permission.DEFENCES_DAY_MANAGE, juror_of)
def conflict_form(thing: OfJuror) -> str:
    """Whom a juror cannot judge."""
    return _conflict_page(thing, _conflict_form(thing))


@bp.post(f"{JUROR}/lien-declare")
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, juror_of)
def declare_conflict(thing: OfJuror) -> type_answer:
    """Note whom a juror cannot judge."""
    form = _conflict_form(thing)

    def act() -> None:
        chosen = uuid.UUID(str(form.enrolment_id.data))
        memoires = queries.memoires_of(thing.cohort.id)
        enrolment = next((each.enrolment for each in memoires if each.enrolment_id == chosen), None)
        if enrolment is None:
            raise NotFound
        services.declare_conflict(thing.juror, enrolment, form.words.data or "", by=current_principal())

    return answer(form, act, again=lambda: _conflict_page(thing, form), to=to_board(thing.cohort), done="C’est noté.")
