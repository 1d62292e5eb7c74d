"""Self-ratings: given once at each moment, on every objective (R123)."""

from collections.abc import Collection
from uuid import UUID

from training.cohorts.enums import LIVE
from training.cohorts.models import Enrolment
from training.common import clock, journal
from training.common.errors import Forbidden, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality.commands import SelfRating
from training.quality.enums import LEVELS, Moment
from training.quality.models import Positioning, Rating
from training.quality.rules.evidence import end_is_open


def give(enrolment: Enrolment, command: SelfRating, objectives: Collection[UUID], *, by: Principal) -> Positioning:
    """Keep how a learner rates herself on the ``objectives`` of her modules; the database holds it to once a moment.

    Raises ``Refused`` while the moment has not come, or when an objective is left out.
    """
    if not policy.allows(by, Permission.QUALITY_POSITIONING_GIVE, enrolment):
        raise Forbidden
    if enrolment.status not in LIVE:
        raise Refused("Cette inscription a pris fin : le positionnement ne se donne plus.")
    if command.moment is Moment.END and not end_is_open(enrolment.cohort.ends_on, clock.today()):
        raise Refused("Le positionnement de fin s’ouvre deux mois avant la fin de la formation.")
    if not objectives:
        raise Refused("Vos modules n’ont pas encore d’objectifs : revenez quand ils seront publiés.")
    if set(command.levels) != set(objectives) or any(not 0 <= level < len(LEVELS) for level in command.levels.values()):
        raise Refused("Choisissez une réponse pour chaque objectif.")
    given = Positioning(enrolment=enrolment, moment=command.moment)
    db.session.add(given)
    db.session.flush()
    db.session.add_all(
        Rating(positioning_id=given.id, objective_id=objective, level=level)
        for objective, level in command.levels.items()
    )
    db.session.flush()
    journal.record(enrolment, "enrolment.positioned", by=by, codes={"moment": command.moment.value})
    return given
