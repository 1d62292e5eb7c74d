"""``/jurys``: a juror’s own page, her availability, her pack (R64, R100, R126)."""

import uuid
from typing import Any, Final

from flask import Response, redirect, render_template, request, url_for

from training.common import access, clock, pdf
from training.common.attachments import attachment, file_name
from training.common.errors import NotFound
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import answer
from training.defences import jury_papers as papers
from training.defences.forms.days import answers_of, availability_form
from training.defences.models import DefenceDay, Juror
from training.defences.queries.days import days_of
from training.defences.queries.defences import find_own_juror, jurors_who_are, seats_of
from training.defences.routes.blueprint import bp, type_answer
from training.defences.routes.defences import layout
from training.defences.rules import juries
from training.defences.services import days as services
from training.extensions import settings

OWN: Final = "/jurys/<uuid:juror_id>"


def juror_of(principal: Principal, juror_id: uuid.UUID) -> Juror:
    """Return the juror this person is; a POST holds her row."""
    return find_own_juror(principal, juror_id, to_change=request.method == "POST")


@bp.get("/jurys")
@requires(Permission.DEFENCES_JURY_OPEN)
def own_juries() -> type_answer:
    """One’s places in juries; the only one at once."""
    principal = current_principal()
    found = jurors_who_are(principal.person_id) if principal.person_id is not None else []
    if len(found) == 1:
        return redirect(url_for(".own_jury", juror_id=found[0].id), 303)
    return render_template("defences/juries.html", layout=layout(), jurors=found)


def _page(juror: Juror, form: Any = None) -> str:
    days = [day for day in days_of(juror.cohort_id) if day.held_on >= clock.today()]
    return render_template(
        "defences/jury.html",
        layout=layout(),
        juror=juror,
        cohort=juror.cohort,
        days=days,
        seats=seats_of([juror.id]),
        form=form or availability_form(days, juror),
        fields=[(day, f"day_{day.id.hex}") for day in days],
        code=juries.code_of(juror.id, juror.code_version, settings().secret_key),
        stage_of=juries.stage_of,
        today=clock.today(),
    )


@bp.get(OWN)
@requires(Permission.DEFENCES_JUROR_OPEN, juror_of)
def own_jury(juror: Juror) -> str:
    """A juror’s own page: when she can come, her defences, her code."""
    return _page(juror)


@bp.post(f"{OWN}/disponibilites")
@commits
@requires(Permission.DEFENCES_JUROR_OPEN, juror_of)
def answer_availability(juror: Juror) -> type_answer:
    """Say when one can come."""
    days = [day for day in days_of(juror.cohort_id) if day.held_on >= clock.today()]
    form = availability_form(days, juror)
    return answer(
        form,
        lambda: services.answer_availability(juror, answers_of(form, days), by=current_principal()),
        again=lambda: _page(juror, form),
        to=url_for(".own_jury", juror_id=juror.id),
        done="Merci : vos disponibilités sont enregistrées. Vous pouvez les changer jusqu’à la convocation.",
    )


@bp.get(f"{OWN}/dossier.pdf")
@requires(Permission.DEFENCES_JUROR_OPEN, juror_of)
def pack(juror: Juror) -> Response:
    """Her pack of a day, in one PDF: timetable, brief, grid, and the mémoires opened to her."""
    asked = request.args.get("jour", "")
    days: dict[str, DefenceDay] = {str(day.id): day for day in days_of(juror.cohort_id)}
    day = days.get(asked)
    seats = [seat for seat in seats_of([juror.id]) if day is not None and seat.slot.day_id == day.id]
    if day is None or not seats:
        raise NotFound("Aucune soutenance ne vous attend ce jour-là.")
    access.note(current_principal(), "juror.pack_read", juror)
    return attachment(
        papers.jury_pack(juror, day, seats), pdf.MEDIA_TYPE, f"{file_name('jury', day.held_on.isoformat())}.pdf"
    )
