"""What a decision needs, and what of it the applicant sees (R24–R27, R105). Pure."""

from training.accounts.enums import Part
from training.admissions.enums import (
    SECRET_UNTIL_PUBLICATION,
    ApplicationStatus,
    InterviewStatus,
)
from training.admissions.models import Application, Interview


def parts_without_opinion(application: Application) -> list[Part]:
    """Return the parts whose opinion the call requires and does not have (R24); recusals do not count."""
    given = {opinion.part for opinion in application.opinions if not opinion.recused}
    return [Part(part) for part in application.call.opinion_parts if Part(part) not in given]


def is_before_committee(application: Application) -> bool:
    """Whether a committee may still propose something for this file."""
    ready = ApplicationStatus.PRESELECTED if application.call.has_preselection else ApplicationStatus.UNDER_REVIEW
    return application.status is ready


def pending_interview(application: Application) -> Interview | None:
    """Return the interview asked for and neither held nor waived, or null (R26)."""
    return next(
        (i for i in application.interviews if i.status in {InterviewStatus.TO_PLAN, InterviewStatus.PLANNED}), None
    )


def public_status(application: Application) -> ApplicationStatus:
    """Return the state the applicant sees: never a decision before it is published (R105)."""
    status = application.status
    if status not in SECRET_UNTIL_PUBLICATION or application.published_status == status.value:
        return status
    if application.published_status:
        return ApplicationStatus(application.published_status)
    return ApplicationStatus.UNDER_REVIEW


def awaits_publication(application: Application) -> bool:
    """Whether a decision stands that the applicant has not been told."""
    call, status = application.call, application.status
    if status not in SECRET_UNTIL_PUBLICATION or application.published_status == status.value:
        return False
    before_the_end = {ApplicationStatus.SHORTLISTED, ApplicationStatus.WAITING, ApplicationStatus.TRANSMITTED}
    if status in before_the_end and call.has_school_step and not call.publishes_before_school:
        return False
    return status is not ApplicationStatus.TRANSMITTED
