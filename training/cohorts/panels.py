"""What higher rooms show on a cohort’s page: they add a panel here, since a cohort does not know them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from training.cohorts.models import Cohort
from training.common.policy import Principal


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the cohort’s page.

    ``load`` returns what ``template`` prints under the name ``panel``, in a fixed number of SELECTs, or null
    when this person is shown nothing. ``position`` orders the panels.
    """

    name: str
    position: int
    template: str
    load: Callable[[Cohort, Principal], object | None]


@dataclass(frozen=True, slots=True)
class Filled:
    """A panel with what it shows."""

    template: str
    content: object


_panels: Final[dict[str, Panel]] = {}


def add(panel: Panel) -> None:
    """Show a panel on the page of every cohort; adding it again changes nothing."""
    _panels[panel.name] = panel


def filled(cohort: Cohort, principal: Principal) -> list[Filled]:
    """Return the panels this person is shown, in their order."""
    ordered = sorted(_panels.values(), key=lambda panel: (panel.position, panel.name))
    loaded = ((panel, panel.load(cohort, principal)) for panel in ordered)
    return [Filled(panel.template, content) for panel, content in loaded if content is not None]
