"""What the diplomas tell on a learner’s path: where to read what lacks, or what was decided (R67, R70)."""

from training.cohorts.enums import EnrolmentStatus
from training.cohorts.models import Enrolment
from training.common.formatting import plain_date
from training.common.policy import Principal
from training.portfolio.enums import Audience, RequirementState
from training.portfolio.path import Act, Contribution, Contributor, Requirement

RULE = "L’école décide, quand plus rien ne manque. La page du diplôme dit ce qui manque, qui peut le régler, et y mène."
FINAL = {EnrolmentStatus.GRADUATED, EnrolmentStatus.ATTESTATION}


def contribution(enrolment: Enrolment, _principal: Principal, audience: Audience) -> Contribution | None:
    """Return the way to the page of the diploma; her employer is told a final outcome, never what lacks (R88). No SELECT."""
    is_final = enrolment.status in FINAL
    if audience is Audience.EMPLOYER and not is_final:
        return None
    act = Act(
        "Voir la décision et les attestations" if is_final else "Voir ce qui manque pour le diplôme",
        f"/parcours/{enrolment.id}/diplome",
    )
    detail = f"{enrolment.status.label.capitalize()}, le {plain_date(enrolment.left_on)}." if is_final else ""
    requirement = Requirement(
        "Mon diplôme" if audience is Audience.LEARNER else "Diplôme",
        RequirementState.MET if is_final else RequirementState.UNDER_WAY,
        RULE,
        detail,
        act if audience is not Audience.EMPLOYER else None,
    )
    return Contribution(requirements=(requirement,))


CONTRIBUTOR = Contributor("diplomas", 90, contribution)
