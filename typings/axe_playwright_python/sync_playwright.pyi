from typing import Any

class AxeResults:
    response: dict[str, Any]
    violations_count: int
    def generate_report(self, violation_id: str | None = ...) -> str: ...

class Axe:
    def run(self, page: Any, context: Any = ..., options: dict[str, Any] | None = ...) -> AxeResults: ...
