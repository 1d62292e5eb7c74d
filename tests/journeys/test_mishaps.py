"""What goes wrong in real life: a session that ends, a double click, somebody else's address, a browser without scripts."""

import base64
import hashlib
import hmac
import re
import struct
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import func, select, update

from tests.journeys.site import Site
from tests.journeys.visitor import Visitor
from tests.support import samples
from training.accounts.models import Person, SignIn
from training.admissions.models import Application, ApplicationVersion
from training.common import clock
from training.database import db

pytestmark = [pytest.mark.journey, pytest.mark.demo]

CALL: Final = "PACTE Bourgogne-Franche-Comté – Promo 9"
CANDIDATE: Final = "candidat@example.org"
DEROGATION: Final = "Le conseil d’administration vote le recrutement le 12 ; l’offre est publiée depuis un mois. " * 4


def file_of(site: Site, email: str) -> str:
    """Return the address of this person's file."""
    with site.app.app_context():
        query = select(Application.id).join(Person, Person.id == Application.person_id).where(Person.email == email)
        return f"/candidatures/{db.session.scalars(query).one()}"


def end_sessions(site: Site) -> None:
    """Let every session of the house run out, as a long lunch does."""
    with site.app.app_context():
        db.session.execute(update(SignIn).values(expires_at=clock.now()))
        db.session.commit()


def test_a_session_that_ends_in_a_long_form_loses_nothing(site: Site, visitor: Callable[..., Visitor]) -> None:
    she = visitor(width=360).sign_in(CANDIDATE)
    page = file_of(site, CANDIDATE) + "/situation"
    she.open(page).choose("En cours de recrutement").fill("Où en est le recrutement", DEROGATION)
    she.fill("Date de prise de poste", f"{clock.today() + timedelta(days=40):%d/%m/%Y}")
    end_sessions(site)
    she.press("Enregistrer et continuer").sees("Votre saisie est conservée")
    she.sign_in(CANDIDATE)
    assert she.path == "/compte/reprise"
    she.press(re.compile("^Renvoyer"), role="button").sees("enregistrée").open(page)
    assert she.page.get_by_label("Où en est le recrutement").input_value() == DEROGATION.strip()


def test_applying_without_scripts_and_pressing_twice_submits_once(
    site: Site, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    letter = tmp_path / "engagement.pdf"
    letter.write_bytes(samples.pdf(1))
    she = visitor(scripts=False).sign_in(CANDIDATE)
    file = file_of(site, CANDIDATE)
    she.open(file).sees("Il manque").open(file + "/pieces").upload("Lettre d’engagement", letter).sees("engagement.pdf")
    she.open(file + "/depot")
    she.find("Déposer le dossier").dblclick()  # the second click breaks off the first answer: wait for the last one
    she.page.wait_for_url(lambda address: address.endswith(file))
    she.page.wait_for_load_state("networkidle")
    she.open(file).sees("Accusés de réception")
    assert she.page.get_by_role("link", name=re.compile("^Dépôt du")).count() == 1
    with site.app.app_context():
        sent = select(func.count()).select_from(ApplicationVersion).join(Application)
        assert db.session.scalar(sent.where(Application.id == uuid.UUID(file.rpartition("/")[2]))) == 1


def test_somebody_elses_file_does_not_exist_and_an_unknown_act_tells_the_state(
    site: Site, visitor: Callable[..., Visitor]
) -> None:
    file = file_of(site, CANDIDATE)
    other = visitor().sign_in("apprenant.ara@example.org")
    other.open(file, status=404).does_not_see("Chevalier")
    staff = visitor().sign_in("gestion.bfc@example.org")
    staff.open(f"{file}/actes/teleporter", status=409).sees("brouillon")


def test_a_magic_link_is_consumed_by_its_button_only(site: Site, visitor: Callable[..., Visitor]) -> None:
    she = visitor(width=360).open("/connexion")
    form = she.page.locator("form[action='/connexion/lien']")
    form.get_by_label("Adresse").fill(CANDIDATE)
    she.press("Recevoir un lien")
    link = site.link_in(site.last_letter(CANDIDATE))
    visitor().open(link)  # a mail filter looks at it first
    she.open(link).press("Me connecter", within=she.page.locator("main"))
    she.open("/compte").sees(CANDIDATE)

    late = visitor().open(link, status=410).sees("Ce lien a déjà servi")
    before = len(site.letters(CANDIDATE))
    late.press("Recevoir un nouveau lien")
    assert site.link_in(site.last_letter(CANDIDATE)) != link
    assert len(site.letters(CANDIDATE)) == before + 1


def code_at(secret: str, moment: float) -> str:
    """Compute the six digits an application shows at this instant (RFC 6238)."""
    key = base64.b32decode(secret.replace(" ", "").upper() + "=" * (-len(secret.replace(" ", "")) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(moment // 30)), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_a_code_application_is_linked_then_asked_for(visitor: Callable[..., Visitor]) -> None:
    who = "relais.ara@example.org"
    he = visitor(width=360).sign_in(who)
    he.open("/compte/application-de-codes")
    secret = he.page.locator("main code").first.inner_text()
    now = time.time()
    he.fill("Code affiché", code_at(secret, now)).press("Relier l’application")

    again = visitor().sign_in(who)
    assert again.path.startswith("/connexion/second-facteur"), again.path
    again.fill(re.compile("Code"), "000000").press("Confirmer").sees("Ce code ne correspond pas")
    again.fill(re.compile("Code"), code_at(secret, now + 30)).press("Confirmer")
    again.open("/compte").sees(who)
