from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from wtforms.fields.core import Field

class Choice(NamedTuple):
    value: str
    label: str
    selected: bool
    render_kw: dict[str, Any]

@dataclass
class SelectChoice:
    value: str
    label: str = ...
    render_kw: dict[str, Any] = ...
    optgroup: str | None = ...

class SelectFieldBase(Field):
    def iter_choices(self) -> Iterator[Choice]: ...
    def has_groups(self) -> bool: ...

class SelectField(SelectFieldBase):
    choices: Sequence[SelectChoice] | None
    coerce: Callable[[Any], Any]
    validate_choice: bool
    def __init__(
        self,
        label: str | None = ...,
        validators: Sequence[Callable[..., object]] | None = ...,
        coerce: Callable[[Any], Any] = ...,
        choices: Sequence[SelectChoice] | Callable[[], Sequence[SelectChoice]] | None = ...,
        validate_choice: bool = ...,
        **kwargs: Any,
    ) -> None: ...

class SelectMultipleField(SelectField): ...
class RadioField(SelectField): ...
