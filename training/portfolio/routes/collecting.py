"""``/promotions/<code>/documents-traceurs``: the documents of a cohort, in one archive."""

from flask import Response

from training.cohorts.models import Cohort
from training.cohorts.queries import find_cohort
from training.common import access
from training.common.file_routes import content_disposition
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.storage import storage
from training.portfolio import collecting
from training.portfolio.routes.blueprint import bp


def cohort_of(principal: Principal, code: str) -> Cohort:
    """Return a cohort this person may see."""
    return find_cohort(principal, code)


@bp.get("/promotions/<code>/documents-traceurs")
@requires(Permission.PORTFOLIO_TRACER_COLLECT, cohort_of)
def collect(cohort: Cohort) -> Response:
    """Send the latest version of each document of the learners one follows, with an index, as it is packed."""
    principal, code = current_principal(), cohort.code
    found = collecting.collected(cohort, principal)
    access.note(principal, "tracers.collect", cohort)
    response = Response(collecting.archive(found, storage()), mimetype="application/zip")
    response.headers["Content-Disposition"] = content_disposition(
        "attachment", f"documents-traceurs-{code.lower()}.zip"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
