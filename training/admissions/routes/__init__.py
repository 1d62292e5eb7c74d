"""Addresses of admissions."""

from training.admissions.routes import (
    applicant,
    batches,
    calls,
    committee,
    derogation,
    dues,
    enrolling,
    entering,
    figures,
    files,
    interviews,
    letters,
    messages,
    opinions,
    public,
    renewal,
    reviewing,
    round_table,
    school,
    settings,
    settings_lines,
    staff,
    validation,
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
    enrolling.bp,
    entering.bp,
    reviewing.bp,
    figures.bp,
    settings.bp,
    renewal.bp,
    validation.bp,
    school.bp,
)

__all__ = ["blueprints", "derogation", "dues", "interviews", "opinions", "round_table", "settings_lines"]
