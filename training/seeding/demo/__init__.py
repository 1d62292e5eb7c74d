"""The demonstration: invented people in the sources' real calls and cohorts, told by the real services.

Each act is played at its moment of the past, so that histories, seats and receipts are what they would be.
Loaded again, it adds what is missing and leaves alone what people have entered since.
"""

from sqlalchemy import select

from training.common.mail import MailStatus, OutgoingMail
from training.database import db, writing
from training.extensions import settings
from training.seeding.demo.admissions import load_admissions
from training.seeding.demo.attendance import load_sheets, open_today, plan_today
from training.seeding.demo.cohorts import load_cohorts, load_trainers, start_cohort, tell_what_happened
from training.seeding.demo.cooperation import load_cooperation
from training.seeding.demo.courses import load_courses
from training.seeding.demo.diplomas import load_diplomas
from training.seeding.demo.following import load_following
from training.seeding.demo.juries import load_juries
from training.seeding.demo.life import load_life
from training.seeding.demo.mails import settle_mails
from training.seeding.demo.memoires import give_clearances, load_memoires
from training.seeding.demo.people import load_people
from training.seeding.demo.portfolio import load_portfolio
from training.seeding.demo.quality import load_quality, publish_handbooks
from training.seeding.demo.seminars import follow_the_calendar, load_seminars
from training.seeding.demo.structures import load_structures
from training.seeding.demo.transfers import load_transfers

__all__ = ["DemoRefused", "load_demo"]

RUNNING = ("ARA-1", "BFC-P8", "MOSAIC-2026")


class DemoRefused(RuntimeError):
    """The demonstration was asked for in production."""


def load_demo() -> str:
    """Load the demonstration on top of the reference data and commit: everything or nothing.

    Returns what to tell whoever asked. Raises :class:`DemoRefused` in production.
    """
    house = settings()
    if not (house.development or house.testing):
        raise DemoRefused("The demonstration does not exist in production.")
    db.session.rollback()  # whatever was read before the transaction opened ends here
    with writing():
        try:
            told = _load()
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
    return told


def _load() -> str:
    waiting = set(db.session.scalars(select(OutgoingMail.id).where(OutgoingMail.status == MailStatus.QUEUED)))
    structures = load_structures()
    cast = load_people(structures)
    load_cohorts()
    load_admissions(cast, structures)
    load_trainers(cast)
    load_seminars(cast)
    load_cooperation(cast, structures)
    if cast.is_new:
        publish_handbooks(cast)
        for code in RUNNING:
            start_cohort(code, cast)
        plan_today(cast)
        follow_the_calendar(cast)
        load_sheets(cast)
        open_today(cast)
        tell_what_happened(cast)
        load_portfolio(cast)
        load_quality(cast)
        load_life(cast)
        load_memoires(cast)
        load_courses(cast)
        give_clearances(cast)
        load_transfers(cast)
        load_following(cast)
        load_juries(cast)
        load_diplomas(cast)
    settle_mails(but=waiting)
    return f"The demonstration is there: {len(structures)} structures, {len(cast.by_key)} people named by its stories."
