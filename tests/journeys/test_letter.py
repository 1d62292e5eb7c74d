"""A structure's representative signs by a link on a phone; what the applicant types keeps itself (R99, R100, R107)."""

import re
from collections.abc import Callable
from typing import Final

import pytest

from tests.journeys.site import Site
from tests.journeys.test_mishaps import CANDIDATE, file_of
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.demo]
SIGNER: Final = "bernard.signataire@example.org"


def test_a_representative_reads_and_signs_by_a_link_on_a_phone(site: Site, visitor: Callable[..., Visitor]) -> None:
    she = visitor(width=360).sign_in(CANDIDATE)
    file = file_of(site, CANDIDATE)
    she.open(f"{file}/situation").choose("En prise de poste").fill("Date de prise de poste", "bientôt")
    she.sees("Enregistré à")  # by itself, two seconds later
    she.open(f"{file}/situation").sees("Votre saisie est reprise")
    assert she.page.get_by_label("Date de prise de poste").input_value() == "bientôt"

    she.open(f"{file}/pieces").press(re.compile("^Faire signer en ligne"))
    she.fill("Adresse électronique", SIGNER).press("Envoyer le lien").sees("en attente de signature")
    link = site.link_in(site.last_letter(SIGNER))
    visitor().open(link)  # a mail filter looks at it first
    they = visitor(width=360).open(link).sees("vous demande d’engager votre structure").press("Lire et signer")
    they.sees("Inès Chevalier", "Ce à quoi la structure s’engage")
    they.fill("Votre prénom et votre nom", "Inès Chevalier").fill("Votre fonction", "Présidente")
    they.choose("Je peux engager la structure").press("Signer au nom de la structure")
    they.sees("ne peut pas être la personne candidate")
    assert they.page.get_by_label("Votre fonction").input_value() == "Présidente"
    they.fill("Votre prénom et votre nom", "Bernard Vuillemin").press("Signer au nom de la structure")
    they.sees("L’engagement est signé", "Bernard Vuillemin")

    visitor().open(link).sees("est déjà signé")
    she.open(file).sees("Bernard Vuillemin (par son lien) a signé au nom de la structure")
    she.open(f"{file}/pieces").sees("signée", "Par Bernard Vuillemin")
    site.work_by_day()
    assert "a signé" in site.words_for(SIGNER)[-1]
