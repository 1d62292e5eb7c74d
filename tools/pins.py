"""Rewrite the two requirement files: exact, hashed, for every platform, naming no index or host."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
BIN: Final = Path(sys.executable).parent


def groups() -> tuple[list[str], list[str]]:
    """Return what the application needs, and what its development needs beside that."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return project["project"]["dependencies"], project["dependency-groups"]["dev"]


def compile_pins(wanted: list[str], output: Path, *, constraints: Path | None = None) -> None:
    """Resolve ``wanted`` into ``output``; what it already pins stays as long as it satisfies."""
    command = [
        *(str(BIN / "uv"), "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--python-version", "3.11"),
        *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", *sys.argv[1:]),
        *(("--constraint", str(constraints)) if constraints else ()),
        *("--output-file", str(output), "-"),
    ]
    subprocess.run(command, input="\n".join(wanted), text=True, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def main() -> None:
    """Write both files. The whole is resolved first, and the application keeps to its versions: what is tested runs."""
    needed, development = groups()
    everything = ROOT / "requirements-dev.txt"
    compile_pins([*needed, *development], everything)
    compile_pins(needed, ROOT / "requirements.txt", constraints=everything)


if __name__ == "__main__":
    main()
