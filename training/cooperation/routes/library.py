"""The library: obstacles, levers, tools, experiments and indicators, by theme, question and step (R131)."""

from typing import Final

from flask import render_template, request, url_for

from training.common.guard import current_principal, requires
from training.common.listing import FilterGroup, FilterLink, page_number
from training.common.policy import Permission, Principal
from training.cooperation.enums import CARD_KINDS, THEMES, CardKind, Theme
from training.cooperation.models import LibraryCard
from training.cooperation.queries import partnerships
from training.cooperation.queries import reference as queries
from training.cooperation.queries.reference import LibraryFilters
from training.cooperation.routes.blueprint import ROOM, bp

LIBRARY: Final = f"{ROOM}/bibliotheque"
STEPS: Final = ("1", "2", "3", "4", "5")
KEPT: Final = ("q", "theme", "nature", "question", "etape", "partenariat")


def _address(**changed: str | int | None) -> str:
    kept = {key: value for key, value in request.args.items() if key in KEPT and value}
    return url_for(".library", **{**kept, **changed})  # type: ignore[arg-type]  # a null value is left out


def _theme() -> Theme | None:
    value = request.args.get("theme")
    return Theme(value) if value in list(Theme) else None


def _filters() -> LibraryFilters:
    nature = request.args.get("nature")
    return LibraryFilters(
        words=(request.args.get("q") or "")[:100],
        theme=_theme(),
        kind=CardKind(nature) if nature in list(CardKind) else None,
        question=(request.args.get("question") or "")[:200],
        step=(request.args.get("etape") or "")[:10],
    )


def _group(label: str, key: str, options: list[tuple[str, str]], present: str, **cleared: None) -> FilterGroup:
    links = [FilterLink("Tout", _address(**{key: None}, **cleared), current=not present)]
    links += [
        FilterLink(words, _address(**{key: value}, **cleared), current=value == present) for value, words in options
    ]
    return FilterGroup(label, links)


@bp.get(LIBRARY)
@requires(Permission.COOPERATION_LIBRARY_READ)
def library() -> str:
    """The cards one looks for; the partnership that asked is kept, to drop an idea into its actions."""
    filters = _filters()
    page = queries.cards(filters, page_number(request.args.get("page")), lambda number: _address(page=number))
    asked = queries.questions(filters.theme) if filters.theme else []
    groups = [
        _group("Thème", "theme", [(t.value, t.label.capitalize()) for t in THEMES], filters.theme or "", question=None),
        _group("Nature", "nature", [(k.value, k.label.capitalize()) for k in CARD_KINDS], filters.kind or ""),
        _group("Étape", "etape", [(step, step) for step in STEPS], filters.step),
    ]
    if asked:
        groups.insert(1, _group("Question", "question", [(words, words) for words in asked], filters.question))
    return render_template(
        "cooperation/library.html",
        page=page,
        groups=groups,
        words=filters.words,
        kept={key: value for key, value in request.args.items() if key in KEPT and key != "q"},
        names=queries.kind_names(),
    )


def card_of(_principal: Principal, card: str) -> LibraryCard:
    """Return a card of the library."""
    return queries.find_card(card)


@bp.get(f"{LIBRARY}/<card>")
@requires(Permission.COOPERATION_LIBRARY_READ, card_of)
def library_card(card: LibraryCard) -> str:
    """One idea, and the partnerships where one may make an action of it."""
    mine = partnerships.of_member(current_principal())
    wanted = request.args.get("partenariat", "")
    return render_template(
        "cooperation/library_card.html",
        card=card,
        names=queries.kind_names(),
        mine=sorted(mine, key=lambda row: str(row[0]) != wanted),
    )
