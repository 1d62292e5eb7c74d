"""The pages of accounts, one module per subject."""

from training.accounts.routes import (
    account,
    links,
    passwords,
    people,
    privacy,
    second_factor,
    sign_in,
    structures,
    teams,
    twins,
)
from training.accounts.routes.blueprint import bp

__all__ = [
    "account",
    "blueprints",
    "links",
    "passwords",
    "people",
    "privacy",
    "second_factor",
    "sign_in",
    "structures",
    "teams",
    "twins",
]

blueprints = (bp,)
