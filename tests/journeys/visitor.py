"""A person at a browser, who reads and presses what the screens show; each page she meets is examined."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from tests.journeys.site import PASSWORD, Site

Role = Literal["button", "link"]

AXE: Final = Axe()
RULES: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"]}
IDENTITY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]{40,}")
SIDEWAYS: Final = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > room + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 160));
}"""
PATIENCE: Final = 15_000  # milliseconds


class Visitor:
    """One browser session. Widths are in CSS pixels."""

    def __init__(
        self,
        browser: Browser,
        site: Site,
        *,
        width: int = 1280,
        scripts: bool = True,
        seen: set[tuple[str, ...]] | None = None,
    ) -> None:
        dark = width < 600  # the narrow one reads in the dark: both schemes are examined
        self.site = site
        self.width = width
        self.scripts = scripts
        self.context = browser.new_context(
            viewport={"width": width, "height": 740 if width < 600 else 900},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            has_touch=dark,
            java_script_enabled=scripts,
            base_url=site.url,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self._answers: dict[str, int] = {}
        self._seen: set[tuple[str, ...]] = set() if seen is None else seen
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda fault: self.faults.append(f"{self.page.url}: {fault}"))
        self.page.on("response", self._answered)

    def close(self) -> None:
        """End the session; whatever went wrong on the way fails the test."""
        self.context.close()
        assert not self.faults, "\n".join(self.faults)

    def _told(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        address = str(message.location.get("url", ""))
        refused = self._answers.get(address, 0) in range(400, 500)
        if message.text.startswith("Failed to load resource") and refused:
            return  # the browser's own note about a page that refuses, which the journey expects
        self.faults.append(f"{self.page.url}: console: {message.text} ({address})")

    def _answered(self, response: Response) -> None:
        if response.request.resource_type in {"document", "xhr", "fetch"}:
            self._answers[response.url] = response.status
        if response.status >= 500:
            self.faults.append(f"{response.request.method} {response.url} answered {response.status}")

    # --- going about ------------------------------------------------------------------------------------------------

    def open(self, address: str, *, status: int = 200) -> "Visitor":
        """Go to an address."""
        response = self.page.goto(address)
        assert response is not None
        assert response.status == status, f"{address} answered {response.status}"
        return self.examine()

    def press(
        self, name: str | re.Pattern[str], *, within: Locator | None = None, role: Role | None = None, nth: int = 0
    ) -> "Visitor":
        """Press the button or follow the link that bears these words, and wait for the page it leads to."""
        target = self.find(name, within=within, role=role, nth=nth)
        with self.page.expect_navigation(wait_until="load"):
            target.click()
        return self.examine()

    def find(
        self, name: str | re.Pattern[str], *, within: Locator | None = None, role: Role | None = None, nth: int = 0
    ) -> Locator:
        """Return the visible button or link that bears these words."""
        place: Any = within or self.page
        exact = isinstance(name, str)
        roles: Iterable[Role] = (role,) if role else ("button", "link")
        found = [place.get_by_role(each, name=name, exact=exact).filter(visible=True) for each in roles]
        for locator in found:
            if locator.count() > nth:
                return locator.nth(nth)  # type: ignore[no-any-return]  # a locator
        raise AssertionError(f"{self.page.url}: nothing to press says {name!r}. There are: {self.acts()}")

    def acts(self) -> list[str]:
        """Return the words of all that can be pressed."""
        return [words.strip() for words in self.page.locator("a:visible, button:visible").all_inner_texts()]

    def fill(self, label: str | re.Pattern[str], value: str, *, nth: int = 0) -> "Visitor":
        """Type into the field of this label."""
        self.page.get_by_label(label).locator("visible=true").nth(nth).fill(value)
        return self

    def choose(self, label: str | re.Pattern[str], *, nth: int = 0) -> "Visitor":
        """Tick the box or the radio button of this label."""
        self.page.get_by_label(label).locator("visible=true").nth(nth).check()
        return self

    def upload(self, piece: str, path: Path) -> "Visitor":
        """Send a file for the piece of this name, and wait for the answer."""
        section = self.page.locator("section").filter(
            has=self.page.get_by_role("heading", name=re.compile("^" + re.escape(piece)))
        )
        section.locator("input[type=file]").set_input_files(path)
        send = self.find("Envoyer ce fichier", within=section)
        if not self.scripts:
            with self.page.expect_navigation(wait_until="load"):
                send.click()
            return self
        self.page.evaluate("document.body.dataset.before = 'yes'")  # the answer replaces the page without leaving it
        send.click()
        self.page.wait_for_function("() => !document.body.dataset.before && document.readyState === 'complete'")
        return self

    # --- reading ----------------------------------------------------------------------------------------------------

    def sees(self, *words: str | re.Pattern[str]) -> "Visitor":
        """Check that the page's main part says this; spaces of any kind are alike."""
        for each in words:
            if not self._shows(each):
                raise AssertionError(
                    f"{self.page.url} does not say {each!r}:\n{self.page.locator('main').inner_text()}"
                )
        return self

    def _shows(self, words: str | re.Pattern[str]) -> bool:
        try:
            expect(self.page.locator("body")).to_contain_text(spaced(words), timeout=3_000)
        except AssertionError:
            return False
        return True

    def does_not_see(self, *words: str) -> "Visitor":
        """Check that the page does not say this."""
        for each in words:
            assert not spaced(each).search(self.page.locator("main").inner_text()), f"{self.page.url} says {each!r}"
        return self

    @property
    def heading(self) -> str:
        """The words of the page's title."""
        return plain(self.page.locator("h1").inner_text())

    @property
    def path(self) -> str:
        """The address of the page, without the site."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def row(self, words: str) -> Locator:
        """Return the row of a table that holds these words."""
        return self.page.get_by_role("row").filter(has_text=spaced(words)).first

    # --- examining --------------------------------------------------------------------------------------------------

    def examine(self) -> "Visitor":
        """Check what every page owes its reader; axe sees each kind of page once per width."""
        headings = self.page.locator("h1").count()
        if headings != 1:
            self.faults.append(f"{self.page.url}: {headings} h1")
        wide = self.page.evaluate(SIDEWAYS)
        if wide:
            self.faults.append(f"{self.page.url}: scrolls sideways at {self.width} px: {wide}")
        kind = (
            str(self.width),
            IDENTITY.sub("*", urlsplit(self.page.url).path),
            self.heading,
            str(bool(urlsplit(self.page.url).query)),
        )
        if kind in self._seen or not self.scripts:  # axe needs the timers that such a browser has not
            return self
        self._seen.add(kind)
        results = AXE.run(self.page, options=RULES)
        for violation in results.response["violations"]:
            nodes = [f"{n['target']} {n['html'][:200]} {n.get('failureSummary', '')}" for n in violation["nodes"][:3]]
            self.faults.append(f"{self.page.url} at {self.width} px: axe {violation['id']}: {nodes}")
        return self

    # --- signing in -------------------------------------------------------------------------------------------------

    def sign_in(self, email: str, password: str = PASSWORD) -> "Visitor":
        """Sign in with a password, from the sign-in page."""
        if urlsplit(self.page.url).path != "/connexion":
            self.open("/connexion")
        form = self.page.locator("form[action='/connexion']")
        form.get_by_label("Adresse").fill(email)
        form.get_by_label("Mot de passe").fill(password)
        return self.press("Me connecter")


def plain(words: str) -> str:
    """Make all spaces plain and single."""
    return " ".join(words.split())


def spaced(words: str | re.Pattern[str]) -> re.Pattern[str]:
    """Return a pattern in which a space stands for any run of spaces."""
    if isinstance(words, re.Pattern):
        return words
    return re.compile(r"\s+".join(re.escape(word) for word in words.split()), re.IGNORECASE)
