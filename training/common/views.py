"""The way every form's POST ends: done and led on, or shown again with what to mend."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect
from werkzeug.wrappers import Response

from training.common.forms import Form, attempt

Answer = str | Response | tuple[str, int]


def answer(
    form: Form, act: Callable[[], Any], *, again: Callable[[], str], to: Callable[[], str] | str, done: str | None
) -> Answer:
    """Validate ``form`` and run ``act``; then say ``done`` and lead to ``to`` (303).

    A form that does not validate, or that a rule refuses, is shown again by ``again`` with 422.
    ``to`` may be a callable, for an address known only once the act is done.
    """
    if not form.validate_on_submit() or not attempt(form, act):
        return again(), 422
    if done:
        flash(done, "success")
    return redirect(to() if callable(to) else to, 303)
