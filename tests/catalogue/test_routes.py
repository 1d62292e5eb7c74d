"""The catalogue's pages: what each kind of person sees and may do, valid HTML, a constant number of queries."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import accounts as people
from tests.factories.catalogue import make_edition, make_module, make_programme, saved
from training.accounts.enums import Function, OrganisationKind
from training.accounts.models import Organisation, Person
from training.catalogue import queries
from training.catalogue.enums import EditionStatus
from training.catalogue.models import Edition, Programme

NATIONAL, PROMO_8 = "/programmes/PACTE/PACTE-NAT-2025", "/programmes/PACTE/PACTE-BFC-P8"
SECTIONS = ("identite", "diplome", "heures", "regles", "modules-socles/ajouter", "modules-complementaires/ajouter")


@pytest.fixture
def as_(client: FlaskClient, session: Session) -> Callable[..., FlaskClient]:
    """``as_("EHESP")``: sign the browser in as a manager of this body."""
    made: dict[str, Person] = {}

    def sign_in(code: str, function: Function = Function.MANAGER) -> FlaskClient:
        if code not in made:
            made[code] = people.person()
            body = session.scalars(select(Organisation).where(Organisation.code == code)).one()
            people.membership(made[code], function, body)
        people.sign_in(client, made[code])
        return client

    return sign_in


@pytest.fixture
def draft(session: Session) -> Edition:
    """A draft of FeMaSCo-BFC and EHESP in a programme of its own."""
    bodies = {body.code: body for body in session.scalars(select(Organisation))}
    carrier, school = bodies["FEMASCO-BFC"], bodies["EHESP"]
    return saved(make_edition(code="ED-1", carrier=carrier, school=school, programme=make_programme(code="PROG")))


D = "/programmes/PROG/ED-1"


@pytest.mark.seeded
def test_the_public_reads_programmes_and_editions(page: Any) -> None:
    """R3: totals computed; unknown values are “à confirmer”; provenance and sources shown."""
    index = page("/programmes")
    assert index.heading == "Programmes de formation"
    assert "MSP : 156 h, Centre de santé : 156 h, CPTS : 224 h" in index.text
    assert "CPTS : à confirmer, DAC : à confirmer, Dispositif régional : à confirmer" in index.text
    assert "Promo 8" in page("/programmes/PACTE").text
    national = page(NATIONAL).text
    for words in ("156 h", "224 h", "Prise de fonction", "officiel", "déduit", "exemple", "Akeia"):
        assert words in national, words
    assert "Voir ses 15 écarts" in page(PROMO_8).text
    mosaic = page("/programmes/MOSAIC/MOSAIC-2026").text
    assert "Total à confirmer à confirmer à confirmer" in mosaic
    assert "MOS-A titre à confirmer" in mosaic


@pytest.mark.seeded
def test_the_public_is_offered_no_act(page: Any) -> None:
    """Only the menus and the comparison: no form, no editing link."""
    shown = page(PROMO_8)
    assert shown.actions() == []
    assert not any("Modifier" in words or "Nouvelle édition" in words for words in shown.links())


@pytest.mark.seeded
def test_two_editions_or_two_variants_stand_side_by_side(page: Any) -> None:
    """R102."""
    shown = page("/programmes/comparer?a=PACTE-BFC-P8&b=PACTE-NAT-2025").text
    assert "Les différences 15" in shown
    assert "Démarche qualité : CPTS obligatoire officiel S2 absent" in shown
    both = page("/programmes/comparer?a=PACTE-NAT-2025:MSP&b=PACTE-NAT-2025:CPTS&tout=1").text
    assert "96 h officiel S1 124 h officiel S1" in both
    mixed = page("/programmes/comparer?a=PACTE-NAT-2025:MSP&b=PACTE-BFC-P8").text
    assert "Les différences 15" in mixed
    assert "Aucune différence" in page("/programmes/comparer?a=PACTE-BFC-P8&b=PACTE-BFC-P8").text
    page("/programmes/comparer")
    page("/programmes/comparer?a=PACTE-BFC-P8")
    for unknown in ("a=NOPE", "a=PACTE-BFC-P8:DAC"):
        page(f"/programmes/comparer?{unknown}", status=404)


@pytest.mark.seeded
@pytest.mark.parametrize("url", ["/programmes/NOPE", "/programmes/PACTE/NOPE", "/programmes/MOSAIC/PACTE-BFC-P8"])
def test_what_does_not_exist_is_not_found(page: Any, url: str) -> None:
    page(url, status=404)


@pytest.mark.seeded
def test_a_draft_is_seen_by_its_bodies_only(page: Any, as_: Any, draft: Edition, session: Session) -> None:
    page(D, status=404)
    for code, seen in (("GRCS-ARA", 404), ("FEMASCO-BFC", 200), ("EHESP", 200)):
        as_(code)
        page(D, status=seen)
        page("/programmes/comparer?a=ED-1&b=PACTE-NAT-2025", status=seen)
        assert (draft.label in page("/programmes/PROG").text) is (seen == 200)


@pytest.mark.seeded
def test_each_body_edits_its_own_share(page: Any, as_: Any, draft: Edition) -> None:
    """R102: the carrier's pages are closed to the school, and the other way round."""
    own = {
        "FEMASCO-BFC": {"identite", "modules-complementaires/ajouter"},
        "EHESP": {"diplome", "heures", "regles", "modules-socles/ajouter"},
    }
    for code, sections in own.items():
        as_(code)
        for section in SECTIONS:
            page(f"{D}/{section}", status=200 if section in sections else 403)
    page(f"{D}/documents-traceurs/COM/ajouter")
    page(f"{D}/modules-socles/PF/modifier")
    page(f"{D}/modules-socles/COM/modifier", status=404)
    page(f"{D}/modules-complementaires/COM/modifier", status=403)


@pytest.mark.seeded
def test_a_published_edition_answers_409_to_editing(page: Any, as_: Any) -> None:
    as_("EHESP")
    for section in ("diplome", "heures", "modules-socles/PF/modifier"):
        page(f"{PROMO_8}/{section}", status=409)
    assert as_("EHESP").get(f"{PROMO_8}/publier").status_code == 409
    as_("FEMASCO-BFC")
    page(f"{PROMO_8}/identite", status=409)


def sent(page: Any, at: str, **values: Any) -> dict[str, Any]:
    """What a browser sends from the form of this page, once these fields are filled in."""
    return {**page(at).form(at), **values}


@pytest.mark.seeded
def test_a_carrier_derives_edits_and_the_school_publishes(page: Any, as_: Any, session: Session) -> None:
    """R102: the whole way of a regional edition, by the pages alone."""
    client = as_("FEMASCO-BFC")
    copy = f"{NATIONAL}/nouvelle-edition"
    data = sent(page, copy, code="pacte-bfc-p10", label="Promo 10", variants=["MSP", "CPTS"])
    assert client.post(copy, data=data).location == "/programmes/PACTE/PACTE-BFC-P10"
    new = "/programmes/PACTE/PACTE-BFC-P10"
    identity = sent(page, f"{new}/identite", seminars_pattern="6 séminaires", source="Décision du bureau")
    assert client.post(f"{new}/identite", data=identity).status_code == 303
    module = sent(
        page, f"{new}/modules-complementaires/ajouter",
        code="com", title="Communication", mandatory=["MSP"], optional=["CPTS"], objectives="- Écouter\n\n• Écrire",
    )  # fmt: skip
    assert client.post(f"{new}/modules-complementaires/ajouter", data=module).status_code == 303
    shown = page(new).text
    assert "6 séminaires officiel Décision du bureau" in shown
    assert "Écouter Écrire" in shown
    page(f"{new}/publier", status=403)
    client = as_("EHESP")
    hours = sent(page, f"{new}/heures", hours_cpts_team="")
    assert client.post(f"{new}/heures", data=hours).status_code == 303
    confirm = page(f"{new}/publier")
    assert "Travail en équipe, CPTS" in confirm.text
    data = sent(page, f"{new}/publier")
    assert client.post(f"{new}/publier", data=data).status_code == 303
    session.expire_all()
    edition = queries.whole_edition("PACTE", "PACTE-BFC-P10")
    assert edition is not None
    assert edition.status is EditionStatus.PUBLISHED
    assert edition.parent is not None
    assert edition.parent.code == "PACTE-NAT-2025"
    assert "a publié l’édition" in page(new).text


@pytest.mark.seeded
def test_a_code_already_taken_keeps_what_was_typed(page: Any, as_: Any) -> None:
    client = as_("FEMASCO-BFC")
    data = sent(page, f"{PROMO_8}/nouvelle-edition", code="PACTE-BFC-P9", label="Mon édition", variants=["MSP"])
    answer = client.post(f"{PROMO_8}/nouvelle-edition", data=data)
    assert answer.status_code == 422
    assert "désigne déjà une autre édition" in answer.text
    assert "Mon édition" in answer.text


@pytest.mark.seeded
def test_a_choice_a_tracer_and_a_resource_come_and_go(page: Any, as_: Any, draft: Edition, session: Session) -> None:
    client = as_("EHESP")
    ways: list[tuple[str, dict[str, Any]]] = [
        ("modules-socles/choix/ajouter", {"code": "parcours", "label": "Parcours", "type": "specialisation"}),
        ("modules-socles/choix/PARCOURS/modifier", {"label": "Parcours au choix", "decided_until": "1/9/2026"}),
        ("documents-traceurs/PF/ajouter", {"code": "bilan", "label": "Bilan", "mandatory": ["MSP"], "due_days": "30"}),
        ("documents-traceurs/PF/bilan/modifier", {"due_days": "", "mandatory": ["CPTS"]}),
        ("modules-socles/PF/ressources/ajouter", {"title": "Page", "url": "https://example.org/", "minutes": "20"}),
        ("modules-socles/PF/modifier", {"title": "Prise de poste", "mandatory": ["MSP"], "optional": ["CPTS"]}),
    ]
    for way, values in ways:
        answer = client.post(f"{D}/{way}", data=sent(page, f"{D}/{way}", **values))
        assert answer.status_code == 303, (way, answer.text)
    shown = page(D)
    for words in ("Parcours au choix", "jusqu’au 1er septembre 2026", "Bilan", "Prise de poste", "20 min"):
        assert words in shown.text, words
    resource = next(href for href in shown.links().values() if "/ressources/" in href and href.endswith("/retirer"))
    removals = [resource, f"{D}/documents-traceurs/PF/bilan/retirer", f"{D}/modules-socles/choix/PARCOURS/retirer"]
    for url in [*removals, f"{D}/modules-socles/PF/retirer"]:
        assert client.post(url, data=sent(page, url)).status_code == 303
    assert "Bilan" not in page(D).text.partition("Historique")[0]


@pytest.mark.seeded
@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        ("heures", {"hours_msp_team": "trente"}, "Écrivez un nombre entier"),
        ("regles", {"attendance_threshold": "120"}, "de 0 à 100"),
        ("regles", {"memoire_pages_min": "30", "memoire_pages_max": "20"}, "au moins égale à la longueur minimale"),
        ("modules-socles/ajouter", {"code": "X"}, "Cochez au moins un parcours"),
        ("modules-socles/ajouter", {"code": "X", "mandatory": ["MSP"], "optional": ["MSP"]}, "coché deux fois"),
        ("modules-socles/ajouter", {"code": "X", "mandatory": ["MSP"], "objectives": "x" * 301}, "300 caractères"),
        ("modules-socles/PF/ressources/ajouter", {"title": "X", "url": "javascript:x"}, "commence par https"),
        ("documents-traceurs/PF/ajouter", {"code": "fiche_poste", "label": "X"}, "autre document du module"),
    ],
)
def test_what_is_mistyped_is_told_under_its_field(
    page: Any, as_: Any, section: str, values: dict[str, Any], message: str
) -> None:
    client = as_("EHESP")
    answer = client.post(f"{D}/{section}", data=sent(page, f"{D}/{section}", **values))
    assert answer.status_code == 422
    assert message in answer.text


@pytest.mark.seeded
def test_each_body_settles_its_own_values(page: Any, as_: Any) -> None:
    """R103."""
    url = "/programmes/MOSAIC/MOSAIC-2026/valeurs"
    as_("GUICHET-CPTS")
    assert "Rythme des séminaires" in page(url).text
    assert "Durée de la soutenance" not in page(url).text
    client = as_("EHESP")
    assert "Durée de la soutenance" in page(url).text
    value = f"{url}/rules/defence_minutes"
    answer = client.post(value, data=sent(page, value, value="45", reason="Arrêté du 3 mars"))
    assert answer.location == url
    assert "45 min" in page("/programmes/MOSAIC/MOSAIC-2026").text
    assert "Arrêté du 3 mars" in page("/programmes/MOSAIC/MOSAIC-2026").text
    again = client.post(value, data=sent(page, value, value="45", reason="Encore"))
    assert (again.status_code, "déjà la valeur" in again.text) == (422, True)
    silent = client.post(value, data=sent(page, value, value="50", reason=""))
    assert silent.status_code == 422
    other = f"{url}/edition/seminars_pattern"
    assert client.post(other, data=sent(page, other, value="6", reason="Non")).status_code == 403
    page(f"{url}/module/MOS-TC", status=404)
    for kind in ("rules/jury_bodies", "rules/referent", "rules/forum_required", "module/MOS-A/title"):
        page(f"{url}/{kind}")


@pytest.mark.seeded
def test_a_draft_is_not_settled(page: Any, as_: Any, draft: Edition) -> None:
    as_("EHESP")
    page(f"{D}/valeurs", status=409)
    page(f"{D}/valeurs/rules/quorum", status=409)


@pytest.mark.seeded
def test_archiving_asks_why(page: Any, as_: Any) -> None:
    client = as_("EHESP")
    url = f"{PROMO_8}/classer"
    assert client.post(url, data=sent(page, url, reason="")).status_code == 422
    assert client.post(url, data=sent(page, url, reason="Remplacée")).status_code == 303
    assert "historique" in page(PROMO_8).text


@pytest.mark.both_engines
@pytest.mark.parametrize("rows", [1, 3])
def test_pages_ask_the_same_number_of_queries_whatever_their_rows(
    page: Any, client: FlaskClient, session: Session, selects: Any, rows: int
) -> None:
    """The budget: at most 12 SELECTs, session and guard included, constant in rows."""
    carrier, school = people.organisation(), people.organisation(kind=OrganisationKind.SCHOOL)
    programme = make_programme(code="PROG")
    parent = saved(make_edition(code="PARENT", carrier=carrier, school=school, programme=programme))
    for number in range(rows):
        saved(make_edition(code=f"OTHER-{number}", carrier=carrier, school=school, programme=programme))
    edition = saved(make_edition(code="ED-1", carrier=carrier, school=school, programme=programme, parent=parent))
    variants = dict.fromkeys(edition.variants, True)
    edition.modules.extend(
        make_module(f"M{number}", variants, tracers=("a", "b"), objectives=("Un", "Deux")) for number in range(rows)
    )
    people.sign_in(client, people.manager(carrier))
    counts = {}
    for name, url in {
        "index": "/programmes",
        "programme": "/programmes/PROG",
        "edition": D,
        "compare": "/programmes/comparer?a=ED-1&b=PARENT",
        "form": f"{D}/identite",
        "copy": f"{D}/nouvelle-edition",
    }.items():
        with selects() as asked:
            page(url)
        counts[name] = asked.count
    assert max(counts.values()) <= 12, counts
    assert counts == EXPECTED


EXPECTED = {"index": 4, "programme": 4, "edition": 9, "compare": 9, "form": 7, "copy": 8}


@pytest.mark.seeded
def test_a_reader_sees_and_changes_nothing(page: Any, as_: Any, draft: Edition) -> None:
    as_("FEMASCO-BFC", Function.READER)
    shown = page(D)
    assert not any("Modifier" in words for words in shown.links())
    page(f"{D}/identite", status=403)


def test_an_empty_catalogue_says_so(page: Any, session: Session) -> None:
    assert "Aucun programme" in page("/programmes").text
    session.add(Programme(**_bare()))
    session.flush()
    assert "Aucune édition publiée" in page("/programmes/BARE").text


def _bare() -> dict[str, Any]:
    programme = make_programme(code="BARE")
    return {key: getattr(programme, key) for key in ("code", "label", "summary", "position", "provenance", "source")}
