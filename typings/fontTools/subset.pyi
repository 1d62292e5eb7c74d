from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from fontTools.ttLib import TTFont

class Options:
    flavor: str | None
    layout_features: list[str]
    hinting: bool
    desubroutinize: bool
    name_IDs: list[int | str]
    notdef_outline: bool
    recalc_timestamp: bool
    drop_tables: list[str]
    def __init__(self, **kwargs: Any) -> None: ...

class Subsetter:
    def __init__(self, options: Options | None = ...) -> None: ...
    def populate(
        self,
        glyphs: Iterable[str] = ...,
        gids: Iterable[int] = ...,
        unicodes: Iterable[int] = ...,
        text: str = ...,
    ) -> None: ...
    def subset(self, font: TTFont) -> None: ...

def load_font(file: str | Path, options: Options, **kwargs: Any) -> TTFont: ...
def save_font(font: TTFont, file: str | Path | IO[bytes], options: Options) -> None: ...
