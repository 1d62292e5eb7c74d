"""``/cooperation/seance``: in by a short code, without an account; then one question at a time, on a phone (R82, R129).

The seat is held by the browser's own signed session: it names nobody. Wrong codes are counted, right ones are not,
since ten phones of one room share one address: thirty typing errors in ten minutes are theirs to make.
"""

import uuid
from datetime import timedelta
from typing import Final

from flask import Response, make_response, redirect, render_template, request, session, url_for

from training.accounts import security
from training.common.errors import NotFound
from training.common.guard import current_principal, requires
from training.common.policy import NOBODY, Permission, Principal
from training.common.throttle import Limit
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.cooperation.forms.assessments import AnswerForm, JoinForm, SeatForm
from training.cooperation.grid import Item
from training.cooperation.models import Assessment, Participant
from training.cooperation.queries import assessments as queries
from training.cooperation.queries.assessments import Seat
from training.cooperation.routes.assessments import assessment_of
from training.cooperation.routes.blueprint import ASSESSMENT, ROOM, SEAT, bp
from training.cooperation.routes.loaders import to_change
from training.cooperation.services import seats
from training.cooperation.services.assessments import plain_code

HELD: Final = "cooperation_seats"
TYPED: Final = "cooperation_code"
MOST_HELD: Final = 5
WRONG_CODES: Final = Limit("cooperation_code", 30, timedelta(minutes=10))
UNCHANGED: Final = 204
UNKNOWN_CODE: Final = (
    "Ce code n’ouvre aucune séance : il a peut-être changé. Recopiez celui qui est affiché dans la salle."
)


# --- coming in -------------------------------------------------------------------------------------------------------


def _join_page(form: JoinForm) -> str:
    return render_template("cooperation/join.html", form=form)


def _found(typed: str) -> Assessment | None:
    """Return the assessment a code opens; a wrong one is counted, and past the limit refused (429)."""
    here = (WRONG_CODES, security.client_address())
    security.stop_if_reached(here)
    assessment = queries.assessment_by_code(plain_code(typed))
    if assessment is None:
        security.count(here)
    return assessment


@bp.get(f"{ROOM}/seance")
@requires(Permission.COOPERATION_ROOM_JOIN)
def join_form() -> Answer:
    """Ask for the code, or, when the address bears one that works, for whom one answers."""
    typed = request.args.get("code", "")
    form = JoinForm(formdata=None, data={"code": typed})
    if not typed:
        return _join_page(form)
    assessment = _found(typed)
    if assessment is None:
        form.add_error("code", UNKNOWN_CODE)
        return _join_page(form), 422
    session[TYPED] = plain_code(typed)
    return _seat_page(assessment, SeatForm.of(assessment.partnership.present_bodies), plain_code(typed))


def _seat_page(assessment: Assessment, form: SeatForm, code: str | None) -> str:
    return render_template("cooperation/take_seat.html", assessment=assessment, form=form, code=code)


@bp.post(f"{ROOM}/seance/<code>")
@commits
@requires(Permission.COOPERATION_ROOM_JOIN)
def take_seat(code: str) -> Answer:
    """Take a seat with the code, saying for whom one answers.

    A code is tried by the page before, where wrong ones are counted: one that this browser has not tried goes there.
    """
    if session.get(TYPED) != plain_code(code):
        return redirect(url_for(".join_form", code=code[:20]), 303)
    assessment = queries.assessment_by_code(plain_code(code), to_change=True)
    if assessment is None:
        form = JoinForm(formdata=None, data={"code": code[:12]})
        form.add_error("code", UNKNOWN_CODE)
        return _join_page(form), 422
    return _sit(assessment, SeatForm.of(assessment.partnership.present_bodies), NOBODY, plain_code(code))


@bp.get(f"{ASSESSMENT}/repondre")
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, assessment_of)
def own_seat_form(assessment: Assessment) -> str:
    """Answer from one's account, at one's own time."""
    own = next(
        (m.body_id for m in assessment.partnership.present_members if m.person_id == current_principal().person_id),
        None,
    )
    return _seat_page(assessment, SeatForm.of(assessment.partnership.present_bodies, own), None)


@bp.post(f"{ASSESSMENT}/repondre")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, assessment_of)
def take_own_seat(assessment: Assessment) -> Answer:
    """Take the seat of one's account."""
    return _sit(assessment, SeatForm.of(assessment.partnership.present_bodies), current_principal(), None)


def _sit(assessment: Assessment, form: SeatForm, by: Principal, code: str | None) -> Answer:
    taken: list[Participant] = []

    def lead_on() -> str:
        held = dict(list(session.get(HELD, {}).items())[-MOST_HELD:])
        session[HELD] = {**held, str(assessment.id): str(taken[0].id)}
        return url_for(".seat", assessment_id=assessment.id)

    return answer(
        form,
        lambda: taken.append(seats.take(assessment, form.to_command(), by=by)),
        again=lambda: _seat_page(assessment, form, code),
        to=lead_on,
        done=None,
    )


# --- answering -------------------------------------------------------------------------------------------------------


def _held_seat(assessment_id: uuid.UUID) -> uuid.UUID:
    held = session.get(HELD, {}).get(str(assessment_id))
    if held is None:
        raise NotFound(
            "Cette séance ne reconnaît pas cet appareil. Saisissez de nouveau le code affiché dans la salle."
        )
    return uuid.UUID(held)


def seat_of(_principal: Principal, assessment_id: uuid.UUID) -> Seat:
    """Return the seat this browser holds."""
    return queries.find_seat(assessment_id, _held_seat(assessment_id), to_change=to_change())


def seat_at_item(_principal: Principal, assessment_id: uuid.UUID, item: str) -> tuple[Seat, Item]:
    """Return the seat this browser holds, and an item."""
    seat = queries.find_seat(assessment_id, _held_seat(assessment_id), to_change=to_change())
    try:
        return seat, seat.assessment.grid.definition.item(item)
    except KeyError as fault:
        raise NotFound from fault


@bp.get(SEAT)
@requires(Permission.COOPERATION_ROOM_ANSWER, seat_of)
def seat(found: Seat) -> str:
    """All the questions: answered, to answer, shown."""
    return render_template("cooperation/seat.html", seat=found, assessment=found.assessment)


def seat_version(_principal: Principal, assessment_id: uuid.UUID) -> tuple[uuid.UUID, int]:
    """Return the version of the room this browser sits in. One SELECT."""
    return assessment_id, queries.live_version(assessment_id, _held_seat(assessment_id))


@bp.get(f"{SEAT}/etat")
@requires(Permission.COOPERATION_ROOM_ANSWER, seat_version)
def seat_state(found: tuple[uuid.UUID, int]) -> Response:
    """What has changed since a version: nothing (204), or the part that lives."""
    assessment_id, version = found
    if request.args.get("version") == str(version):
        return Response(status=UNCHANGED)
    current = queries.find_seat(assessment_id, _held_seat(assessment_id))
    return make_response(render_template("cooperation/_seat_live.html", seat=current, assessment=current.assessment))


def _item_page(found: Seat, item: Item, form: AnswerForm) -> str:
    queries.load_answers(found.assessment)
    items = found.assessment.grid.definition.items
    return render_template(
        "cooperation/seat_item.html",
        seat=found,
        assessment=found.assessment,
        item=item,
        rank=items.index(item) + 1,
        count=len(items),
        before=items[items.index(item) - 1] if items.index(item) else None,
        after=items[items.index(item) + 1] if items.index(item) + 1 < len(items) else None,
        spread=queries.spread_of(found.assessment, item.code),
        form=form,
    )


@bp.get(f"{SEAT}/<item>")
@requires(Permission.COOPERATION_ROOM_ANSWER, seat_at_item)
def seat_item(found: tuple[Seat, Item]) -> str:
    """One question, on a phone; its answers once they are shown."""
    current, item = found
    form = AnswerForm.of(current.assessment.grid.definition, current.choice(item.code))
    return _item_page(current, item, form)


@bp.post(f"{SEAT}/<item>")
@commits
@requires(Permission.COOPERATION_ROOM_ANSWER, seat_at_item)
def answer_item(found: tuple[Seat, Item]) -> Answer:
    """Answer it, and go on to the next."""
    current, item = found
    form = AnswerForm.of(current.assessment.grid.definition, current.choice(item.code))

    def following() -> str:
        code = current.next_item
        if code is None:
            return url_for(".seat", assessment_id=current.assessment.id)
        return url_for(".seat_item", assessment_id=current.assessment.id, item=code)

    return answer(
        form,
        lambda: seats.answer(current.participant, current.assessment, item.code, form.choice.data or ""),
        again=lambda: _item_page(current, item, form),
        to=following,
        done=None,
    )
