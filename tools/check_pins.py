"""Verify without a network that the pins satisfy pyproject.toml, agree with each other and name no host."""

import re
import sys
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.pins import ROOT, groups

PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)\s*(?:;[^\\]*)?\\?$")
HOST: Final = re.compile(r"://|--(extra-)?index-url|--find-links|--trusted-host")


Pins = dict[str, set[Version]]


def read_pins(path: Path) -> tuple[Pins, list[str]]:
    """Return the pinned versions of a file (several, when Pythons or platforms differ), and its faults."""
    pins: Pins = {}
    faults: list[str] = []
    hashed = True
    name = ""
    for line in [*path.read_text().splitlines(), ""]:
        if HOST.search(line):
            faults.append(f"{path.name} names a host: {line.strip()}")
            continue
        if line.startswith("    --hash=sha256:"):
            hashed = True
            continue
        if not hashed:
            faults.append(f"{path.name}: {name} has no hash")
        match = PIN.match(line)
        if match:
            name, hashed = canonicalize_name(match.group(1)), False
            pins.setdefault(name, set()).add(Version(match.group(2)))
        elif line.strip():
            faults.append(f"{path.name}: not an exact pin: {line.strip()}")
    return pins, faults


def unsatisfied(wanted: list[str], pins: Pins, where: str) -> list[str]:
    """Return the requirements that the pins do not satisfy."""
    faults = []
    for text in wanted:
        requirement = Requirement(text)
        pinned = pins.get(canonicalize_name(requirement.name), set())
        if not pinned or not all(requirement.specifier.contains(version, prereleases=True) for version in pinned):
            faults.append(f"{where} does not satisfy {text}: {', '.join(map(str, pinned)) or 'absent'}")
    return faults


def faults() -> list[str]:
    """Return everything that is wrong with the two files."""
    needed, development = groups()
    production, found = read_pins(ROOT / "requirements.txt")
    everything, more = read_pins(ROOT / "requirements-dev.txt")
    found += more
    found += unsatisfied(needed, production, "requirements.txt")
    found += unsatisfied([*needed, *development], everything, "requirements-dev.txt")
    found += [
        f"{name} differs between the two files" for name in production if production[name] != everything.get(name)
    ]
    return found


if __name__ == "__main__":
    wrong = faults()
    print("\n".join([*wrong, "Run: make pins"]) if wrong else "The pins satisfy pyproject.toml.")
    sys.exit(bool(wrong))
