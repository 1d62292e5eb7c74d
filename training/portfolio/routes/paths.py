"""``/parcours``: one’s own path, and that of a learner one follows."""

from flask import redirect, render_template, request, url_for

from training.cohorts.enums import GONE, EnrolmentStatus
from training.cohorts.layout import layout_for
from training.cohorts.models import Enrolment
from training.common import access
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.portfolio import queries, rules
from training.portfolio.enums import Audience
from training.portfolio.routes.blueprint import PATH, bp, type_answer
from training.portfolio.routes.loaders import enrolment_of


@bp.get("/parcours")
@requires(Permission.PORTFOLIO_PATH_OPEN)
def own() -> type_answer:
    """Lead to one’s path; to the choice of one, or to what one reads, when that is not one."""
    principal = current_principal()
    enrolments = queries.own_enrolments(principal)
    current = [each for each in enrolments if each.status not in GONE]
    elsewhere = [each for each in enrolments if each.status is not EnrolmentStatus.TRANSFERRED]
    if len(current or enrolments) == 1 and len(elsewhere) <= 1:  # the path a transfer leaves is a link of the next
        return redirect(url_for(".path", enrolment_id=(current or enrolments)[0].id), 303)
    followed = queries.followed_by(principal)
    return render_template(
        "portfolio/paths.html", layout=layout_for(principal), enrolments=enrolments, followed=followed
    )


@bp.get(PATH)
@requires(Permission.PORTFOLIO_PATH_READ, enrolment_of)
def path(enrolment: Enrolment) -> str:
    """A learner’s path, from entry to diploma; ``?vue=structure`` shows her what her structure sees (R122)."""
    principal = current_principal()
    audience = rules.audience_of(principal, enrolment)
    as_structure = audience is Audience.LEARNER and request.args.get("vue") == "structure"
    shown = queries.path_page(enrolment, principal, Audience.EMPLOYER if as_structure else audience)
    page = render_template(
        "portfolio/path.html",
        layout=layout_for(principal),
        shown=shown,
        audience=shown.audience,
        as_structure=as_structure,
        enrolment=enrolment,
        cohort=enrolment.cohort,
        may_settle=can(Permission.PORTFOLIO_HOURS_SETTLE, enrolment),
        reads_cohort=can(Permission.COHORTS_ENROLMENT_READ, enrolment),
    )
    if audience is not Audience.LEARNER:
        access.note(principal, "path.read", enrolment)
    return page
