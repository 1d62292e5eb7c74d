"""The room: what the facilitator projects, item by item, and what she does from there (R82)."""

import uuid
from typing import Final

from flask import Response, make_response, render_template, request, url_for

from training.common import qr
from training.common.errors import NotFound
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.cooperation.forms.assessments import SettleForm
from training.cooperation.grid import Item
from training.cooperation.models import Assessment, Participant
from training.cooperation.queries import assessments as queries
from training.cooperation.queries.assessments import LiveRoom
from training.cooperation.routes.assessments import AtItem, assessment_of, item_of, next_open
from training.cooperation.routes.blueprint import ASSESSMENT, bp
from training.cooperation.routes.loaders import among
from training.cooperation.services import assessments as services
from training.cooperation.services import seats
from training.extensions import settings

HALL: Final = f"{ASSESSMENT}/salle"
UNCHANGED: Final = 204


def _current(assessment: Assessment) -> Item:
    """Return the item the address names, or the first one still open, or the first one."""
    definition = assessment.grid.definition
    wanted = request.args.get("question") or next(
        (item.code for item in definition.items if assessment.consensus.get(item.code) is None),
        definition.items[0].code,
    )
    try:
        return definition.item(wanted)
    except KeyError as fault:
        raise NotFound from fault


def _page(assessment: Assessment, item: Item) -> str:
    queries.load_answers(assessment)
    code = assessment.join_code if assessment.code_is_live else None
    address = f"{settings().public_url}/cooperation/seance"
    return render_template(
        "cooperation/room.html",
        assessment=assessment,
        partnership=assessment.partnership,
        item=item,
        items=assessment.grid.definition.items,
        spread=queries.spread_of(assessment, item.code),
        form=SettleForm.of(assessment, item.code),
        act=ActForm(),
        code=code,
        address=address,
        qr_code=qr.inline_svg(f"{address}?code={code}", title="Rejoindre la séance sur son téléphone")
        if code
        else None,
        next_open=next_open(assessment, item.code),
    )


@bp.get(HALL)
@requires(Permission.COOPERATION_ASSESSMENT_RUN, assessment_of)
def room(assessment: Assessment) -> str:
    """The screen of the room: the code, the question, who has answered, then the answers."""
    return _page(assessment, _current(assessment))


def live_room_of(principal: Principal, assessment_id: uuid.UUID) -> LiveRoom:
    """Return the version of a room, for who facilitates it. One SELECT."""
    return queries.live_room(principal, assessment_id)


@bp.get(f"{HALL}/etat")
@requires(Permission.COOPERATION_ASSESSMENT_RUN, live_room_of)
def room_state(found: LiveRoom) -> Response:
    """What has changed on the screen since a version: nothing (204), or the part that lives."""
    if request.args.get("version") == str(found.version):
        return Response(status=UNCHANGED)
    assessment = queries.find_assessment(current_principal(), found.assessment_id)
    queries.load_answers(assessment)
    item = _current(assessment)
    return make_response(
        render_template(
            "cooperation/_room_live.html",
            assessment=assessment,
            item=item,
            spread=queries.spread_of(assessment, item.code),
            act=ActForm(),
        )
    )


def _back(assessment: Assessment, item: str | None = None) -> str:
    return url_for(".room", assessment_id=assessment.id, question=item)


@bp.post(f"{HALL}/montrer/<item>")
@commits
@requires(Permission.COOPERATION_ASSESSMENT_RUN, item_of)
def reveal(found: AtItem) -> Answer:
    """Show the answers to an item."""
    form = ActForm()
    return answer(
        form,
        lambda: services.reveal(found.assessment, found.item.code, by=current_principal()),
        again=lambda: _page(found.assessment, found.item),
        to=lambda: _back(found.assessment, found.item.code),
        done=None,
    )


@bp.post(f"{HALL}/code")
@commits
@requires(Permission.COOPERATION_ASSESSMENT_RUN, assessment_of)
def renew_code(assessment: Assessment) -> Answer:
    """Give another short code."""
    form = ActForm()
    return answer(
        form,
        lambda: services.renew_code(assessment, by=current_principal()),
        again=lambda: _page(assessment, _current(assessment)),
        to=lambda: _back(assessment, request.args.get("question")),
        done="Voici un nouveau code, valable vingt minutes. Les téléphones déjà entrés le restent.",
    )


@bp.post(f"{HALL}/complet")
@commits
@requires(Permission.COOPERATION_ASSESSMENT_RUN, assessment_of)
def complete_room(assessment: Assessment) -> Answer:
    """Wait for no other phone."""
    form = ActForm()
    return answer(
        form,
        lambda: seats.complete(assessment, by=current_principal()),
        again=lambda: _page(assessment, _current(assessment)),
        to=lambda: _back(assessment, request.args.get("question")),
        done="La salle est au complet : une question se montre dès que tous y ont répondu.",
    )


def participant_of(principal: Principal, assessment_id: uuid.UUID, participant_id: uuid.UUID) -> Participant:
    """Return a seat of a room this person sees."""
    assessment = assessment_of(principal, assessment_id)
    queries.load_answers(assessment)
    return among((each for each in assessment.participants if each.left_at is None), participant_id)


@bp.post(f"{HALL}/telephones/<uuid:participant_id>/retirer")
@commits
@requires(Permission.COOPERATION_ASSESSMENT_RUN, participant_of)
def empty_seat(participant: Participant) -> Answer:
    """Note that a phone has gone."""
    form = ActForm()
    assessment = participant.assessment
    return answer(
        form,
        lambda: seats.empty(participant, assessment, by=current_principal()),
        again=lambda: _page(assessment, _current(assessment)),
        to=lambda: _back(assessment, request.args.get("question")),
        done="La salle n’attend plus ce téléphone.",
    )
