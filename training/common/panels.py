"""What higher rooms show on a page of a lower one, which does not know them: they add a panel to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from training.common.policy import Principal


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page.

    ``load`` returns what ``template`` prints under the name ``content``, in a fixed number of SELECTs, or null
    when this person is shown nothing. ``position`` orders the panels.
    """

    name: str
    position: int
    template: str
    load: Callable[[Any, Principal], object | None]


@dataclass(frozen=True, slots=True)
class Filled:
    """A panel with what it shows."""

    template: str
    content: object


class Panels:
    """The panels of one page, whoever added them."""

    def __init__(self) -> None:
        self._panels: dict[str, Panel] = {}

    def add(self, panel: Panel) -> None:
        """Show a panel on this page for everything it shows; adding it again changes nothing."""
        self._panels[panel.name] = panel

    def filled(self, subject: Any, principal: Principal) -> list[Filled]:
        """Return the panels this person is shown of this subject, in their order."""
        ordered = sorted(self._panels.values(), key=lambda panel: (panel.position, panel.name))
        loaded = ((panel, panel.load(subject, principal)) for panel in ordered)
        return [Filled(panel.template, content) for panel, content in loaded if content is not None]
