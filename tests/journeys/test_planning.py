"""Seminars planned from a pattern, then one of them moved: the feed and the mails follow (R34, R37, R120)."""

import urllib.request
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from tests.journeys.site import Site
from tests.journeys.visitor import Visitor
from training.accounts import queries as people
from training.cohorts.models import Cohort
from training.common import clock
from training.common.formatting import long_date
from training.database import db
from training.seminars import services
from training.seminars.enums import SeminarKind
from training.seminars.models import HalfDay, Seminar

pytestmark = [pytest.mark.journey, pytest.mark.demo]

CARRIER = "gestion.ara@example.org"
LEARNER = "apprenant.ara@example.org"
TITLE = "Atelier"


def subscribe(site: Site) -> str:
    """Subscribe the learner to her feed; return its path."""
    with site.app.app_context():
        person = people.person_by_email(LEARNER)
        assert person is not None
        secret = services.secret_of(services.create_feed(person_id=person.id))
        db.session.commit()
    return f"/calendrier/{secret}.ics"


def feed(site: Site, path: str) -> dict[str, Any]:
    """Read the feed as a calendar program does; the events of our seminars by day."""
    with urllib.request.urlopen(site.url + path, timeout=10) as answer:  # noqa: S310 - our own house
        calendar: Any = icalendar.Calendar.from_ical(answer.read())
    return {
        f"{event['DTSTART'].dt:%d/%m/%Y %H:%M}": event for event in calendar.walk("VEVENT") if TITLE in event["SUMMARY"]
    }


def tuesday(today: date) -> date:
    """Return a Tuesday of January, far from any holiday; the seminars of the demonstration are on Thursdays."""
    day = date(today.year + 1, 1, 10)
    return day + timedelta(days=(1 - day.weekday()) % 7)


def test_seminars_are_planned_from_a_pattern_and_one_is_moved(site: Site, visitor: Callable[..., Visitor]) -> None:
    path, first = subscribe(site), tuesday(clock.today())
    second, moved = first + timedelta(weeks=5), first + timedelta(weeks=5, days=1)

    manager = visitor(width=360).sign_in(CARRIER).open("/promotions/ARA-1/annee")
    manager.press("Planifier d’après un modèle")
    manager.fill("Titre", TITLE).fill("Nombre de séminaires", "2").fill("Jours consécutifs", "1")
    manager.fill("Un séminaire tous les", "5")
    manager.page.get_by_label("Unité").select_option(label="semaines")
    manager.fill("Premier jour du premier séminaire", f"{first:%d/%m/%Y}").fill("Lieu", "Oullins")
    manager.press("Voir les séminaires proposés").sees("Rien n’est encore créé").press("Créer 2 séminaires")
    manager.sees(f"{TITLE} 2")

    assert sorted(feed(site, path)) == sorted(
        f"{day:%d/%m/%Y} {hour}" for day in (first, second) for hour in ("09:30", "14:00")
    )

    with site.app.app_context():
        half_day = db.session.scalars(
            select(HalfDay).join(HalfDay.seminar).where(Seminar.title == f"{TITLE} 2").order_by(HalfDay.starts_at)
        ).first()
        assert half_day is not None
        address, uid = f"/seminaires/{half_day.seminar_id}/demi-journees/{half_day.id}", half_day.uid
    manager.open(address).fill("Jour", f"{moved:%d/%m/%Y}")
    manager.page.locator("#starts").fill("10 h")
    manager.press("Enregistrer la demi-journée")

    event = feed(site, path)[f"{moved:%d/%m/%Y} 10:00"]
    assert (str(event["UID"]), int(event["SEQUENCE"])) == (uid, 1)
    with clock.freeze(clock.at_paris(clock.today() + timedelta(days=1), 6, 30)):
        site.work()
    with clock.freeze(clock.at_paris(clock.today() + timedelta(days=1), 7, 30)):
        site.work()
    (letter,) = [each for each in site.letters(LEARNER) if "demi-journée" in str(each["Subject"])]
    body: Any = letter.get_body(("plain",))
    assert f"Maintenant : {moved.day}" in body.get_content().replace("\u00a0", " ").replace("mercredi ", "")


def test_a_seminar_dragged_on_the_year_moves_only_once_its_page_was_read(
    site: Site, visitor: Callable[..., Visitor]
) -> None:
    def first() -> HalfDay:
        half_day = db.session.scalars(
            select(HalfDay)
            .join(HalfDay.seminar)
            .join(Seminar.cohort)
            .where(Cohort.code == "BFC-P9", HalfDay.starts_at > clock.now(), Seminar.kind == SeminarKind.SEMINAR)
            .order_by(HalfDay.starts_at)
        ).first()
        assert half_day is not None
        return half_day

    with site.app.app_context():
        day = first().starts_on
    wanted = day + timedelta(days=5)
    manager = visitor().sign_in("gestion.bfc@example.org").open("/promotions/BFC-P9/annee")

    manager.page.locator(f'[data-day="{day}"]').drag_to(manager.page.locator(f'[data-day="{wanted}"]'))

    manager.sees("Déplacer tout le séminaire").sees(long_date(wanted))
    with site.app.app_context():
        assert first().starts_on == day
    manager.page.get_by_role("button", name="Déplacer").first.click()
    manager.sees("Les calendriers suivent")
    with site.app.app_context():
        assert first().starts_on == wanted
