"""What higher rooms show on a structure’s page: they add a panel here, since a structure does not know them."""

from typing import Final

from training.common.panels import Panel, Panels

__all__ = ["Panel", "add", "filled"]

_STRUCTURE: Final = Panels()

add: Final = _STRUCTURE.add
filled: Final = _STRUCTURE.filled
