"""Every address of the house: guarded, named as the house names them, acting once."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from flask import Flask
from werkzeug.routing import Rule

from training.accounts.security import SECURITY_ENDPOINTS
from training.common.declarations import registry
from training.common.policy import Permission, policy

SAFE: Final = {"GET", "HEAD", "OPTIONS"}
SEGMENT: Final = re.compile(r"^(<[^>]+>|[a-z0-9]+(-[a-z0-9]+)*)(\.[a-z]+)?$")
CONVERTERS: Final = {"any", "default", "path", "string", "uuid"}
FIXED: Final = (
    "/",
    "/programmes",
    "/programmes/<code>",
    "/appels/<code>",
    "/candidatures",
    "/candidatures/<id>",
    "/comites/<id>",
    "/promotions",
    "/promotions/<code>",
    "/promotions/<code>/apprenants",
    "/seminaires/<id>",
    "/seminaires/<id>.ics",
    "/calendrier/<id>.ics",
    "/promotions/<code>/calendrier/<id>.ics",
    "/cooperation",
    "/cooperation/<partnership>",
    "/cooperation/auto-evaluations/<id>",
    "/fichiers/<id>",
    "/fichiers/<id>/apercu",
    "/acces/<id>",
    "/connexion",
    "/deconnexion",
    "/compte",
    "/sante",
)
"""The addresses that people and tools rely on from outside."""


def rules(app: Flask) -> Iterator[tuple[Rule, Callable[..., Any]]]:
    return ((rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules())


def acts(rule: Rule) -> bool:
    return bool((rule.methods or set()) - SAFE)


def plain(address: str) -> str:
    """An address whose variables bear no name."""
    return re.sub(r"<[^>]+>", "<>", address.rstrip("/") or "/")


def test_every_view_is_stamped_with_the_permission_it_asks(app: Flask) -> None:
    bare = {f"{rule.rule} ({rule.endpoint})" for rule, view in rules(app) if not hasattr(view, "__permission__")}
    assert not bare, "Guard these views with @requires(Permission.X)"


def test_every_permission_a_view_asks_is_judged_by_a_predicate(app: Flask) -> None:
    judged = {permission for permission, _words in policy.table()}
    asked = {view.__permission__ for _rule, view in rules(app) if hasattr(view, "__permission__")}
    assert asked <= judged


def test_every_permission_is_judged() -> None:
    judged = {permission for permission, _words in policy.table()}
    assert set(Permission) - judged == set(), "Declare who has them, or remove them"


def test_permissions_are_named_and_ordered() -> None:
    names = [permission.name for permission in Permission]
    assert names == sorted(names)
    for permission in Permission:
        assert re.fullmatch(r"[a-z]+:[a-z_]+:[a-z_]+", permission.value)


def test_every_view_that_acts_has_one_transaction_at_its_edge(app: Flask) -> None:
    open_ended = {
        f"{rule.rule} ({rule.endpoint})"
        for rule, view in rules(app)
        if acts(rule) and not hasattr(view, "__commits__") and rule.endpoint not in SECURITY_ENDPOINTS
    }
    assert not open_ended, "Put @commits outermost, right after the route"


def test_no_view_that_only_shows_commits(app: Flask) -> None:
    assert not {rule.rule for rule, view in rules(app) if not acts(rule) and hasattr(view, "__commits__")}


def test_the_list_of_sign_in_endpoints_is_closed(app: Flask) -> None:
    acting = {rule.endpoint for rule, _view in rules(app) if acts(rule)}
    assert acting >= SECURITY_ENDPOINTS, "An endpoint that is gone stays in the list of exceptions"


def test_addresses_are_in_kebab_case_and_show_no_sequence(app: Flask) -> None:
    for rule, _view in rules(app):
        for segment in filter(None, rule.rule.split("/")):
            assert SEGMENT.match(segment), f"{rule.rule}: {segment}"
        for variable in re.findall(r"<([^>]+)>", rule.rule):
            kind = variable.partition(":")[0] if ":" in variable else "default"
            assert kind.partition("(")[0] in CONVERTERS, f"{rule.rule}: <{variable}>"


@pytest.mark.parametrize("address", FIXED)
def test_the_addresses_relied_on_from_outside_exist(app: Flask, address: str) -> None:
    assert plain(address) in {plain(rule.rule) for rule, _view in rules(app)}


def test_an_address_has_one_view_for_each_method(app: Flask) -> None:
    seen: dict[tuple[str, str], str] = {}
    for rule, _view in rules(app):
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert seen.setdefault((plain(rule.rule), method), rule.endpoint) == rule.endpoint, f"{method} {rule.rule}"


def test_every_room_with_addresses_declares_itself(app: Flask) -> None:
    serving = {
        view.__module__.split(".")[1] for _rule, view in rules(app) if view.__module__.startswith("training.")
    } - {"common"}
    assert serving <= set(registry.rooms)
