"""``/cooperation/calendrier``: the dated actions of one’s partnerships, in one’s own calendar program."""

from datetime import timedelta
from typing import Final

from flask import Response, render_template, request, url_for

from training.accounts import security
from training.common import access, clock, ical, sealing
from training.common.access import FEED_NOTE_EVERY
from training.common.errors import NotFound
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.throttle import Limit
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.cooperation.queries import feeds as queries
from training.cooperation.routes.blueprint import ROOM, bp
from training.cooperation.services import feeds as services
from training.extensions import settings

CALENDAR: Final = f"{ROOM}/calendrier"
READ: Final = "action_feed.read"
MISSES: Final = Limit("cooperation_feed", 30, timedelta(minutes=15))


@bp.get(f"{CALENDAR}/<secret>.ics")
@requires(Permission.COOPERATION_FEED_READ)
def action_feed(secret: str) -> Response:
    """The calendar file, for programs: found by its secret; a wrong one is counted."""
    feed = queries.feed_by_digest(sealing.digest(secret))
    if feed is None:
        security.count((MISSES, security.client_address()))
        raise NotFound("Ce calendrier n’existe pas, ou a été arrêté. Reprenez son adresse depuis « Coopération ».")
    body = services.body_of(feed, queries.dated_actions_of(feed.person_id))
    response = Response(body, content_type=f"{ical.MEDIA_TYPE}; charset=utf-8")
    response.set_etag(ical.etag(body))
    response.headers["Cache-Control"] = "private, max-age=300"
    read_at = access.last_read_at(feed, READ)
    if read_at is None or clock.now() - read_at >= FEED_NOTE_EVERY:
        access.note(Principal(person_id=feed.person_id), READ, feed)
    response.make_conditional(request)
    return response


def _page(form: ActForm) -> str:
    person_id = current_principal().person_id
    feed = queries.live_feed_of(person_id) if person_id else None
    secret = services.secret_of(feed) if feed else None
    address = f"{settings().public_url}{CALENDAR}/{secret}.ics" if secret else None
    return render_template("cooperation/subscription.html", form=form, feed=feed, address=address)


@bp.get(CALENDAR)
@requires(Permission.COOPERATION_PARTNERSHIP_LIST)
def subscription() -> str:
    """The address of one’s calendar of actions, or the way to have one."""
    return _page(ActForm())


@bp.post(CALENDAR)
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_LIST)
def subscribe() -> Answer:
    """Make the address."""
    form = ActForm()
    return answer(
        form,
        lambda: services.create(by=current_principal()),
        again=lambda: _page(form),
        to=lambda: url_for(".subscription"),
        done="Votre adresse est prête : ajoutez-la à votre agenda.",
    )


@bp.post(f"{CALENDAR}/arreter")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_LIST)
def unsubscribe() -> Answer:
    """End it; doing it again changes nothing."""
    form = ActForm()
    return answer(
        form,
        lambda: services.end_own(by=current_principal()),
        again=lambda: _page(form),
        to=lambda: url_for(".subscription"),
        done="L’adresse ne répond plus.",
    )
