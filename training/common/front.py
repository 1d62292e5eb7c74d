"""What every template may ask: who is here, what she may do, where she may go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, request
from jinja2 import StrictUndefined

from training.common.guard import can, current_principal
from training.common.policy import Permission, Principal
from training.config import SecondFactor

SECOND_FACTOR_BANNER: Final = (
    "Mode de démonstration : le second facteur de connexion est proposé, pas exigé. Il l’est toujours en production."
)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the navigation: shown to whoever may go there."""

    label: str
    href: str
    permission: Permission
    shown: Callable[[Principal], bool] = lambda _principal: True


@dataclass(frozen=True, slots=True)
class Navigation:
    """A menu entry as a template prints it."""

    label: str
    href: str
    current: bool


MENU: Final = (
    MenuEntry("À faire", "/", Permission.DESK_HOME_READ, lambda p: p.is_signed_in),
    MenuEntry("Mon calendrier", "/calendrier", Permission.SEMINARS_CALENDAR_READ, lambda p: p.is_signed_in),
    MenuEntry(
        "Mon parcours", "/parcours", Permission.PORTFOLIO_PATH_OPEN, lambda p: p.is_signed_in and not p.capacities
    ),
    MenuEntry("Ma structure", "/ma-structure", Permission.QUALITY_STRUCTURE_READ, lambda p: p.holds("representative")),
    MenuEntry("Candidatures", "/candidatures", Permission.ADMISSIONS_APPLICATION_LIST, lambda p: p.is_signed_in),
    MenuEntry("Promotions", "/promotions", Permission.COHORTS_COHORT_LIST, lambda p: p.is_signed_in),
    MenuEntry("Coopération", "/cooperation", Permission.COOPERATION_PARTNERSHIP_LIST, lambda p: p.is_signed_in),
    MenuEntry("Structures", "/structures", Permission.ACCOUNTS_STRUCTURE_READ, lambda p: p.is_signed_in),
    MenuEntry("Comptes", "/comptes", Permission.ACCOUNTS_PEOPLE_READ, lambda p: p.is_signed_in),
    MenuEntry("Courriels", "/courriels-en-attente", Permission.OUTBOX_WATCH, lambda p: p.is_signed_in),
    MenuEntry("Appels", "/appels", Permission.ADMISSIONS_CALL_READ),
    MenuEntry("Programmes", "/programmes", Permission.CATALOGUE_PROGRAMME_READ),
)


def navigation() -> list[Navigation]:
    """Return the entries this person may use, the present one marked."""
    principal = current_principal()
    path = request.path
    return [
        Navigation(entry.label, entry.href, path == entry.href or (entry.href != "/" and path.startswith(entry.href)))
        for entry in MENU
        if entry.shown(principal) and can(entry.permission)
    ]


def current_person() -> Principal | None:
    """Return the signed-in person, or null."""
    principal = current_principal()
    return principal if principal.is_signed_in else None


def install(app: Flask) -> None:
    """Give the templates their globals; an undefined variable is a fault."""
    settings = app.extensions["settings"]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(can=can, navigation=navigation, Permission=Permission)

    @app.context_processor
    def context() -> dict[str, Any]:
        offered = settings.second_factor is SecondFactor.OFFERED
        return {
            "current_person": current_person(),
            "settings_banner": SECOND_FACTOR_BANNER if offered and settings.development else None,
        }
