"""What ``make check`` does: every check, each with its name; all are run, one failure fails."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tools.pins import BIN, ROOT

AUDIT_WITHIN: Final = 180


def command(*words: str) -> Callable[[], bool]:
    """Return a check that runs a tool of the environment."""
    return lambda: subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, check=False).returncode == 0


def audit() -> bool:
    """Ask for known advisories on the pins; one fails the check, a network that does not answer cannot."""
    tool = [str(BIN / "pip-audit"), "--disable-pip", "--require-hashes", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(
            [*tool, "--format", "json", "-r", "requirements-dev.txt"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=AUDIT_WITHIN,
            check=False,
        )
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        print("NOT AUDITED: the network gave no advisories. Run this check again where it does.")
        return True
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    advisories = advisories_in(packages)
    audited = len(packages) - len(skipped)
    if audited:
        print("\n".join(advisories) or f"No known advisory on {audited} packages.")
    if skipped:
        print(f"NOT AUDITED: the network gave nothing about {len(skipped)} of {len(packages)} packages.")
    return not advisories


def advisories_in(packages: Sequence[dict[str, object]]) -> list[str]:
    """Return a line per advisory."""
    lines = []
    for package in packages:
        found = package.get("vulns", [])
        assert isinstance(found, list)
        lines += [f"{package['name']} {package['version']}: {advisory['id']}" for advisory in found]
    return lines


CHECKS: Final[tuple[tuple[str, Callable[[], bool]], ...]] = (
    ("lint", command("ruff", "check", "--quiet", "--output-format", "concise")),
    ("format", command("ruff", "format", "--check", "--quiet")),
    ("types", command("mypy")),
    ("imports", command("lint-imports")),
    ("templates", command("djlint", "templates", "--lint", "--quiet")),
    ("pins", command("python", "-m", "tools.check_pins")),
    ("migrations", command("python", "-m", "tools.check_migrations")),
    ("advisories", audit),
)


def main() -> int:
    """Run every check and name those that failed."""
    failed = []
    for name, check in CHECKS:
        print(f"── {name}", flush=True)
        began = time.monotonic()
        if not check():
            failed.append(name)
        print(f"   {'FAILED' if name in failed else 'ok'} in {time.monotonic() - began:.1f} s", flush=True)
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return bool(failed)


if __name__ == "__main__":
    assert Path.cwd() == ROOT, "make check runs at the root"
    sys.exit(main())
