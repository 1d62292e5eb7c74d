from collections.abc import Iterable
from typing import Any

def get_translations(languages: Iterable[str]) -> Any: ...
