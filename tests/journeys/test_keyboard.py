"""With the keyboard alone: skip, sign in, send the last piece, submit; the focus is always seen."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import FileChooser

from tests.journeys.site import PASSWORD, Site
from tests.journeys.test_mishaps import CANDIDATE, file_of
from tests.journeys.visitor import PATIENCE, Visitor, plain
from tests.support import samples

pytestmark = [pytest.mark.journey, pytest.mark.demo]

MOST_TABS: Final = 90
FOCUSED: Final = """() => {
  const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
  const label = e.labels && e.labels.length ? e.labels[0].innerText : '';
  return {words: (label || e.innerText || e.getAttribute('aria-label') || '').trim(), id: e.id, tag: e.tagName,
    seen: (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none',
    inside: box.bottom > 0 && box.right > 0 && box.width > 0 && box.height > 0};
}"""


def tab_to(she: Visitor, words: str, *, form: str = "") -> None:
    """Press Tab until what bears these words has the focus; wherever it stops, the focus is seen."""
    for _ in range(MOST_TABS):
        she.page.keyboard.press("Tab")
        at = she.page.evaluate(FOCUSED)
        if at["tag"] == "BODY":
            continue
        if at["tag"] != "IFRAME":
            assert at["seen"], f"{she.page.url}: the focus does not show on {at}"
            assert at["inside"], f"{she.page.url}: the focus is out of sight on {at}"
        here = she.page.evaluate("() => document.activeElement.closest('form')?.getAttribute('action') || ''")
        if plain(at["words"]).startswith(words) and here.startswith(form):
            return
    raise AssertionError(f"{she.page.url}: Tab never reaches {words!r}")


def enter(she: Visitor) -> None:
    """Press Enter and wait for the next page."""
    with she.page.expect_navigation(wait_until="load"):
        she.page.keyboard.press("Enter")
    she.examine()


def _chooser(opened: list[FileChooser], she: Visitor) -> FileChooser:
    """Return the chooser of files that a key has opened."""
    until = time.monotonic() + PATIENCE / 1000
    while not opened and time.monotonic() < until:
        she.page.wait_for_timeout(100)  # lets the browser's words in
    assert opened, f"{she.page.url}: Enter opens no chooser of files"
    return opened[-1]


def test_signing_in_and_submitting_by_keyboard(site: Site, visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    letter = tmp_path / "engagement.pdf"
    letter.write_bytes(samples.pdf(1))
    she = visitor().open("/connexion")
    tab_to(she, "Aller au contenu")
    she.page.keyboard.press("Enter")
    assert she.page.evaluate("document.activeElement.tagName") == "MAIN"
    tab_to(she, "Adresse", form="/connexion")
    she.page.keyboard.type(CANDIDATE)
    tab_to(she, "Mot de passe", form="/connexion")
    she.page.keyboard.type(PASSWORD)
    enter(she)

    file = file_of(site, CANDIDATE)
    choosers: list[FileChooser] = []
    she.page.on("filechooser", lambda chooser: choosers.append(chooser))  # noqa: PLW0108 - the library wants a function of ours
    she.open(file)
    tab_to(she, "Continuer mon dossier")
    enter(she)
    tab_to(she, "Choisir un fichier", form=f"{file}/pieces/lettre-engagement")
    she.page.keyboard.press("Enter")
    _chooser(choosers, she).set_files(letter)
    tab_to(she, "Envoyer ce fichier", form=f"{file}/pieces/lettre-engagement")
    she.page.keyboard.press("Enter")
    she.sees("Toutes les pièces sont là")
    tab_to(she, "Continuer")
    enter(she)
    tab_to(she, "Déposer le dossier")
    enter(she)
    she.sees("Accusés de réception")
