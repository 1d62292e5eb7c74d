"""Placing: a plan proposed then accepted, a defence set by hand, convocations, results published at once (R61–R66)."""

import uuid

from flask import flash, redirect, render_template, url_for
from wtforms import HiddenField

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.common.errors import NotFound
from training.common.formatting import enumeration, moment, plural
from training.common.forms import ActForm, Form, attempt
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import answer
from training.defences.forms.days import PlacementForm
from training.defences.models import DefenceSlot
from training.defences.queries import days as queries
from training.defences.queries.days import Board
from training.defences.queries.defences import find_slot
from training.defences.routes.blueprint import bp, type_answer
from training.defences.routes.days import BOARD, cohort_of, to_board
from training.defences.rules import placing as rules
from training.defences.rules.placing import Core, Plan
from training.defences.services import placing as services
from training.defences.services import publishing

EDIT = "/soutenances/<uuid:defence_id>/modifier"


class PlanForm(Form):
    """The plan that was read."""

    token = HiddenField()


def _told(board: Board, core: Core) -> str:
    """Say why these learners cannot be placed: the reasons, and only those needed."""
    people = {each.id: each.enrolment.person.name for each in board.memoires}
    jurors = {juror.id: juror for juror in board.jurors}
    ties = {each.id: each.enrolment_id for each in board.memoires}
    who = enumeration(people[learner] for learner in core.learners if learner in people)
    why = [
        f"{jurors[juror].person.name} {board.ties.why(juror, ties[learner])} ({people[learner]})"
        for learner, juror in core.barred
    ]
    why += [f"{jurors[juror].person.name} {board.away(jurors[juror])}" for juror in core.away]
    labels = {juror.part.value: juror.part.label for juror in board.jurors}
    lacking = [body for body in core.bodies if body not in labels]
    why += ["aucun membre n’est inscrit pour un des organismes du jury"] if lacking else []
    if core.bodies and not why:
        why.append(f"trop peu de membres au titre de : {enumeration(labels[body] for body in core.bodies)}")
    if not why:
        why.append("il n’y a pas assez de créneaux libres")
    return f"{who}\u00a0: {enumeration(why)}."


def _plan_page(cohort: Cohort, form: PlanForm) -> str:
    board = queries.board_of(cohort)
    problem = queries.problem_of(board)
    plan: Plan = rules.place(problem)
    form.token.data = services.token_of(plan)
    return render_template(
        "defences/plan.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        board=board,
        plan=plan,
        form=form,
        slots={slot.id: slot for slot in board.slots},
        memoires={each.id: each for each in board.memoires},
        jurors={juror.id: juror for juror in board.jurors},
        chairs=rules.presidents(problem, plan.placed),
        reasons=[_told(board, core) for core in plan.cores],
    )


@bp.get(f"{BOARD}/placement")
@requires(Permission.DEFENCES_DAY_MANAGE, cohort_of)
def plan_page(cohort: Cohort) -> str:
    """A plan for those who await a slot, to read before anything is written."""
    return _plan_page(cohort, PlanForm(formdata=None))


@bp.post(f"{BOARD}/placement")
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, cohort_of)
def accept_plan(cohort: Cohort) -> type_answer:
    """Write the plan that was read."""
    form = PlanForm()
    return answer(
        form,
        lambda: services.accept(cohort, form.token.data or "", by=current_principal()),
        again=lambda: _plan_page(cohort, form),
        to=to_board(cohort),
        done="Les soutenances sont placées. Relisez-les, puis envoyez les convocations.",
    )


@bp.get(f"{BOARD}/convocations")
@requires(Permission.DEFENCES_DAY_MANAGE, cohort_of)
def confirm_convoking(cohort: Cohort) -> type_answer:
    """Whom the convocations are for, and what they say."""
    slots = queries.board_of(cohort).to_convoke
    if not slots:
        return redirect(to_board(cohort), 303)
    people = {seat.juror.person_id: seat.juror.person for slot in slots for seat in slot.sitting}
    return render_template(
        "defences/convoke.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        slots=slots,
        jurors=[person.name for person in sorted(people.values(), key=lambda person: person.sort_key)],
        form=ActForm(),
    )


@bp.post(f"{BOARD}/convocations")
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, cohort_of)
def convoke(cohort: Cohort) -> type_answer:
    """Tell learners and jurors what they do not know yet."""
    if ActForm().validate_on_submit():
        told = services.convoke(queries.board_of(cohort).to_convoke, by=current_principal())
        flash(
            "Les convocations partent, avec leur fichier d’agenda." if told else "Tout le monde est à jour.", "success"
        )
    return redirect(to_board(cohort), 303)


@bp.get(f"{BOARD}/publication")
@requires(Permission.DEFENCES_RESULT_PUBLISH, cohort_of)
def confirm_publishing_all(cohort: Cohort) -> type_answer:
    """Which results are published, to whom."""
    slots = queries.board_of(cohort).to_publish
    if not slots:
        return redirect(to_board(cohort), 303)
    return render_template(
        "defences/publish_all.html", layout=layout_for(current_principal()), cohort=cohort, slots=slots, form=ActForm()
    )


@bp.post(f"{BOARD}/publication")
@commits
@requires(Permission.DEFENCES_RESULT_PUBLISH, cohort_of)
def publish_all(cohort: Cohort) -> type_answer:
    """Publish at once every result whose minutes are signed by all."""
    if ActForm().validate_on_submit():
        count = publishing.publish_all(queries.board_of(cohort).to_publish, by=current_principal())
        said = "Les résultats sont publiés : chacun·e reçoit le sien." if count else "Aucun résultat n’est prêt."
        flash(said, "success")
    return redirect(to_board(cohort), 303)


# --- by hand -----------------------------------------------------------------------------------------------------------


def slot_to_plan(principal: Principal, defence_id: uuid.UUID) -> DefenceSlot:
    """Return a slot of a cohort whose days this person plans."""
    slot = find_slot(principal, defence_id)
    if slot.published_at is not None:
        raise NotFound("Le résultat de cette soutenance est publié : elle ne change plus.")
    return slot


def _placement_form(slot: DefenceSlot, board: Board) -> PlacementForm:
    live = next((each for each in board.placed if each.id == slot.id), None)
    data = None
    if live is not None:
        seats = live.sitting
        chair = next((seat for seat in seats if seat.presides), None)
        data = {
            "slot_id": str(slot.id), "memoire_id": str(slot.memoire_id),
            "jurors": [str(seat.juror_id) for seat in seats], "president_id": str(chair.juror_id) if chair else None,
        }  # fmt: skip
    elif slot.memoire_id is None:
        data = {"slot_id": str(slot.id)}
    form = PlacementForm(data=data)
    own = [slot.memoire] if slot.memoire is not None else list(board.to_place)
    places = [slot, *(each for each in board.slots if each.memoire_id is None and each.id != slot.id)]
    days = {day.id: day for day in board.days}
    slots = [(each, f"{moment(each.starts_at)}, {each.room.name}, {days[each.day_id].place}") for each in places]
    loads = board.loads()
    jurors = []
    for juror in board.jurors:
        bar = board.ties.why(juror.id, slot.memoire.enrolment_id) if slot.memoire is not None else None
        told = [juror.part.label, plural(loads.get(juror.id, 0), "soutenance"), *([bar] if bar else [])]
        jurors.append((juror, f"{juror.person.name} ({', '.join(told)})"))
    form.offer(own, slots, jurors)
    return form


def _placement_page(slot: DefenceSlot, board: Board, form: PlacementForm) -> str:
    return render_template(
        "defences/placement.html",
        layout=layout_for(current_principal()),
        slot=slot,
        cohort=slot.cohort,
        board=board,
        form=form,
        dispenses=can(Permission.DEFENCES_RESULT_PUBLISH, slot.cohort),
    )


@bp.get(EDIT)
@requires(Permission.DEFENCES_DAY_MANAGE, slot_to_plan)
def placement_form(slot: DefenceSlot) -> str:
    """Who defends in this slot, before whom."""
    board = queries.board_of(slot.cohort)
    return _placement_page(slot, board, _placement_form(slot, board))


def held_slot(principal: Principal, defence_id: uuid.UUID) -> DefenceSlot:
    """Return the slot, its cohort held for the transaction: plans come one after another."""
    slot = slot_to_plan(principal, defence_id)
    cohort_of(principal, slot.cohort.code)
    return slot


@bp.post(EDIT)
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, held_slot)
def set_placement(slot: DefenceSlot) -> type_answer:
    """Set the defence so."""
    board = queries.board_of(slot.cohort)
    form = _placement_form(slot, board)
    return answer(
        form,
        lambda: services.place_by_hand(slot.cohort, form.to_command(), by=current_principal()),
        again=lambda: _placement_page(slot, board, form),
        to=to_board(slot.cohort),
        done="La soutenance est enregistrée.",
    )


@bp.get("/soutenances/<uuid:defence_id>/retirer")
@requires(Permission.DEFENCES_DAY_MANAGE, slot_to_plan)
def confirm_releasing(slot: DefenceSlot) -> type_answer:
    """What taking the defence off its day does, and whom it writes to."""
    if slot.memoire is None or slot.minutes is not None:
        return redirect(url_for("defences.placement_form", defence_id=slot.id), 303)
    return render_template("defences/release.html", layout=layout_for(current_principal()), slot=slot, form=ActForm())


@bp.post("/soutenances/<uuid:defence_id>/retirer")
@commits
@requires(Permission.DEFENCES_DAY_MANAGE, held_slot)
def release(slot: DefenceSlot) -> type_answer:
    """Take the defence off its day."""
    form = ActForm()
    if form.validate_on_submit():
        if attempt(form, lambda: services.release(slot, by=current_principal())):
            flash("La soutenance est retirée : cette personne attend un autre créneau.", "success")
        else:
            flash(form.form_errors[0], "warning")
    return redirect(url_for("defences.board", code=slot.cohort.code), 303)
