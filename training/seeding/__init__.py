"""Reference data: one module per room, each adding what is missing and overwriting nothing."""

from pathlib import Path

from training.seeding import accounts, admissions, catalogue, cohorts, cooperation, quality, seminars
from training.seeding.report import Report
from training.seeding.toml import SEEDS


def seed(*, folder: Path = SEEDS) -> Report:
    """Load all reference data into the present transaction and say what was done.

    Flushes, never commits. Run again, it changes nothing: what is there is only compared.
    """
    report = Report()
    accounts.load(report, folder=folder)
    catalogue.load(report, folder=folder)
    cohorts.load(report, folder=folder)
    cooperation.load(report, folder=folder)
    seminars.load(report, folder=folder)
    admissions.load(report, folder=folder)
    quality.load(report, folder=folder)
    return report
