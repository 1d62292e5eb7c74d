"""Templates: each compiles, each is used, none carries style or script, mails have one subject line."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from jinja2 import StrictUndefined
from jinja2.meta import find_referenced_templates

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATES: Final = ROOT / "templates"
JINJA: Final = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})
INLINE: Final = re.compile(
    r"<style\b|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\sstyle=[\"'][^\"']*:|\son[a-z]+=\"|javascript:",
    re.IGNORECASE,
)
MAIL_LAYOUT: Final = "mail/layout.html"


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("path", JINJA, ids=name_of)
def test_a_template_compiles(app: Flask, path: Path) -> None:
    app.jinja_env.get_template(name_of(path))


def test_an_undefined_variable_fails(app: Flask) -> None:
    assert issubclass(app.jinja_env.undefined, StrictUndefined)
    assert app.jinja_env.autoescape is not False


@pytest.mark.parametrize("path", [path for path in JINJA if not name_of(path).startswith("mail/")], ids=name_of)
def test_no_template_carries_style_or_script(path: Path) -> None:
    found = INLINE.search(path.read_text())
    assert found is None, found and found.group()


def test_every_template_is_used(app: Flask) -> None:
    used: set[str] = set()
    for path in JINJA:
        referenced = find_referenced_templates(app.jinja_env.parse(path.read_text()))
        used |= {name for name in referenced if name}
    strings = {
        node.value
        for path in (ROOT / "training").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    patterns = [re.compile(f"^{_pattern(node)}$") for node in _computed_names()]
    unused = [
        name
        for path in JINJA
        if (name := name_of(path)) not in used | strings
        and not name.startswith("mail/")
        and not any(pattern.match(name) for pattern in patterns)
    ]
    assert not unused


def _computed_names() -> list[ast.JoinedStr]:
    return [
        node
        for path in (ROOT / "training").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[-1], ast.Constant)
        and str(node.values[-1].value).endswith((".html", ".txt"))
    ]


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[\w-]+" for v in node.values)


def messages() -> list[Path]:
    return sorted({path.parent for path in (TEMPLATES / "mail").glob("*/*/*")})


@pytest.mark.parametrize("folder", messages(), ids=name_of)
def test_a_message_has_a_subject_of_one_line_and_a_body_in_words(folder: Path) -> None:
    subject = re.sub(r"\{#.*?#\}", "", (folder / "subject.txt").read_text(), flags=re.DOTALL).strip()
    assert subject
    assert "\n" not in subject
    assert (folder / "body.txt").read_text().strip()


@pytest.mark.parametrize("folder", messages(), ids=name_of)
def test_a_message_is_posted_by_its_room(folder: Path) -> None:
    room, message = folder.relative_to(TEMPLATES / "mail").parts
    sources = "".join(path.read_text() for path in (ROOT / "training" / room).rglob("*.py"))
    assert f"{room}/{message}" in sources or f'"{message}"' in sources
