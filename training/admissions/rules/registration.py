"""When an applicant gives what her registration needs (R110, R113, R117). Pure."""

from typing import Final

from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application
from training.admissions.rules.decision import public_status

S = ApplicationStatus
SEATED: Final = frozenset({S.CONFIRMED, S.ENROLLED})
TEAM_FROM: Final = SEATED | {S.PRESELECTED, S.OFFERED}


def gives_civil_status(application: Application) -> bool:
    """Whether civil status is asked of her now: from the confirmation of her seat on (R110)."""
    return public_status(application) in SEATED


def names_team(application: Application) -> bool:
    """Whether she may say who comes to the launch: from her preselection on, as far as she was told of it (R117)."""
    return public_status(application) in TEAM_FROM and application.call.cohort.launch_on is not None
