"""The house rules that a reader would check line by line, checked by a machine."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 45
STATUS_WRITERS: Final = {
    "training/common/procedure.py",
    "training/common/outbox.py",  # how far a mail has got: no procedure of people
}
NOT_ROOMS: Final = {"common", "worker", "seeding", "static"}
ELSEWHERE: Final = re.compile(
    r"pypi\.org|pythonhosted|registry\.npmjs|unpkg\.com|jsdelivr|cdnjs|googleapis|gstatic",
    re.IGNORECASE,
)
SEARCHED: Final = {".py", ".html", ".txt", ".md", ".toml", ".css", ".js", ".ini", ".mako", ".pyi", ".svg", ".typ", ""}


def files(*tops: str, suffix: str = ".py") -> list[Path]:
    found = [path for top in tops for path in sorted((ROOT / top).rglob(f"*{suffix}"))]
    return [path for path in found if "__pycache__" not in path.parts]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked() -> Iterator[Path]:
    """Every file that is, or is about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - the developer's own git
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listed.stdout.decode().split("\0")
    return (ROOT / name for name in names if name and (ROOT / name).is_file())


@pytest.mark.parametrize("top", ["training", "tests", "tools", "migrations"])
def test_no_file_is_longer_than_a_reader_holds_in_mind(top: str) -> None:
    long = {named(path): lines for path in files(top) if (lines := len(path.read_text().splitlines())) > LONGEST_FILE}
    long = {name: lines for name, lines in long.items() if not name.startswith("migrations/versions/")}
    assert not long


def test_no_function_is_longer_than_a_screen() -> None:
    long = {}
    for path in files("training", "tools"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long[f"{named(path)}:{node.lineno} {node.name}"] = length
    assert not long


def test_only_the_engine_of_procedures_writes_a_status() -> None:
    written = []
    for path in files("training"):
        if named(path) in STATUS_WRITERS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            written += [
                f"{named(path)}:{node.lineno}"  # type: ignore[attr-defined]  # an assignment has a line
                for target in targets
                if isinstance(target, ast.Attribute) and target.attr == "status"
            ]
    assert not written, "Take the step: PROCEDURE.advance(subject, act, by=…)"


def test_only_the_settings_read_the_environment() -> None:
    readers = {named(path) for path in files("training") if re.search(r"\bos\.(environ|getenv)\b", path.read_text())}
    assert readers <= {"training/__init__.py", "training/config.py"}


def test_only_the_clock_says_what_time_it_is() -> None:
    pattern = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")
    tellers = {named(path) for path in files("training") if pattern.search(path.read_text())}
    assert tellers <= {"training/common/clock.py"}


def test_models_are_asked_by_select() -> None:
    assert not {named(path) for path in files("training") if re.search(r"\b[A-Z]\w+\.query\b", path.read_text())}


def test_from_services_down_nothing_commits() -> None:
    floors = re.compile(r"/(services|queries|rules|models|mails)(/|\.py)")
    committing = {
        named(path)
        for path in files("training")
        if floors.search(named(path)) and re.search(r"session\.commit\(\)", path.read_text())
    }
    assert not committing


def test_no_exception_to_the_tools_goes_without_its_code_and_reason() -> None:
    pattern = re.compile(r"#\s*(noqa|type:\s*ignore)(?!(\[[\w, -]+\]|: [A-Z0-9, ]+)\s*(#|-|–)\s*\w)")
    bare = [
        f"{named(path)}:{number}"
        for path in files("training", "tests", "tools", "migrations")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert not bare, "Write the code and the reason: # noqa: X123 - why; # type: ignore[code]  # why"


def test_nothing_is_left_for_later() -> None:
    pattern = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    left = {named(path) for path in files("training", "tools") if pattern.search(path.read_text())}
    assert not left


def test_no_registry_nor_content_network_is_named_anywhere() -> None:
    naming = {
        named(path)
        for path in tracked()
        if path.suffix in SEARCHED and path != Path(__file__) and ELSEWHERE.search(path.read_text(errors="ignore"))
    }
    assert not naming


def test_every_rule_number_cited_is_told_in_the_documentation() -> None:
    told = set(re.findall(r"\bR\d+\b", (ROOT / "docs" / "rules.md").read_text()))
    cited: dict[str, str] = {}
    for path in (*files("training", "tests"), *files("templates", suffix=".html"), *files("seeds", suffix=".toml")):
        if path != Path(__file__):
            cited |= dict.fromkeys(re.findall(r"\bR\d{1,3}\b", path.read_text()), named(path))
    assert {number: where for number, where in cited.items() if number not in told} == {}


def test_the_contracts_of_imports_know_every_room() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = next(contract for contract in contracts if contract["name"] == "Floors inside a room")
    rooms = {
        f"training.{path.name}"
        for path in (ROOT / "training").iterdir()
        if (path / "__init__.py").exists() and path.name not in NOT_ROOMS
    }
    assert set(floors["containers"]) == rooms


def test_no_empty_room_stands_in_the_house() -> None:
    folders = [path for path in (ROOT / "training").rglob("*") if path.is_dir() and path.name != "__pycache__"]
    assert not [named(path) for path in folders if not any(path.iterdir())]


def test_a_package_of_the_house_is_marked_as_one() -> None:
    for path in files("training"):
        assert (path.parent / "__init__.py").exists(), named(path.parent)
