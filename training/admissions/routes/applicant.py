"""The applicant's own pages, gathered under one blueprint."""

from training.admissions.routes import (  # noqa: F401 - their views join the blueprint
    own_acts,
    own_letters,
    own_questions,
    own_registration,
    own_sections,
)
from training.admissions.routes.own_file import bp, render_file, render_list

__all__ = ["bp", "render_file", "render_list"]
