"""A federation of two runs a whole selection: forty files, one sitting, the school, a moved reserve, few submissions."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from playwright.sync_api import Request

from tests.journeys.site import Site
from tests.journeys.visitor import Visitor
from training.common import clock

pytestmark = [pytest.mark.journey, pytest.mark.demo]

CALL: Final = "DEMO-CLOS"
SELECTION: Final = f"/appels/{CALL}/selection"
MANAGER: Final = "gestion.bfc@example.org"
COLLEAGUE: Final = "relais.bfc@example.org"
FILES: Final = 40
SHORTLISTED: Final = 20
REFUSED: Final = 5
MOST_SUBMISSIONS: Final = 150
FAULTY: Final = "Adèle Perrard"
HEARD: Final = "Basile Courvoisier"
WAIVED: Final = "Célia Montfort"
LEAVES: Final = "David Garret"
UNPAID: Final = "Kévin Doublet"
AGAINST: Final = "Quitterie Aubry"


@pytest.fixture
def submissions() -> list[str]:
    """The addresses to which the federation's two people have sent something."""
    return []


@pytest.fixture
def federation(visitor: Callable[..., Visitor], submissions: list[str]) -> tuple[Visitor, Visitor]:
    """Its two people, signed in; what they send from now on is counted."""
    both = (visitor().sign_in(MANAGER), visitor().sign_in(COLLEAGUE))

    def note(request: Request) -> None:
        if request.method == "POST":
            submissions.append(request.url)

    for each in both:
        each.page.on("request", note)
    return both


def test_a_federation_of_two_goes_from_the_first_file_to_a_moved_reserve(
    site: Site, visitor: Callable[..., Visitor], federation: tuple[Visitor, Visitor], submissions: list[str]
) -> None:
    manager, colleague = federation
    checks_the_files(colleague)
    opens_the_review(manager)
    decides_in_session(manager, colleague)
    holds_the_interview(site, visitor, colleague)
    in_one_go(manager, "Transmettre à l’école", expected=FILES - REFUSED - 1)
    school_decides(visitor().sign_in("ehesp@example.org"))
    publishes(manager, colleague)
    moves_the_reserve(site, visitor, manager)
    assert len(submissions) <= MOST_SUBMISSIONS, submissions
    print(f"{len(submissions)} submissions")  # noqa: T201 - the figure the journey is about


def checks_the_files(staff: Visitor) -> None:
    """One piece is sent back with its day; the other files are admissible in one go."""
    staff.open(SELECTION).press("Vérifier les dossiers déposés")
    staff.press("Lettre de motivation", within=staff.row(FAULTY))
    staff.choose("à remplacer").fill("Motif", "La deuxième page manque.").press(re.compile("^Enregistrer"))
    staff.press("Demander des corrections").fill("Ce qu’il faut", "Merci de renvoyer la lettre entière.")
    day = clock.today() + timedelta(days=7)
    staff.fill("À renvoyer avant", f"{day:%d/%m/%Y}").press("Envoyer la demande")
    staff.open(SELECTION).press("Vérifier les dossiers déposés")
    boxes = staff.page.locator("input[name=dossier]")
    for index in range(boxes.count()):
        boxes.nth(index).check()
    staff.row(FAULTY).locator("input[name=dossier]").uncheck()
    staff.press("Déclarer recevable", role="button").sees(f"{FILES - 1} dossiers sont recevables")


def in_one_go(staff: Visitor, label: str, *, expected: int) -> None:
    """Take an act on every file that waits for it, from the page that says what comes next."""
    staff.open(SELECTION).press(label, role="link")
    assert staff.page.locator("input[name=dossier]:checked").count() == expected
    staff.press(label, role="button")


def opens_the_review(staff: Visitor) -> None:
    """All under review, then preselected: both at once for all."""
    in_one_go(staff, "Mettre en examen", expected=FILES - 1)
    in_one_go(staff, "Présélectionner", expected=FILES - 1)


def decides_in_session(manager: Visitor, colleague: Visitor) -> None:
    """Presences, then one table: every opinion and every proposal in one sending; a slip is undone; then it closes."""
    manager.open(SELECTION).fill("Lieu", "Dijon").press("Ouvrir la séance")
    boxes = manager.page.get_by_role("checkbox")
    for index in range(boxes.count()):
        boxes.nth(index).check()
    manager.press("Noter les présences").press("Tour de table")
    fill_the_table(manager)
    manager.press("Enregistrer le tour de table").sees(f"{SHORTLISTED} retenues pour 20 places")
    colleague.open(manager.path).press(LEAVES, role="link")
    colleague.choose(re.compile("^liste complémentaire")).press("Noter la proposition")
    colleague.sees("Dernier changement", f"{LEAVES}, liste complémentaire").press("Annuler ce changement")
    colleague.sees("Annulé")
    manager.open(colleague.path).press("Clore la séance").press("Clore la séance", role="button")


def fill_the_table(staff: Visitor) -> None:
    """Fill the table as the room speaks: the first ones kept, the last ones not, the others ranked; two interviews asked."""
    rows = staff.page.locator("tbody tr")
    for index in range(rows.count()):
        row = rows.nth(index)
        kept, refused = index < SHORTLISTED, index >= FILES - 1 - REFUSED
        opinions = row.locator("select[name^=opinion-]")
        for place in range(opinions.count()):
            opinions.nth(place).select_option("reserved" if refused else "favourable")
        proposal = "shortlisted" if kept else "not_selected" if refused else "waiting"
        row.locator("select[name^=proposal-]").select_option(proposal)
        if refused:
            row.locator("input[name^=reason-]").fill("Le projet gagnerait à mûrir.")
    for name in (HEARD, WAIVED):
        staff.row(name).locator("input[name^=interview-]").check()


def holds_the_interview(site: Site, visitor: Callable[..., Visitor], staff: Visitor) -> None:
    """Slots are proposed; one applicant chooses hers and is invited; the report is written, the other interview waived."""
    staff.open(f"/appels/{CALL}/entretiens")
    day = clock.today() + timedelta(days=8)
    staff.fill("Jour", f"{day:%d/%m/%Y}").fill(re.compile("^De$"), "9 h").fill(re.compile("^À$"), "10 h").press(
        "Proposer ces créneaux"
    )
    site.work_by_day()
    assert any("Choisissez le moment" in words for words in site.words_for("basile.courvoisier@example.org"))
    staff.press(HEARD, role="link").fill("Jour", f"{day:%d/%m/%Y}").fill("Heure", "14 h")
    staff.press("Fixer l’entretien", role="button")
    staff.open(f"/appels/{CALL}/entretiens").press(HEARD, role="link").choose("favorable")
    staff.fill("Compte rendu", "Projet clair, équipe prête.").press("Enregistrer le compte rendu")
    staff.open(f"/appels/{CALL}/entretiens").press(WAIVED, role="link")
    staff.fill("Motif", "Déjà rencontrée cette année.").press("Lever l’entretien", role="button")


def school_decides(school: Visitor) -> None:
    """The school refuses one file with a reason, then validates the others in one go."""
    school.open(f"/appels/{CALL}/lots/refuse")
    school.row(AGAINST).locator("input[name=dossier]").check()
    school.fill("Motif", "Le poste décrit n’est pas un poste de coordination.")
    school.press("Refuser la candidature", role="button")
    school.open(f"/appels/{CALL}/lots/validate").press("Valider la candidature", role="button")


def publishes(manager: Visitor, colleague: Visitor) -> None:
    """Dues missed are recorded on the spot; every mail is read beforehand; results, then seats, each in one act."""
    colleague.open(f"/candidatures?appel={CALL}&q=doublet").press(UNPAID, role="link")
    colleague.press("Enregistrer la cotisation").press("Enregistrer la cotisation", role="button").sees(
        "est enregistrée"
    )
    manager.open(SELECTION).press("Préparer la publication").sees(LEAVES)
    manager.press(re.compile("^Publier "), role="button")
    manager.open(SELECTION).press("Proposer les places").press(re.compile("^Proposer"), role="button")


def moves_the_reserve(site: Site, visitor: Callable[..., Visitor], staff: Visitor) -> None:
    """A seat offered and declined goes at once to the first of the reserve whom nothing bars."""
    staff.open(f"/candidatures?appel={CALL}&etat=offered")
    before = staff.page.locator("tbody tr").count()
    assert before == 20
    staff.open(f"/candidatures?appel={CALL}&q=garret").press(LEAVES, role="link")
    staff.press("Enregistrer un désistement").fill("Motif", "Désistement par téléphone.")
    staff.press("Enregistrer un désistement", role="button")
    staff.open(f"/candidatures?appel={CALL}&etat=offered")
    assert staff.page.locator("tbody tr").count() == before
    staff.open(f"/candidatures?appel={CALL}&q=doublet").press(UNPAID, role="link")
    staff.sees("place proposée", "a proposé une place")
    site.work_by_day()
    assert any("place" in words for words in site.words_for("kevin.doublet@example.org"))
