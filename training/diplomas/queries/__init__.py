"""What the pages of the diplomas read."""

from training.diplomas.queries.progress import Progress, progress_of, progress_of_cohort, progress_of_learner

__all__ = ["Progress", "progress_of", "progress_of_cohort", "progress_of_learner"]
