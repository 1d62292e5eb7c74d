"""Presence of a cohort and of each learner: who was there, what to regularise, what remains possible (R44–R46, R122)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for

from training.cohorts.enums import GONE
from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.cohorts.rules import cohort_learner
from training.common import access, clock, xlsx
from training.common.attachments import spreadsheet
from training.common.declarations import file_use
from training.common.errors import NotFound
from training.common.formatting import long_date, time_range
from training.common.forms import ActForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission, Principal
from training.common.transaction import UploadLimit, commits
from training.seminars import papers, queries, services
from training.seminars.forms import AnnounceForm, MakeUpForm, WaiveForm
from training.seminars.queries.figures import CohortFigures, figures_of, word_for_others
from training.seminars.routes.blueprint import ATTENDANCE, PRESENCE, bp, type_answer
from training.seminars.routes.loaders import cohort_of
from training.seminars.rules.attendance import sees_reasons
from training.seminars.rules.presence import Line, in_turn
from training.seminars.rules.proportion import proportion_of

LINES: Final = (Column("half_day", "Demi-journée"), Column("said", "Présence"), Column("act", "À faire"))


@bp.get(ATTENDANCE)
@requires(Permission.SEMINARS_ATTENDANCE_READ, cohort_of)
def attendance(cohort: Cohort) -> type_answer:
    """The presence of a cohort; a learner is led to her own, the funder reads figures only (R122)."""
    principal = current_principal()
    names = queries.reads_names(principal, cohort)
    if not names and not can(Permission.SEMINARS_ATTENDANCE_FIGURES, cohort):
        own = next((each for each in cohort.enrolments if each.person_id == principal.person_id), None)
        if own is None or not cohort_learner(principal, cohort):
            raise NotFound
        return redirect(url_for(".presence", code=cohort.code, enrolment_id=own.id), 303)
    shown = figures_of(queries.presence_of_cohort(cohort))
    if request.args.get("format") == "xlsx":
        return _workbook(cohort, shown, names=names)
    return render_template(
        "seminars/presence/cohort.html" if names else "seminars/presence/figures.html",
        cohort=cohort,
        shown=shown,
        layout=layout_for(principal),
        runs=can(Permission.SEMINARS_DOCUMENTS_ISSUE, cohort),
    )


def _workbook(cohort: Cohort, shown: CohortFigures, *, names: bool) -> Response:
    """Give who was there, half-day by half-day; its funder, how many (R122)."""
    access.note_export(current_principal(), "cohort.presence_export")
    columns: list[str]
    rows: list[tuple[Any, ...]]
    if names:
        columns = ["Apprenant·e", *shown.columns]
        rows = [(name, *(cell[1] if cell else None for cell in cells)) for name, cells in shown.marked()]
    else:
        columns = ["Demi-journée", "Attendu·es", "Présent·es"]
        rows = [(each.half_day.starts_at, each.expected, each.there) for each in shown.held]
    name = f"{cohort.code}-presences-{clock.today().isoformat()}".lower()
    return spreadsheet([xlsx.Column(each) for each in columns], rows, title=f"Présences {cohort.code}", name=name)


def enrolment_of(principal: Principal, code: str, enrolment_id: uuid.UUID) -> Enrolment:
    """Return an enrolment whose presence this person may read."""
    return queries.find_presence(principal, code, enrolment_id)


def _shared(enrolment: Enrolment) -> dict[str, Any]:
    own = enrolment.person_id == current_principal().person_id
    return {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "layout": layout_for(current_principal()),
        "own": own,
        "enters": enrolment.status not in GONE if own else can(Permission.COHORTS_COHORT_READ, enrolment.cohort),
    }


@bp.get(PRESENCE)
@requires(Permission.SEMINARS_ATTENDANCE_LEARNER, enrolment_of)
def presence(enrolment: Enrolment) -> str:
    """A learner’s half-days and hours; her structure reads present or absent, and so does her own page say (R122)."""
    principal = current_principal()
    shown = queries.presence_of(enrolment)
    acts = any(
        can(permission, enrolment)
        for permission in (
            Permission.SEMINARS_ABSENCE_ANNOUNCE,
            Permission.SEMINARS_ATTENDANCE_WAIVE,
            Permission.SEMINARS_MAKE_UP_ARRANGE,
        )
    )
    return render_template(
        "seminars/presence/learner.html",
        **_shared(enrolment),
        shown=shown,
        turns=in_turn(shown.lines, clock.now()),
        proportion=proportion_of(shown),
        signed=queries.signed_by(enrolment),
        reasons=sees_reasons(principal, enrolment),
        word_for_others=word_for_others,
        notices=queries.notices_of(enrolment),
        make_ups=queries.make_ups_of(enrolment),
        announces=can(Permission.SEMINARS_ABSENCE_ANNOUNCE, enrolment),
        waives=can(Permission.SEMINARS_ATTENDANCE_WAIVE, enrolment),
        arranges=can(Permission.SEMINARS_MAKE_UP_ARRANGE, enrolment),
        acts_column=acts,
        issuable=papers.is_issuable(shown),
        LINES=LINES if acts else LINES[:2],
        form=ActForm(),
    )


def _to_presence(enrolment: Enrolment, message: str) -> type_answer:
    flash(message, "success")
    return redirect(url_for(".presence", code=enrolment.cohort.code, enrolment_id=enrolment.id), 303)


# --- an absence told beforehand ----------------------------------------------------------------------------------------


def _announce_form(enrolment: Enrolment) -> AnnounceForm:
    ahead = queries.presence_of(enrolment).ahead
    told = {notice.half_day_id for notice in queries.notices_of(enrolment).values()}
    return AnnounceForm().offer((str(line.half_day.id), _words(line)) for line in ahead if line.half_day.id not in told)


def _words(line: Line) -> str:
    half_day = line.half_day
    return f"{long_date(half_day.starts_at)}, {time_range(half_day.starts_at, half_day.ends_at)} – {half_day.title}"


def _announce_page(enrolment: Enrolment, form: AnnounceForm) -> str:
    return render_template("seminars/presence/announce.html", **_shared(enrolment), form=form)


@bp.get(f"{PRESENCE}/absence")
@requires(Permission.SEMINARS_ABSENCE_ANNOUNCE, enrolment_of)
def announce_form(enrolment: Enrolment) -> str:
    """Where a learner says beforehand that she will not come (R43)."""
    return _announce_page(enrolment, _announce_form(enrolment))


@bp.post(f"{PRESENCE}/absence")
@commits
@requires(Permission.SEMINARS_ABSENCE_ANNOUNCE, enrolment_of)
def announce(enrolment: Enrolment) -> type_answer:
    """Note the absence and the kind of its reason."""
    form = _announce_form(enrolment)

    def act() -> None:
        services.announce(enrolment, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _to_presence(enrolment, "C’est noté : vos formateur·rices le verront sur la feuille.")
    return _announce_page(enrolment, form), 422


@dataclass(frozen=True, slots=True)
class OfHalfDay:
    """A learner and one of her half-days."""

    enrolment: Enrolment
    line: Line

    @property
    def cohort(self) -> Cohort:
        """The cohort."""
        return self.enrolment.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.enrolment.parts

    @property
    def id(self) -> uuid.UUID:
        """The enrolment’s uuid."""
        return self.enrolment.id

    @property
    def person_id(self) -> uuid.UUID:
        """The learner."""
        return self.enrolment.person_id

    @property
    def structure(self) -> Any:
        """Whence the scopes (R95)."""
        return self.enrolment.structure


def half_day_of_learner(principal: Principal, code: str, enrolment_id: uuid.UUID, half_day_id: uuid.UUID) -> OfHalfDay:
    """Return one half-day of a learner whose presence this person may read."""
    enrolment = enrolment_of(principal, code, enrolment_id)
    line = queries.line_about(queries.presence_of(enrolment), half_day_id)
    if line is None:
        raise NotFound
    return OfHalfDay(enrolment, line)


@bp.post(f"{PRESENCE}/<uuid:half_day_id>/venir")
@commits
@requires(Permission.SEMINARS_ABSENCE_ANNOUNCE, half_day_of_learner)
def withdraw_notice(found: OfHalfDay) -> type_answer:
    """Come after all."""
    form = ActForm()

    def act() -> None:
        services.withdraw_notice(found.enrolment, found.line.half_day.id, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _to_presence(found.enrolment, "C’est noté : vous êtes de nouveau attendu·e.")
    return redirect(url_for(".presence", code=found.cohort.code, enrolment_id=found.enrolment.id), 303)


# --- dispensed by the school -------------------------------------------------------------------------------------------


def _evidence_limits(_subject: Any) -> Mapping[str, UploadLimit]:
    return {"evidence": UploadLimit(file_use(services.WAIVER_USE))}


def _waive_page(found: OfHalfDay, form: WaiveForm) -> str:
    return render_template(
        "seminars/presence/waive.html",
        **_shared(found.enrolment),
        line=found.line,
        form=form,
        transcribes=queries.transcribes_school(current_principal(), found.enrolment),
    )


@bp.get(f"{PRESENCE}/<uuid:half_day_id>/dispense")
@requires(Permission.SEMINARS_ATTENDANCE_WAIVE, half_day_of_learner)
def waive_form(found: OfHalfDay) -> str:
    """The school dispenses a learner from a half-day (R44, R96)."""
    return _waive_page(found, WaiveForm())


@bp.post(f"{PRESENCE}/<uuid:half_day_id>/dispense")
@commits(files=_evidence_limits)
@requires(Permission.SEMINARS_ATTENDANCE_WAIVE, half_day_of_learner)
def waive(found: OfHalfDay) -> type_answer:
    """Dispense."""
    form = WaiveForm()

    def act() -> None:
        services.waive(found.enrolment, found.line.half_day.id, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _to_presence(found.enrolment, "La dispense est enregistrée.")
    return _waive_page(found, form), 422


# --- made up elsewhere -------------------------------------------------------------------------------------------------


def _make_up_form(found: OfHalfDay) -> MakeUpForm:
    form = MakeUpForm()
    form.invited_id.offer(
        (
            str(choice.half_day_id),
            ", ".join(
                part
                for part in (
                    choice.cohort,
                    long_date(choice.starts_at),
                    time_range(choice.starts_at, choice.ends_at),
                    choice.place,
                    choice.title,
                )
                if part
            ),
        )
        for choice in queries.make_up_choices(found.enrolment, found.line.half_day.id)
    )
    return form


def _make_up_page(found: OfHalfDay, form: MakeUpForm) -> str:
    return render_template("seminars/presence/make_up.html", **_shared(found.enrolment), line=found.line, form=form)


@bp.get(f"{PRESENCE}/<uuid:half_day_id>/rattrapage")
@requires(Permission.SEMINARS_MAKE_UP_ARRANGE, half_day_of_learner)
def make_up_form(found: OfHalfDay) -> str:
    """Where a missed half-day may be made up (R116)."""
    return _make_up_page(found, _make_up_form(found))


@bp.post(f"{PRESENCE}/<uuid:half_day_id>/rattrapage")
@commits
@requires(Permission.SEMINARS_MAKE_UP_ARRANGE, half_day_of_learner)
def make_up(found: OfHalfDay) -> type_answer:
    """Invite her on another sheet."""
    form = _make_up_form(found)

    def act() -> None:
        services.arrange_make_up(found.enrolment, found.line.half_day.id, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _to_presence(
            found.enrolment, "Elle est invitée : la présence sera reportée sur la demi-journée manquée."
        )
    return _make_up_page(found, form), 422
