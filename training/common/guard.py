"""The guard of every view, and the principal behind the request.

``@requires(permission, loader)`` loads the subject within the principal's scope (404
outside it), judges the permission on it (403, or sign-in for nobody), then hands the
subject to the view instead of the address's values. It stamps the view: a test walks
the address map and refuses a view without a stamp.
"""

import functools
from collections.abc import Callable
from typing import Any

from flask import g

from training.common.errors import Forbidden, NotFound
from training.common.policy import NOBODY, Permission, Principal, policy

Loader = Callable[..., object]


class SignInRequired(Exception):
    """Nobody is signed in and the view needs someone."""


def current_principal() -> Principal:
    """Return whoever acts in this request; read once, by the function accounts installed."""
    if "principal" not in g:
        g.principal = _read_principal()
    principal: Principal = g.principal
    return principal


_reader: list[Callable[[], Principal]] = []


def install_principal_reader(reader: Callable[[], Principal]) -> None:
    """Tell the ground floor how to know who acts (the accounts room calls it at start)."""
    _reader[:] = [reader]


def _read_principal() -> Principal:
    return _reader[0]() if _reader else NOBODY


def forget_principal() -> None:
    """Make the next question read the principal again: someone has just signed in or out."""
    g.pop("principal", None)


def can(permission: Permission | str, subject: object = None) -> bool:
    """Whether the current principal may do this; for templates and menus."""
    return policy.allows(current_principal(), Permission(permission), subject)


def requires(
    permission: Permission, loader: Loader | None = None, *, by_address: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a view with a permission.

    ``loader(principal, **values)`` returns the subject or raises ``NotFound``; the view then
    receives it as its only argument. Without a loader the view keeps the address's values
    and the permission is judged on no subject. ``by_address``: whoever holds the sealed address may read it, so who
    asks is not even read; what a screen asks every few seconds costs no more than its answer.
    """

    def check(values: dict[str, Any]) -> object:
        principal = NOBODY if by_address else current_principal()
        try:
            subject = loader(principal, **values) if loader else None
        except NotFound:
            if not principal.is_signed_in and not policy.allows(principal, permission):
                raise SignInRequired from None
            raise
        if not policy.allows(principal, permission, subject):
            raise Forbidden if principal.is_signed_in or principal.link else SignInRequired
        return subject

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(**values: Any) -> Any:
            subject = check(values)
            return view(subject) if loader else view(**values)

        guarded.__permission__ = permission  # type: ignore[attr-defined]  # the stamp
        guarded.__check__ = check  # type: ignore[attr-defined]  # read by @commits(files=True)
        return guarded

    return decorate
