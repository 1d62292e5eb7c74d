"""``/parcours/<enrolment>/diplome``: why she may or may not be proposed, who can settle it, and where (R67)."""

from flask import render_template

from training.accounts.enums import Part
from training.cohorts.enums import DECIDED
from training.cohorts.layout import layout_for
from training.cohorts.models import Enrolment
from training.cohorts.rules import file_is_open, the_learner
from training.common import access
from training.common.formatting import enumeration
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.diplomas import queries, rules
from training.diplomas.enums import Settler, WaiverStatus
from training.diplomas.routes.blueprint import LEARNER, bp
from training.diplomas.routes.loaders import enrolment_of
from training.portfolio.queries.readers import readers_of


def _names(enrolment: Enrolment) -> dict[Settler, str]:
    """Return who it is that may settle: those who follow her today, the carrier, the school."""
    bodies: dict[Part, list[str]] = {}
    for played in enrolment.parts:
        bodies.setdefault(played.part, []).append(played.organisation.short_name)
    named = {
        Settler.CARRIER: bodies.get(Part.CARRIER, []),
        Settler.SCHOOL: bodies.get(Part.SCHOOL, []),
        Settler.TRAINER: [person.name for person in readers_of(enrolment)],
    }
    return {settler: enumeration(names) for settler, names in named.items() if names}


@bp.get(LEARNER)
@requires(Permission.DIPLOMAS_ELIGIBILITY_READ, enrolment_of)
def learner(enrolment: Enrolment) -> str:
    """What stands between a learner and her diploma."""
    principal = current_principal()
    own = the_learner(principal, enrolment)
    waivers = queries.waivers_of(enrolment.id)
    page = render_template(
        "diplomas/learner.html",
        layout=layout_for(principal),
        enrolment=enrolment,
        cohort=enrolment.cohort,
        own=own,
        who=_names(enrolment),
        mine=rules.settles_as(principal, enrolment),
        board=queries.next_board(enrolment.cohort_id),
        shown=queries.progress_of_learner(enrolment.id),
        name=queries.printed_name_of(enrolment),
        decisions=queries.decisions_about(enrolment.id),
        entries=queries.entries_about(enrolment.id),
        waivers=waivers,
        asked={(each.scope, each.target) for each in waivers if each.status is WaiverStatus.ASKED},
        is_open=file_is_open(enrolment),
        may_ask=can(Permission.DIPLOMAS_WAIVER_ASK, enrolment),
        may_waive=file_is_open(enrolment) and can(Permission.DIPLOMAS_WAIVER_DECIDE, enrolment),
        may_correct=enrolment.status in DECIDED and can(Permission.DIPLOMAS_DECISION_CORRECT, enrolment),
        reads_board=can(Permission.DIPLOMAS_BOARD_READ, enrolment.cohort),
        has_papers=can(Permission.DIPLOMAS_CERTIFICATE_READ, enrolment),
    )
    if not own:
        access.note(principal, "diploma.read", enrolment)
    return page
