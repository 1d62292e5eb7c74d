"""Addresses of admissions."""

from training.admissions.routes import (
    applicant,
    batches,
    calls,
    committee,
    files,
    interviews,
    letters,
    messages,
    opinions,
    public,
    reviewing,
    round_table,
    staff,
)

blueprints = (
    public.bp,
    applicant.bp,
    files.bp,
    staff.bp,
    calls.bp,
    committee.bp,
    batches.bp,
    letters.bp,
    messages.bp,
    reviewing.bp,
)

__all__ = ["blueprints", "interviews", "opinions", "round_table"]
