"""Find the Chromium of the journeys, or install it where that can be done without asking; print its path."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

KNOWN: Final = (
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
DEBIAN: Final = Path("/etc/debian_version")
INSTALL: Final = "apt-get update && apt-get install -y chromium"


def find() -> Path | None:
    """Return the browser: CHROMIUM first, then the usual places, then playwright's own."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not os.access(given, os.X_OK):
            sys.exit(f"CHROMIUM names no program: {given}")
        return Path(given)
    for path in KNOWN:
        if os.access(path, os.X_OK):
            return Path(path)
    return _of_playwright()


def _of_playwright() -> Path | None:
    from playwright.sync_api import sync_playwright  # late: only a machine without a browser pays for it

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if os.access(path, os.X_OK) else None


def install() -> None:
    """Install Chromium as root on Debian; the system's own tool asks nothing and tells what it does."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *command], check=True, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)


def main() -> None:
    """Print the path of a browser, or end with the one command to run."""
    path = find()
    if path is None and hasattr(os, "geteuid") and os.geteuid() == 0 and DEBIAN.exists() and shutil.which("apt-get"):
        install()
        path = find()
    if path is None:
        command = f"sudo sh -c '{INSTALL}'" if DEBIAN.exists() else ".venv/bin/playwright install chromium"
        sys.exit(f"The journeys need Chromium. Run this once, then make test again:\n\n    {command}\n")
    print(path)


if __name__ == "__main__":
    main()
