"""What every page of the house owes its reader, checked on each page a test opens."""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

PRODUCT: Final = "Tesselle"
SEPARATOR: Final = " – "
UNSPOKEN: Final = frozenset({"code", "pre", "kbd", "samp", "script", "style", "textarea", "svg"})
VOID_OF_TEXT: Final = frozenset({"script", "style", "template"})
LABELLED: Final = frozenset({"input", "select", "textarea"})
UNLABELLED_TYPES: Final = frozenset({"hidden", "submit", "button", "image", "reset"})
INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "i",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
        "wbr",
    ]
)
REFERENCES: Final = ("aria-describedby", "aria-labelledby", "aria-controls", "for", "form", "list")


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was answered, parsed and found sound."""

    response: TestResponse
    root: Element

    @property
    def html(self) -> str:
        """The source."""
        return self.response.text

    @property
    def title(self) -> str:
        """The words of ``<title>``."""
        return words(one(self.root, "title"))

    @property
    def heading(self) -> str:
        """The words of ``<h1>``."""
        return words(one(self.root, "h1"))

    @property
    def text(self) -> str:
        """All a person reads in ``<main>``, spaces made plain."""
        return words(one(self.root, "main"))

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements of this tag with these attributes (``class_`` asks for one class)."""
        return [element for element in self.root.iter(tag) if _matches(element, attributes)]

    def links(self) -> dict[str, str]:
        """Return the words of each link of ``<main>`` with its address."""
        return {words(a): a.get("href", "") for a in one(self.root, "main").iter("a")}

    def form(self, action: str) -> dict[str, str]:
        """Return what a browser would send from the form of this address if nothing were changed."""
        for form in self.root.iter("form"):
            if form.get("action") == action:
                return dict(_sent(form))
        raise AssertionError(f"No form leads to {action}; there are: {[f.get('action') for f in self.all('form')]}")

    def actions(self) -> list[str]:
        """Return the addresses of the forms that act."""
        return [form.get("action", "") for form in self.all("form") if form.get("method", "").lower() == "post"]

    def errors(self) -> dict[str, str]:
        """Return the message under each field that has one, by the field's id."""
        return {
            (element.get("id") or "").removesuffix("-error"): words(element)
            for element in self.root.iter()
            if (element.get("id") or "").endswith("-error")
        }


def read_page(response: TestResponse, *, straight_quotes: bool = False) -> Page:
    """Parse the answer and return it as a page, or fail with every fault at once."""
    assert response.mimetype == "text/html", f"Not a page: {response.mimetype}"
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root: Element = parser.parse(response.text)
    page = Page(response, root)
    found = [f"HTML, line {at[0]}: {code} {values}" for at, code, values in parser.errors]
    found += [*_heading(page), *_language(root), *_identities(root), *_labels(root), *_forms(root), *_inline(root)]
    found += _typography(root, straight_quotes=straight_quotes)
    assert not found, f"{response.request.path}:\n" + "\n".join(found)
    return page


def words(element: Element) -> str:
    """Return the text of an element, its spaces made plain and single."""
    return " ".join("".join(_texts(element, VOID_OF_TEXT)).split())


def one(root: Element, tag: str) -> Element:
    """Return the only element of this tag."""
    found = list(root.iter(tag))
    assert len(found) == 1, f"{len(found)} <{tag}> instead of one"
    return found[0]


def _texts(element: Element, without: frozenset[str]) -> Iterator[str]:
    if element.tag not in without:
        yield element.text or ""
        for child in element:
            apart = "" if child.tag in INLINE else " "
            yield apart
            yield from _texts(child, without)
            yield apart + (child.tail or "")


def _heading(page: Page) -> Iterator[str]:
    for tag in ("title", "h1", "main"):
        count = len(page.all(tag))
        if count != 1:
            yield f"{count} <{tag}> instead of one"
            return
    if page.title != f"{page.heading}{SEPARATOR}{PRODUCT}" and page.heading != PRODUCT:
        yield f"The title “{page.title}” is not the heading “{page.heading}” and the product"
    levels = [int(e.tag[1]) for e in one(page.root, "main").iter() if re.fullmatch(r"h[1-6]", str(e.tag))]
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"A heading h{after} follows h{before}"


def _language(root: Element) -> Iterator[str]:
    if root.get("lang") != "fr":
        yield f"lang is {root.get('lang')}"
    if not any(meta.get("name") == "viewport" for meta in root.iter("meta")):
        yield "No viewport"


def _identities(root: Element) -> Iterator[str]:
    counted = Counter(element.get("id") for element in root.iter() if element.get("id") is not None)
    yield from (f"The id “{name}” is used {count} times" for name, count in counted.items() if count > 1)
    for element in root.iter():
        for attribute in REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in counted:
                    yield f"{attribute} of <{element.tag}> names no id: “{name}”"
    for link in root.iter("a"):
        target = link.get("href", "")
        if target.startswith("#") and target[1:] not in counted:
            yield f"A link leads to no id: “{target}”"


def _labels(root: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in root.iter("label")}
    inside = {id(field) for label in root.iter("label") for field in label.iter()}
    for field in root.iter():
        if field.tag not in LABELLED or field.get("type") in UNLABELLED_TYPES:
            continue
        named = field.get("id") in labelled or id(field) in inside
        if not named and not field.get("aria-label") and not field.get("aria-labelledby"):
            yield f"The field “{field.get('name')}” has no label"
    for button in (*root.iter("button"), *root.iter("a")):
        if not words(button) and not button.get("aria-label") and not any(img.get("alt") for img in button.iter("img")):
            yield f"A <{button.tag}> says nothing"
    for image in root.iter("img"):
        if image.get("alt") is None:
            yield f"The image {image.get('src')} has no alt"


def _forms(root: Element) -> Iterator[str]:
    for form in root.iter("form"):
        if not form.get("action"):
            yield "A form has no action"
        method = form.get("method", "get").lower()
        names = [field.get("name") for field in form.iter("input")]
        if method == "post" and "csrf_token" not in names:
            yield f"The form of {form.get('action')} has no CSRF token"
        if method != "post" and "csrf_token" in names:
            yield f"The form of {form.get('action')} would show its CSRF token in the address"
        files = any(field.get("type") == "file" for field in form.iter("input"))
        if files and form.get("enctype") != "multipart/form-data":
            yield f"The form of {form.get('action')} cannot send its files"
        if any(form is not other and form in set(other.iter()) for other in root.iter("form")):
            yield "A form stands inside a form"


def _inline(root: Element) -> Iterator[str]:
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "style" or name.startswith("on"):
                yield f"Inline {name} on <{element.tag}>"
            if name in {"href", "src", "action"} and value.lower().startswith("javascript:"):
                yield f"A script stands in {name}"
        if element.tag == "style":
            yield "Inline <style>"
        if element.tag == "script" and not element.get("src") and element.get("type") != "application/json":
            yield "Inline <script>"
        for name in ("src", "href"):
            if element.tag in {"script", "link", "img", "source"} and "//" in element.get(name, ""):
                yield f"<{element.tag}> loads from elsewhere: {element.get(name)}"


def _typography(root: Element, *, straight_quotes: bool) -> Iterator[str]:
    text = "".join(_texts(root, UNSPOKEN))
    shown = text + " ".join(v for e in root.iter() for n, v in e.attrib.items() if n in {"alt", "title", "aria-label"})
    for wrong in ("{{", "}}", "{%", "Undefined", "<built-in", "<function"):
        if wrong in shown:
            yield f"Shown as it is: {_around(shown, wrong)}"
    if re.search(r"\bNone\b", shown):
        yield f"Shown as it is: {_around(shown, 'None')}"
    if not straight_quotes and "'" in shown:
        yield f"Straight apostrophe: {_around(shown, chr(39))}"
    match = re.search(r"(?<=\w) [;!?»]|« ", shown)
    if match and not straight_quotes:
        yield f"A plain space before a high mark or inside « »: {_around(shown, match.group())}"
    if unicodedata.normalize("NFC", shown) != shown:
        yield "Letters and accents stand apart (not NFC)"


def _around(text: str, what: str) -> str:
    at = text.index(what)
    return repr(" ".join(text[max(0, at - 30) : at + 30].split(" ")))


def _matches(element: Element, attributes: dict[str, str]) -> bool:
    for name, value in attributes.items():
        if name == "class_":
            if value not in element.get("class", "").split():
                return False
        elif element.get(name.replace("_", "-")) != value:
            return False
    return True


def _sent(form: Element) -> Iterator[tuple[str, str]]:
    for field in form.iter():
        name = field.get("name")
        if not name or field.get("disabled") is not None:
            continue
        if field.tag == "textarea":
            yield name, (field.text or "").removeprefix("\n")
        elif field.tag == "select":
            chosen: list[Any] = [o for o in field.iter("option") if o.get("selected") is not None]
            options = chosen or list(field.iter("option"))[:1]
            yield from ((name, str(option.get("value", words(option)))) for option in options)
        elif field.tag == "input" and field.get("type") in {"checkbox", "radio"}:
            if field.get("checked") is not None:
                yield name, field.get("value", "on")
        elif field.tag == "input" and field.get("type") not in {"file", "submit", "button"}:
            yield name, field.get("value", "")
