"""« de » and « que » before a name go through the filters that elide them: « d’Émilie », « qu’Émilie ».

Whatever is printed right after one of these words is refused, unless it is a figure, an hour or a day: a name, a label,
a title or a town may begin with a vowel. ``training/common/articles.py`` says which filter to take.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
WORD: Final = re.compile(r"(?:^|[\s(«>])(?:[Dd]e|[Qq]ue|[Jj]usque|[Ll]orsque|[Pp]uisque)\s$")
IN_TEMPLATE: Final = re.compile(r"\b(?:[Dd]e|que)\s+(?:<[^>]+>)*\{\{-?\s*(.+?)\s*-?\}\}")
IN_EXPRESSION: Final = re.compile(r"\b(?:[Dd]e|que) \" ~ ([\w.\[\]|]+)")
IN_FORMAT: Final = re.compile(r"\b(?:[Dd]e|que) \{([a-z_.]+)\}")
FIGURE: Final = re.compile(
    r"\|(?:number|plural|hours|percent|money|time_of_day|file_size|long_date)\b"
    r"|^(?:fewest|minutes|start|total|count|hours|[\w.]*(?:least|low|min_choices|asked|points|email))$"
    r"|^scores?\b"
)
MAY_BE_PRINTED: Final = frozenset(
    {"plural", "number", "hours", "time_of_day", "moment", "len", "plain_hours", "exact_hours"}
)
FIGURES: Final = re.compile(
    r"(?:LONGEST_NAME|LONGEST_CHOICE|FEWEST_CHOICES|count|total|minutes|years?|least|most|low|high|MOST_ROWS|LONGEST_CELL|min_choices|options)$"
)


def _templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            yield path.relative_to(ROOT).as_posix(), path.read_text()


def _refused_in_templates(text: str) -> list[str]:
    found = [*IN_TEMPLATE.finditer(text), *IN_EXPRESSION.finditer(text)]
    return [each.group() for each in found if not FIGURE.search(each.group(1))]


def test_no_template_prints_a_name_after_de_or_que() -> None:
    refused = [f"{name}: {each}" for name, text in _templates() for each in _refused_in_templates(text)]
    assert not refused, "write « {{ name|of }} » (or of_the, that) instead:\n" + "\n".join(refused)


@pytest.mark.parametrize(
    "text", ["Parcours de {{ person.name }}", "de <strong>{{ who }}</strong>", '{{ "Parcours de " ~ who.name }}', "parce que {{ body }}"]
)  # fmt: skip
def test_such_a_name_is_seen(text: str) -> None:
    assert _refused_in_templates(text)


def _is_figure(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        return called in MAY_BE_PRINTED
    if isinstance(node, ast.IfExp):  # words written here, not a name
        return all(isinstance(each, ast.Constant | ast.JoinedStr) for each in (node.body, node.orelse))
    return bool(FIGURES.search(ast.unparse(node)))


def _refused_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            for before, after in zip(node.values, node.values[1:], strict=False):
                said = isinstance(before, ast.Constant) and WORD.search(str(before.value))
                if said and isinstance(after, ast.FormattedValue) and not _is_figure(after.value):
                    yield f"line {node.lineno}: {ast.unparse(after.value)}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (
                f"line {node.lineno}: {each.group()}"
                for each in IN_FORMAT.finditer(node.value)
                if not FIGURES.search(each.group(1))
            )


def test_no_sentence_of_the_code_prints_a_name_after_de_or_que() -> None:
    refused = [
        f"{path.relative_to(ROOT)}, {each}"
        for path in sorted((ROOT / "training").rglob("*.py"))
        for each in _refused_in(ast.parse(path.read_text()))
    ]
    assert not refused, "write « {of(name)} » (or of_the, that) instead:\n" + "\n".join(refused)
