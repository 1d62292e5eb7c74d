"""Addresses of admissions."""

from training.admissions.routes import applicant, calls, committee, files, opinions, public, staff

blueprints = (public.bp, applicant.bp, files.bp, staff.bp, calls.bp, committee.bp)

__all__ = ["blueprints", "opinions"]
