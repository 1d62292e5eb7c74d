"""From a subject to the admission; deferred, then a second defence: the jury signs in turn on one device (R56–R66)."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.factories import accounts, portfolio
from tests.factories import juries as make
from tests.journeys.site import PASSWORD, Site
from tests.journeys.visitor import Visitor
from tests.support import samples
from training.accounts.security import passwords
from training.common import clock
from training.database import db
from training.defences.commands import DayToHold
from training.defences.rules import juries
from training.defences.services import days
from training.extensions import settings

pytestmark = pytest.mark.journey

LEARNER: Final = "alix.morel@example.org"
TRAINER: Final = "relais@example.org"
STAFF: Final = "equipe@example.org"
CHAIR: Final = "presidence@example.org"


class Member(NamedTuple):
    """A juror: her name, and the code by which she signs."""

    name: str
    code: str


class Story(NamedTuple):
    """What the journey needs to know."""

    cohort: str
    defence: str
    members: list[Member]


def prepare(site: Site) -> Story:
    """A defence placed today at midnight, in the first of two rooms; three people who can sign in."""
    with site.app.app_context():
        today = clock.today()
        with clock.freeze(clock.at_paris(today - timedelta(days=1), 12)):
            cohort = make.cohort()
            command = DayToHold(today, "Lyon", "", None, ("Salle A", "Salle B"), ((time(0), time(1)),))
            day = days.add_day(cohort, command, by=make.staff(cohort))
            memoire = make.cleared(cohort, first_name="Alix", last_name="Morel")
            jurors = [make.juror(cohort, part, day, may_preside=part is make.BODIES[0]) for part in make.BODIES]
            make.accept(cohort)
        carrier = accounts.manager(next(part.organisation for part in cohort.parts if part.part is make.BODIES[2]))
        for person, email in ((memoire.enrolment.person, LEARNER), (carrier, STAFF), (jurors[0].person, CHAIR)):
            person.email = person.email_key = email
            person.password = passwords().hash(PASSWORD)
        key = settings().secret_key
        members = [Member(each.person.name, juries.code_of(each.id, 1, key)) for each in jurors]
        db.session.commit()
        slot = next(each for each in day.slots if each.memoire_id is not None)
        return Story(cohort.code, f"/soutenances/{slot.id}", members)


def prepare_subject(site: Site) -> tuple[Story, str]:
    """A learner whose core documents are validated, and nothing of her mémoire; a day of defences, its jurors free."""
    with site.app.app_context():
        today = clock.today()
        with clock.freeze(clock.at_paris(today - timedelta(days=1), 12)):
            cohort = make.cohort()
            command = DayToHold(today, "Lyon", "", None, ("Salle A",), ((time(0), time(1)),))
            day = days.add_day(cohort, command, by=make.staff(cohort))
            pair = portfolio.pair(cohort, first_name="Alix", last_name="Morel")
            for module in cohort.edition.modules:
                for kind in module.tracers:
                    portfolio.decided(portfolio.deposited(pair.enrolment, code=kind.code), pair.reader)
            jurors = [make.juror(cohort, part, day, may_preside=part is make.BODIES[0]) for part in make.BODIES]
        carrier = accounts.manager(next(part.organisation for part in cohort.parts if part.part is make.BODIES[2]))
        known = ((pair.learner, LEARNER), (pair.reader, TRAINER), (carrier, STAFF), (jurors[0].person, CHAIR))
        for person, email in known:
            person.email = person.email_key = email
            person.password = passwords().hash(PASSWORD)
        key = settings().secret_key
        members = [Member(each.person.name, juries.code_of(each.id, 1, key)) for each in jurors]
        db.session.commit()
        return Story(cohort.code, "", members), f"/parcours/{pair.enrolment.id}"


def place(staff: Visitor, story: Story) -> str:
    """Place the one learner who waits by hand, before all the members; return the address of her defence."""
    staff.open(f"/promotions/{story.cohort}/soutenances").press(re.compile("^Placer quelqu’un"))
    for member in story.members:
        staff.page.get_by_label(member.name).first.check()
    staff.page.get_by_label("Présidence").select_option(label=story.members[0].name)
    staff.press("Enregistrer la soutenance").sees("La soutenance est enregistrée")
    links = staff.page.get_by_role("link", name="Alix Morel", exact=True).all()
    return next(href for link in links if (href := link.get_attribute("href") or "") not in {story.defence, ""})


def hold(chair: Visitor, story: Story, address: str, outcome: str) -> None:
    """From the president’s pledge to the result published."""
    chair.open(address).press("Je m’y engage").sees("Mon évaluation")
    chair.press("Ouvrir la délibération").choose(outcome).fill("Commentaires du jury", "Un travail sérieux.")
    chair.press("Écrire le procès-verbal").sees("Passez l’appareil")
    for member in story.members:
        chair.press(f"{member.name} signe le procès-verbal").fill("Votre code de signature", member.code)
        if member is not story.members[0]:
            chair.choose("Je juge en toute impartialité et n’ai aucun lien avec la personne qui soutient.")
        chair.press("Signer le procès-verbal")
    chair.sees("le procès-verbal est verrouillé").press("Publier le résultat")
    chair.sees("Ce qui va se passer").press("Publier le résultat", role="button").sees("Le résultat est publié")


def test_deferred_then_a_second_defence(site: Site, visitor: Callable[..., Visitor]) -> None:
    story = prepare(site)
    chair, she, staff = (
        visitor(width=width).sign_in(who) for width, who in ((360, CHAIR), (1280, LEARNER), (1280, STAFF))
    )
    she.open(story.defence).sees("Vous soutenez").does_not_see("ajourné")
    hold(chair, story, story.defence, "Ajourné·e")
    she.open(story.defence).sees("ajourné·e", "Un travail sérieux.", "Une nouvelle soutenance")

    board = f"/promotions/{story.cohort}/soutenances"
    staff.open(board).sees("1 personne attend un créneau", "ajourné")
    second = place(staff, story)

    hold(chair, story, second, "Admis·e")
    she.open(second).sees("admis·e").does_not_see("ajourné")


def test_from_a_subject_to_the_admission(site: Site, visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    story, path = prepare_subject(site)
    paper = tmp_path / "memoire.pdf"
    paper.write_bytes(samples.pdf(12))
    she, trainer = (visitor(width=width).sign_in(who) for width, who in ((360, LEARNER), (1280, TRAINER)))

    she.open(path).press(re.compile("^Proposer un sujet")).fill("Sujet", "Une réunion qui décide")
    she.fill("La démarche de votre équipe", "L’équipe a changé sa réunion.").press("Proposer ce sujet")
    she.sees("Votre sujet est entre les mains")
    memoire = she.path
    trainer.open("/").press(re.compile("^Lire le sujet")).choose("Approuver ce sujet").press("Envoyer ma réponse")
    trainer.sees("sujet approuvé")

    she.open(memoire).press("Déposer la version finale").page.locator("input[type=file]").set_input_files(paper)
    she.choose(re.compile("^Ce mémoire est mon travail")).choose(re.compile("^J’ai relu ce document")).press("Déposer")
    she.sees("12 pages sans les annexes", "attend le bon à soutenir")
    trainer.open("/").press(re.compile("^Donner le bon à soutenir")).press("Donner le bon à soutenir").sees(
        "bon à soutenir"
    )

    staff, chair = (visitor(width=1280).sign_in(who) for who in (STAFF, CHAIR))
    defence = place(staff, story)
    hold(chair, story, defence, "Admis·e")
    she.open(defence).sees("admis·e", "Un travail sérieux.")
    she.open(path).sees("Mémoire : admis")
