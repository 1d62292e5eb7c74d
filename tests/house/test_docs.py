"""The documentation tells what is there, and nothing else."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest

from tools import permissions

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
GUIDE: Final = sorted((DOCS / "guide").glob("*.md"))
PICTURES: Final = sorted((DOCS / "pictures").glob("*"))
HEAVIEST_PICTURE: Final = 150_000  # bytes
LONGEST_ARCHITECTURE: Final = 130  # lines: one page

LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
SPAN: Final = re.compile(r"`([^`\n]+)`")
NUMBER: Final = re.compile(r"\bR\d{1,3}\b")
FOLDERS: Final = ("docs", "migrations", "seeds", "templates", "tests", "tools", "training", "typings")
ROOM_FILE: Final = re.compile(
    r"(?:common|accounts|catalogue|cohorts|cooperation|defences|diplomas|portfolio|quality|admissions|seminars|desk|worker|seeding)/[\w/]+\.py"
)
MADE_WHEN_RUN: Final = ("instance/", "build/")
SOMEONES_MACHINE: Final = re.compile(r"(?<![\w/])/(?:Users|home|mnt|root|tmp|var|usr)\b|\blocalhost\b")
CLIMBS: Final = re.compile(r"(?:\.\./)+[\w.-]*")
HOSTS: Final = {"127.0.0.1:5000", "127.0.0.1:5001"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """The page without its code, its addresses and the targets of its links."""
    return re.sub(r"\]\([^)]*\)", "]", CODE.sub("", path.read_text("utf-8")))


def sources(*tops: str) -> dict[str, str]:
    suffixes = {".html", ".py", ".toml", ".txt", ".typ"}
    return {
        named(path): path.read_text("utf-8")
        for top in tops
        for path in sorted((ROOT / top).rglob("*"))
        if path.suffix in suffixes and "__pycache__" not in path.parts
    }


def test_every_rule_cited_is_explained() -> None:
    told = set(re.findall(r"^\*\*(R\d+)\*\*", (DOCS / "rules.md").read_text("utf-8"), re.MULTILINE))
    cited = {number: where for where, text in sources("training", "templates", "tests", "seeds").items()
             for number in NUMBER.findall(text)}  # fmt: skip
    assert {number: where for number, where in cited.items() if number not in told} == {}


def test_every_rule_explained_is_cited_by_what_implements_it() -> None:
    told = set(re.findall(r"^\*\*(R\d+)\*\*", (DOCS / "rules.md").read_text("utf-8"), re.MULTILINE))
    cited = {number for text in sources("training", "templates").values() for number in NUMBER.findall(text)}
    assert told - cited == set()


def test_rules_are_told_once_and_in_order() -> None:
    told = [
        int(number) for number in re.findall(r"^\*\*R(\d+)\*\*", (DOCS / "rules.md").read_text("utf-8"), re.MULTILINE)
    ]
    assert told == sorted(set(told))


def test_the_rules_name_modules_that_hold_them() -> None:
    text = (DOCS / "rules.md").read_text("utf-8")
    missing = []
    for paragraph in re.split(r"\n(?=\*\*R\d)", text)[1:]:
        number = re.findall(r"R\d+", paragraph)[0]
        modules = ROOM_FILE.findall(paragraph)
        missing += [f"{number}: {module}" for module in modules if not (ROOT / "training" / module).exists()]
        if not modules:
            missing.append(f"{number}: no module")
        for module, names in re.findall(r"`(\w[\w/]+\.py)` \(((?:`\w+`(?:, )?)+)\)", paragraph):
            module_text = (
                (ROOT / "training" / module).read_text("utf-8") if (ROOT / "training" / module).exists() else ""
            )
            missing += [
                f"{number}: {module} has no {name}"
                for name in re.findall(r"`(\w+)`", names)
                if not re.search(rf"\b(def|class) {name}\b|^{name}\b", module_text, re.MULTILINE)
            ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(CODE.sub("", page.read_text("utf-8"))):
        address = unquote(target.partition("#")[0])
        if address and not address.startswith("http") and not (page.parent / address).exists():
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_named_exist(page: Path) -> None:
    missing = []
    for span in SPAN.findall(re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)):
        if any(mark in span for mark in "<>*… ") or span.startswith(MADE_WHEN_RUN):
            continue
        here = span.split("/")[0] in FOLDERS and "/" in span
        place = ROOT / span if here else ROOT / "training" / span
        if (here or ROOM_FILE.fullmatch(span)) and not place.exists():
            missing.append(span)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_nothing_outside_the_project_is_named(page: Path) -> None:
    text = page.read_text("utf-8")
    assert SOMEONES_MACHINE.findall(text) == []
    climbing = [path for path in CLIMBS.findall(text) if not (page.parent / path).resolve().is_relative_to(ROOT)]
    assert climbing == []
    assert {host for host in re.findall(r"https?://([\w.:-]*\w)", text) if host and host not in HOSTS} == set()


def test_the_architecture_stays_one_page() -> None:
    assert len((DOCS / "architecture.md").read_text("utf-8").splitlines()) <= LONGEST_ARCHITECTURE


def test_the_rooms_of_the_architecture_are_those_of_the_house() -> None:
    rooms = {path.parent.name for path in (ROOT / "training").glob("*/__init__.py")}
    told = set(re.findall(r"`(\w+)`", (DOCS / "architecture.md").read_text("utf-8").partition("## Floors")[0]))
    assert rooms - told == set()


def test_the_glossary_names_identifiers_of_the_code() -> None:
    code = "\n".join(text for where, text in sources("training").items() if where.endswith(".py"))
    words = set(re.findall(r"\w+", code))
    lines = [line for line in (DOCS / "glossary.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    pairs = [line.split("|")[1:3] for line in lines if not line.startswith(("| on screens", "|---"))]
    assert pairs
    for french, identifiers in pairs:
        assert french.strip()
        assert SPAN.findall(identifiers), f"{french.strip()} has no identifier"
    assert {name for _french, cell in pairs for name in SPAN.findall(cell)} - words == set()


def test_the_permissions_page_is_what_the_code_says() -> None:
    assert permissions.PAGE.read_text("utf-8") == permissions.page(), "Run python -m tools.permissions"


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in sorted((DOCS / "decisions").glob("0*.md"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("page", sorted((DOCS / "decisions").glob("0*.md")), ids=named)
def test_a_decision_has_its_number_in_its_title(page: Path) -> None:
    assert page.read_text("utf-8").startswith(f"# {page.name[:4]} ")


@pytest.mark.parametrize("page", GUIDE, ids=named)
def test_the_guide_is_set_as_french_is(page: Path) -> None:
    text = prose(page)
    wrong = re.findall(
        r".{0,12}(?:[ \u00a0][;!?]|«[^\u202f]|[^\u202f]»|'|(?<=\S) :(?=\s)|\d (?:h|jours|minutes)\b).{0,12}", text
    )
    assert wrong == []


def test_the_guide_is_read_from_its_first_page() -> None:
    index = (DOCS / "guide" / "index.md").read_text("utf-8")
    assert {path.name for path in GUIDE} - {"index.md"} <= set(re.findall(r"\]\((\w[\w-]*\.md)\)", index))


@pytest.mark.parametrize("picture", PICTURES, ids=named)
def test_a_picture_is_light_and_shown(picture: Path) -> None:
    assert picture.suffix == ".png"
    assert picture.stat().st_size <= HEAVIEST_PICTURE
    assert any(picture.name in page.read_text("utf-8") for page in PAGES)
