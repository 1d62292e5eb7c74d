"""``/mes-apprenants``: the learners a trainer follows, in all cohorts, the most urgent first (R119)."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for

from training.cohorts.layout import layout_for
from training.common.guard import current_principal, requires
from training.common.listing import FilterGroup, FilterLink, Page, page_number
from training.common.policy import Permission
from training.portfolio.queries.learners import LearnerCard, cohorts_among, learners_of
from training.portfolio.routes.blueprint import bp

PER_PAGE = 30


@bp.get("/mes-apprenants")
@requires(Permission.PORTFOLIO_LEARNERS_READ)
def learners() -> str:
    """The learners one follows: progress, what asks for a look, how to reach each path."""
    principal = current_principal()
    everyone = learners_of(principal)
    kept = _kept(everyone)
    shown = _filtered(everyone, kept)
    number = page_number(request.args.get("page"))
    items = shown[(number - 1) * PER_PAGE : number * PER_PAGE]

    def page_address(page: int) -> str:
        return url_for(".learners", **{**kept, "page": page})

    return render_template(
        "portfolio/learners.html",
        layout=layout_for(principal),
        everyone=everyone,
        groups=_groups(everyone, kept),
        page=Page(items=items, number=number, total=len(shown), per_page=PER_PAGE, url=page_address),
        to_look_at=len(_filtered(everyone, {**kept, "voir": "alertes"})),
    )


def _kept(cards: Sequence[LearnerCard]) -> dict[str, Any]:
    """Return what the address asks: a cohort, those with an alert only, those of one’s cohorts one does not follow too."""
    code = request.args.get("promotion")
    follows = any(card.follows for card in cards)
    return {
        "promotion": code if code in cohorts_among(cards) else None,
        "voir": "alertes" if request.args.get("voir") == "alertes" else None,
        "suivi": "tous" if request.args.get("suivi") == "tous" or not follows else None,
    }


def _filtered(cards: Sequence[LearnerCard], kept: dict[str, Any]) -> list[LearnerCard]:
    return [
        card
        for card in cards
        if (kept["promotion"] in {None, card.enrolment.cohort.code})
        and (kept["voir"] is None or card.alerts)
        and (kept["suivi"] is not None or card.follows)
    ]


def _groups(cards: Sequence[LearnerCard], kept: dict[str, Any]) -> list[FilterGroup]:
    def link(label: str, **changed: str | None) -> FilterLink:
        wanted = {**kept, **changed}
        current = all(kept[key] == value for key, value in changed.items())
        return FilterLink(label, url_for(".learners", **wanted), len(_filtered(cards, wanted)), current=current)

    groups = [FilterGroup("Voir", [link("Tout le monde", voir=None), link("À regarder", voir="alertes")])]
    cohorts = cohorts_among(cards)
    if len(cohorts) > 1:
        links = [link("Toutes", promotion=None)]
        links += [link(label, promotion=code) for code, (label, _) in cohorts.items()]
        groups.append(FilterGroup("Promotion", links))
    if any(card.follows for card in cards) and not all(card.follows for card in cards):
        groups.append(FilterGroup("Suivi", [link("Je les suis", suivi=None), link("Mes promotions", suivi="tous")]))
    return groups
