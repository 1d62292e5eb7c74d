"""Addresses whose builders are compiled when one is first built.

Werkzeug compiles two functions per address at start, by way of syntax trees: three hundred addresses cost a
third of a second before the first answer, and a process builds only a part of them.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LazyRule(Rule):
    """An address as Werkzeug's, but for when its builders are compiled."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []
        compile_now = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build
