"""What a cohort in preparation may still change: its dates, its places, who is outside the tool (R28, R96)."""

from datetime import date

from training.accounts.enums import CARRYING
from training.cohorts import rules
from training.cohorts.commands import CohortSettings
from training.cohorts.enums import CohortStatus
from training.cohorts.models import Cohort
from training.cohorts.services.capacity import lock_cohort, set_places
from training.common import journal
from training.common.errors import Conflict, Refused
from training.common.policy import Principal
from training.database import db


def check_dates(launch_on: date | None, first_seminar_on: date | None, ends_on: date | None) -> None:
    """Raise ``Refused``, under its field, for a date that contradicts another."""
    fault = rules.dates_fault(launch_on=launch_on, first_seminar_on=first_seminar_on, ends_on=ends_on)
    if fault is not None:
        field, message = fault
        raise Refused(message, field=field)


def check_preparing(cohort: Cohort) -> None:
    """Raise ``Conflict`` once the cohort is no longer in preparation."""
    if cohort.status is not CohortStatus.PREPARING:
        raise Conflict(
            f"La promotion est {cohort.status.label} : ses dates et ses organismes ne changent plus ici. "
            "Le nombre de places se change toujours depuis la page de la promotion."
        )


def settle_cohort(cohort: Cohort, command: CohortSettings, *, by: Principal) -> None:
    """Write the dates, the places and who is outside the tool; journal what changes, and nothing else.

    Raises ``Conflict`` once the cohort is no longer in preparation, ``Refused`` for dates that contradict each
    other, ``TooFewPlaces`` (R28). A body that carries is never outside the tool: it is who transcribes (R96).
    """
    lock_cohort(cohort.id)
    check_preparing(cohort)
    check_dates(command.launch_on, command.first_seminar_on, command.ends_on)
    _set_dates(cohort, command, by)
    if command.places != cohort.places:
        set_places(cohort, command.places, by=by)
    _set_outside_tool(cohort, command, by)


def _set_dates(cohort: Cohort, command: CohortSettings, by: Principal) -> None:
    codes: dict[str, str | None] = {}
    for name in ("launch_on", "first_seminar_on", "ends_on"):
        before, after = getattr(cohort, name), getattr(command, name)
        if before != after:
            setattr(cohort, name, after)
            codes[f"{name}_from"] = before.isoformat() if before else None
            codes[f"{name}_to"] = after.isoformat() if after else None
    if codes:
        db.session.flush()
        journal.record(cohort, "cohort.dates_set", by=by, codes=codes)


def _set_outside_tool(cohort: Cohort, command: CohortSettings, by: Principal) -> None:
    carriers = {played.organisation_id for played in cohort.parts if played.part in CARRYING}
    for played in cohort.parts:
        outside = played.id in command.outside_tool
        if played.organisation_id in carriers or played.outside_tool == outside:
            continue
        played.outside_tool = outside
        db.session.flush()
        kind = "cohort.body_outside_tool" if outside else "cohort.body_in_tool"
        codes = {"organisation": str(played.organisation_id), "part": played.part.value}
        journal.record(cohort, kind, by=by, codes=codes)
