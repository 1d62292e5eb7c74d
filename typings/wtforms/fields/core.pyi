from collections.abc import Callable, Iterable, Sequence
from typing import Any

from markupsafe import Markup
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.widgets import Widget

class Flags:
    def __getattr__(self, name: str) -> Any: ...
    def __contains__(self, name: str) -> bool: ...

class Label:
    field_id: str
    text: str
    def __init__(self, field_id: str, text: str) -> None: ...
    def __html__(self) -> str: ...
    def __call__(self, text: str | None = ..., **kwargs: Any) -> Markup: ...

class UnboundField:
    field_class: type[Field]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    name: str | None
    creation_counter: int

class Field:
    name: str
    short_name: str
    id: str
    type: str
    label: Label
    description: str
    default: Any
    data: Any
    object_data: Any
    raw_data: list[Any] | None
    errors: Sequence[str]
    process_errors: list[str]
    flags: Flags
    filters: Sequence[Callable[[Any], Any]]
    validators: Sequence[Callable[..., object]]
    render_kw: dict[str, Any] | None
    widget: Widget
    meta: DefaultMeta
    def __init__(
        self,
        label: str | None = ...,
        validators: Sequence[Callable[..., object]] | None = ...,
        filters: Iterable[Callable[[Any], Any]] = ...,
        description: str = ...,
        id: str | None = ...,
        default: Any = ...,
        invalid_value_message: str | None = ...,
        widget: Widget | None = ...,
        render_kw: dict[str, Any] | None = ...,
        name: str | None = ...,
        **kwargs: Any,
    ) -> None: ...
    def __html__(self) -> str: ...
    def __call__(self, **kwargs: Any) -> Markup: ...
    def gettext(self, string: str) -> str: ...
    def ngettext(self, singular: str, plural: str, n: int) -> str: ...
    def validate(self, form: BaseForm, extra_validators: Iterable[Callable[..., object]] = ...) -> bool: ...
    def pre_validate(self, form: BaseForm) -> None: ...
    def post_validate(self, form: BaseForm, validation_stopped: bool) -> None: ...
    def process(
        self, formdata: Any, data: Any = ..., extra_filters: Sequence[Callable[[Any], Any]] | None = ...
    ) -> None: ...
    def post_process(self, formdata: Any = ...) -> None: ...
    def process_data(self, value: Any) -> None: ...
    def process_formdata(self, valuelist: list[Any]) -> None: ...
    def populate_obj(self, obj: object, name: str) -> None: ...
