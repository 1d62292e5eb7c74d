"""The commands of the developer: pins, start and end of the application, advisories."""

import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tools import check, check_pins, run

ROOT: Final = Path(__file__).resolve().parents[2]
HASH: Final = "    --hash=sha256:" + "0" * 64
SUPERVISOR: Final = """
import sys
from tools import run
sys.exit(run.supervise([[sys.executable, "-c", code] for code in sys.argv[1:]], {"PORT": "9"}, "ready"))
"""
SLEEPS: Final = "import time; print('up', flush=True); time.sleep(60)"
ENDS: Final = "import sys; sys.exit(3)"


def test_the_pins_satisfy_the_project() -> None:
    assert check_pins.faults() == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["flask==3.1.3 \\", HASH], None),
        (["flask>=3 \\", HASH], "not an exact pin"),
        (["flask==3.1.3"], "has no hash"),
        (["--index-url https://example.org", "flask==3.1.3 \\", HASH], "names a host"),
    ],
)
def test_a_pin_is_exact_hashed_and_names_no_host(tmp_path: Path, lines: list[str], fault: str | None) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text("\n".join(lines) + "\n")
    _pins, found = check_pins.read_pins(path)
    assert len(found) == (fault is not None)
    assert fault is None or fault in found[0]


def test_a_requirement_that_no_pin_satisfies_is_told(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(f"flask==3.1.3 \\\n{HASH}\n")
    pins, _faults = check_pins.read_pins(path)
    assert check_pins.unsatisfied(["flask>=3.1,<4"], pins, "it") == []
    assert len(check_pins.unsatisfied(["flask>=4", "absent"], pins, "it")) == 2


def test_an_advisory_is_told_and_a_package_without_news_is_not_one() -> None:
    assert check.advisories_in([{"name": "a", "version": "1", "vulns": [{"id": "X-1"}]}]) == ["a 1: X-1"]
    assert check.advisories_in([{"name": "b", "skip_reason": "unknown"}]) == []


def test_the_secret_is_random_private_and_kept(tmp_path: Path) -> None:
    run.write_secret(tmp_path / "instance")
    path = tmp_path / "instance" / "secret_key"
    first = path.read_text()
    assert len(first) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    run.write_secret(tmp_path / "instance")
    assert path.read_text() == first


def test_the_preparation_follows_settings() -> None:
    before = run.sources_digest({"DATABASE_URL": "a"})
    assert run.sources_digest({"DATABASE_URL": "a"}) == before
    assert run.sources_digest({"DATABASE_URL": "b"}) != before


def supervised(*codes: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, *codes], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_when_one_process_ends_the_other_ends_too_and_it_is_a_failure() -> None:
    began = time.monotonic()
    with supervised(SLEEPS, ENDS) as supervisor:
        supervisor.communicate(timeout=30)
    assert supervisor.returncode == 3
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_both_end_when_asked_to(asked: signal.Signals) -> None:
    with supervised(SLEEPS, SLEEPS) as supervisor:
        assert supervisor.stdout is not None
        assert [supervisor.stdout.readline().strip() for _ in range(2)] == ["up", "up"]
        supervisor.send_signal(asked)
        supervisor.communicate(timeout=30)
    assert supervisor.returncode == 0
