"""Real servers: gunicorn as in production (docs/operations.md), two processes of four threads, on the loopback."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.run import LEAN, server

STARTS_WITHIN: Final = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port, its master's process, the seconds from start to first answer."""

    port: int
    process: int
    first_answer: float

    def memory(self) -> tuple[float, float]:
        """Return the memory of its largest process, in MiB: its own share (PSS), and all that it sees (RSS)."""
        found = [_memory(pid) for pid in (self.process, *_children(self.process))]
        return max(share for share, _seen in found), max(seen for _share, seen in found)


@contextmanager
def serving(application: str, variables: Mapping[str, str], probe: str) -> Iterator[Server]:
    """Serve ``application`` until the block ends; ``probe`` is the address of the first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*server(str(port), application), "--keep-alive", "75"]
    began = time.perf_counter()
    process = subprocess.Popen(command, env={**LEAN, **os.environ, **variables}, stderr=subprocess.DEVNULL)
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


def _memory(pid: int) -> tuple[float, float]:
    """Return (PSS, RSS): a page that several processes share counts in the first by its part, in the second whole."""
    sizes = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    share, seen = (int(sizes[name].split()[0]) / 1024 for name in ("Pss", "Rss"))
    return share, seen
