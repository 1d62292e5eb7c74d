"""``/calendrier``: one’s own half-days and meetings, as a list or month by month."""

import uuid
from typing import Final

from flask import render_template, request, url_for

from training.cohorts.layout import layout_for
from training.cohorts.meetings import MeetingSlot
from training.common import clock
from training.common.guard import current_principal, requires
from training.common.listing import PER_PAGE, Page, page_number
from training.common.policy import Permission
from training.seminars import queries
from training.seminars.models import HalfDay
from training.seminars.month import month_of, read_month, span_of
from training.seminars.queries.agenda import appointments_of
from training.seminars.routes.blueprint import bp
from training.seminars.rules.agenda import days_of, entries_of

DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@bp.get("/calendrier")
@requires(Permission.SEMINARS_CALENDAR_READ)
def calendar() -> str:
    """One’s own calendar: the list of what comes, or a month."""
    person_id = current_principal().person_id or uuid.UUID(int=0)
    return _month(person_id) if "mois" in request.args else _list(person_id)


def _list(person_id: uuid.UUID) -> str:
    past = request.args.get("quand") == "passe"
    now = clock.now()
    scope = queries.scope_of(person_id)
    found = entries_of(
        queries.half_days_of(scope, HalfDay.ends_at <= now if past else HalfDay.ends_at > now),
        appointments_of(person_id, MeetingSlot.ends_at <= now if past else MeetingSlot.ends_at > now),
    )
    if past:
        found.reverse()
    number = page_number(request.args.get("page"))
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]

    def address(page: int) -> str:
        return url_for(".calendar", quand="passe" if past else None, page=page)

    return render_template(
        "seminars/calendar_list.html",
        layout=layout_for(current_principal()),
        page=Page(items=shown, number=number, total=len(found), per_page=PER_PAGE, url=address),
        days=days_of(shown, backwards=past),
        past=past,
        unread=scope.unread,
        this_month=f"{clock.today():%Y-%m}",
    )


def _month(person_id: uuid.UUID) -> str:
    today = clock.today()
    first = read_month(request.args.get("mois"), today)
    start, end = span_of(first)
    scope = queries.scope_of(person_id)
    begins, ends = clock.at_paris(start), clock.at_paris(end)
    found = entries_of(
        queries.half_days_of(scope, HalfDay.starts_at >= begins, HalfDay.starts_at < ends),
        appointments_of(person_id, MeetingSlot.starts_at >= begins, MeetingSlot.starts_at < ends),
    )
    return render_template(
        "seminars/calendar_month.html",
        layout=layout_for(current_principal()),
        month=month_of(first, found, today),
        days=DAYS,
        unread=scope.unread,
    )
