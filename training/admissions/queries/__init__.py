"""Reads of admissions: what a person may see, loaded in a fixed number of queries."""

from training.admissions.queries.files import (
    application,
    call_by_code,
    cohorts_without_call,
    counts_by_status,
    decided,
    file_for_worker,
    has_applied,
    in_offer_order,
    open_calls,
    own_applications,
    ranked,
    running_call,
    visible_calls,
)
from training.admissions.queries.lists import (
    PER_PAGE,
    ApplicationFilters,
    ApplicationPage,
    ApplicationRow,
    export_rows,
    page_of_applications,
)
from training.admissions.queries.public import CallSheet, call_sheet
from training.admissions.queries.scope import visible
from training.admissions.queries.sittings import (
    committee_files,
    interview,
    meeting,
    meetings,
    open_meeting,
    planned_interviews,
    was_on_reserve,
)

__all__ = [
    "PER_PAGE",
    "ApplicationFilters",
    "ApplicationPage",
    "ApplicationRow",
    "CallSheet",
    "application",
    "call_by_code",
    "call_sheet",
    "cohorts_without_call",
    "committee_files",
    "counts_by_status",
    "decided",
    "export_rows",
    "file_for_worker",
    "has_applied",
    "in_offer_order",
    "interview",
    "meeting",
    "meetings",
    "open_calls",
    "open_meeting",
    "own_applications",
    "page_of_applications",
    "planned_interviews",
    "ranked",
    "running_call",
    "visible",
    "visible_calls",
    "was_on_reserve",
]
