"""What higher rooms show on a cohort’s page: they add a panel here, since a cohort does not know them."""

from typing import Final

from training.common.panels import Panel, Panels

__all__ = ["Panel", "add", "filled"]

_COHORT: Final = Panels()

add: Final = _COHORT.add
filled: Final = _COHORT.filled
