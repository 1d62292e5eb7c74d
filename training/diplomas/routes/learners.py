"""``/parcours/<enrolment>/diplome``: why she may or may not be proposed, who can settle it, and where (R67)."""

from flask import render_template

from training.cohorts.enums import DECIDED
from training.cohorts.layout import layout_for
from training.cohorts.models import Enrolment
from training.cohorts.rules import file_is_open, the_learner
from training.common import access
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.diplomas import queries, rules
from training.diplomas.enums import WaiverStatus
from training.diplomas.routes.blueprint import LEARNER, bp
from training.diplomas.routes.loaders import enrolment_of


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
