from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from wtforms.fields.core import Field
from wtforms.meta import DefaultMeta

class BaseForm:
    meta: DefaultMeta
    form_errors: list[str]
    _fields: dict[str, Field]
    _prefix: str
    def __iter__(self) -> Iterator[Field]: ...
    def __contains__(self, name: str) -> bool: ...
    def __getitem__(self, name: str) -> Field: ...
    def populate_obj(self, obj: object) -> None: ...
    def process(
        self, formdata: Any = ..., obj: object = ..., data: Mapping[str, Any] | None = ..., **kwargs: Any
    ) -> None: ...
    def post_process(self, formdata: Any = ...) -> None: ...
    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = ...) -> bool: ...
    @property
    def data(self) -> dict[str, Any]: ...
    @property
    def errors(self) -> dict[str, Any]: ...

class FormMeta(type): ...

class Form(BaseForm, metaclass=FormMeta):
    Meta: ClassVar[type[DefaultMeta]]
    def __init__(
        self,
        formdata: Any = ...,
        obj: object = ...,
        prefix: str = ...,
        data: Mapping[str, Any] | None = ...,
        meta: Mapping[str, Any] | None = ...,
        **kwargs: Any,
    ) -> None: ...
