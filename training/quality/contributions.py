"""What the evidence tells on a learner’s path: what she has to read, where she rates herself, whom to tell (R123)."""

from dataclasses import dataclass

from training.cohorts.models import Enrolment
from training.common.policy import Permission, Principal, policy
from training.portfolio.enums import Audience
from training.portfolio.path import Contribution, Contributor, Section
from training.quality.queries.waiting import OwnWaiting, waiting_for_learner


@dataclass(frozen=True, slots=True)
class Around:
    """The course around the modules, for one learner."""

    enrolment: Enrolment
    own: bool
    waiting: OwnWaiting


def contribution(enrolment: Enrolment, principal: Principal, audience: Audience) -> Contribution | None:
    """Return the links to what a learner reads, says of herself and of the course; nothing to her employer. One SELECT."""
    if audience is Audience.EMPLOYER or not policy.allows(principal, Permission.QUALITY_POSITIONING_READ, enrolment):
        return None
    waiting = waiting_for_learner([enrolment]).get(enrolment.id, OwnWaiting())
    around = Around(enrolment, audience is Audience.LEARNER, waiting)
    return Contribution(sections=(Section("quality/_path.html", around),))


CONTRIBUTOR = Contributor("quality", 90, contribution)
