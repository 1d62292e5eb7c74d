"""Real servers: gunicorn as in production, two processes of four threads, on a port of the loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STARTS_WITHIN: Final = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port, its master's process, the seconds from start to first answer."""

    port: int
    process: int
    first_answer: float

    def memory(self) -> float:
        """Return the resident memory of its largest process, in MiB."""
        return max(_resident(pid) for pid in (self.process, *_children(self.process)))


@contextmanager
def serving(application: str, variables: Mapping[str, str], probe: str) -> Iterator[Server]:
    """Serve ``application`` until the block ends; ``probe`` is the address of the first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "-w", "2", "--threads", "4", "--bind", f"127.0.0.1:{port}",
        "--log-level", "error", "--keep-alive", "75", application,
    ]  # fmt: skip
    began = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **variables}, stderr=subprocess.DEVNULL)
    try:
        _await(f"http://127.0.0.1:{port}{probe}", process)
        yield Server(port, process.pid, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended before answering at {address}.")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - the loopback
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.01)
    raise RuntimeError(f"No answer at {address}.")


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
