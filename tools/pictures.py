"""Take the pictures of the guide from the running demonstration: ``python -m tools.pictures http://127.0.0.1:5000``.

Each picture is reached as its person reaches it, by the words of her screens: a link that no longer says so ends the
run with the words it looked for. The names of those pictured are the demonstration's.
"""

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools.browser import find
from tools.run import PASSWORD, ROOT

PICTURES: Final = ROOT / "docs" / "pictures"
WIDE: Final = (1280, 840)
PHONE: Final = (360, 740)
COLOURS: Final = 96
SETTLES: Final = 1500  # milliseconds: a viewer of documents draws after the page


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its file's name, whose screen (empty = nobody's), the first address, the links followed from it."""

    name: str
    who: str
    start: str
    links: tuple[str, ...] = ()
    size: tuple[int, int] = WIDE


ARA: Final = "gestion.ara@example.org"
BFC: Final = "gestion.bfc@example.org"
SCHOOL: Final = "ehesp@example.org"
FACILITATOR: Final = "cooperation.occ@example.org"
LEARNER: Final = "apprenant.bfc@example.org"
TRAINER: Final = "relais.bfc@example.org"

WANTED: Final[Sequence[Picture]] = (
    Picture("appel", "", "/appels/DEMO-OUVERT"),
    Picture("dossier", "candidat@example.org", "/", ("Compléter",)),
    Picture("candidatures", BFC, "/candidatures?appel=DEMO-OUVERT"),
    Picture("dossier-porteur", BFC, "/candidatures?appel=DEMO-OUVERT", ("Élisa Perret",)),
    Picture("selection", BFC, "/appels/DEMO-OUVERT/selection"),
    Picture("chiffres", BFC, "/appels/DEMO-CLOS/selection", ("L’appel en chiffres",)),
    Picture("messages", BFC, "/", ("Répondre",)),
    Picture("comite", BFC, "/", ("Reprendre la séance",)),
    Picture("publication", BFC, "/appels/DEMO-OUVERT/publication"),
    Picture("avis", "copil.bfc@example.org", "/", ("Voir les dossiers", "Marion Guyot", "avis")),
    Picture("ecole", SCHOOL, "/candidatures/ecole"),
    Picture("abonnement", LEARNER, "/calendrier/abonnement"),
    Picture("parcours", LEARNER, "/parcours", size=PHONE),
    Picture("presences", TRAINER, "/promotions/BFC-P8/emargement"),
    Picture("emargement", TRAINER, "/", ("Voir qui a signé", "Projeter")),
    Picture("annee", BFC, "/promotions/BFC-P8/annee"),
    Picture("progression", BFC, "/promotions/BFC-P8/progression"),
    Picture("soutenances", ARA, "/promotions/ARA-1/soutenances"),
    Picture("diplomes", SCHOOL, "/diplomes/ARA-1"),
    Picture("mes-apprenants", TRAINER, "/mes-apprenants"),
    Picture("memoire", "apprenant.ara@example.org", "/parcours", ("Déposer une version",), size=PHONE),
    Picture("reprise", ARA, "/promotions/ARA-1/reprise"),
    Picture("cooperation", FACILITATOR, "/cooperation", ("Santé en vallée de la Lauze",)),
    Picture("evolution", FACILITATOR, "/cooperation", ("Santé en vallée de la Lauze", "Ce qui a bougé")),
)


def main() -> None:
    """Take every picture, or those named after the address."""
    address, *names = sys.argv[1:] or sys.exit(__doc__)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find()), args=["--no-sandbox", "--disable-gpu"])
        for picture in WANTED:
            if not names or picture.name in names:
                save(take(browser, address, picture), PICTURES / f"{picture.name}.png")
        browser.close()


def take(browser: Browser, address: str, picture: Picture) -> bytes:
    """Return the picture, as PNG, of what its person sees without scrolling."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="fr-FR", timezone_id="Europe/Paris", base_url=address
    )
    page = context.new_page()
    if picture.who:
        _sign_in(page, picture.who)
    page.goto(picture.start)
    for words in picture.links:
        _follow(page, words)
    page.wait_for_timeout(SETTLES)
    shot = page.screenshot()
    context.close()
    return shot


def _sign_in(page: Page, who: str) -> None:
    page.goto("/connexion")
    form = page.locator("form[action='/connexion']")
    form.get_by_label("Adresse").fill(who)
    form.get_by_label("Mot de passe").fill(PASSWORD)
    with page.expect_navigation():
        form.get_by_role("button", name="Me connecter").click()


def _follow(page: Page, words: str) -> None:
    link = page.get_by_role("link", name=words).filter(visible=True)
    if not link.count():
        sys.exit(f"{page.url}: no link says « {words} ».")
    with page.expect_navigation():
        link.first.click()


def save(shot: bytes, path: Path) -> None:
    """Keep a picture in few colours: a page of text loses nothing by it."""
    image = Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
