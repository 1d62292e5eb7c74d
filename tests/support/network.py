"""No test talks to the outside: sockets reach this machine's loopback and unix sockets only."""

import ipaddress
import socket
from typing import Any, Final

_connect: Final = socket.socket.connect
_connect_ex: Final = socket.socket.connect_ex
_sendto: Final = socket.socket.sendto


class OutsideWorldError(RuntimeError):
    """A test tried to leave the machine."""


def _check(sock: socket.socket, address: Any) -> None:
    if sock.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    host = str(address[0])
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise OutsideWorldError(f"A test tried to reach {host}: use a local server of tests/support.")


def forbid() -> None:
    """Refuse, in this process, any socket to another machine."""

    def connect(self: socket.socket, address: Any) -> None:
        _check(self, address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _check(self, address)
        return _connect_ex(self, address)

    def sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        _check(self, rest[-1])
        return _sendto(self, data, *rest)

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]  # the guard
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign, assignment]  # the guard
    socket.socket.sendto = sendto  # type: ignore[method-assign, assignment]  # the guard


def allow() -> None:
    """Undo :func:`forbid`."""
    socket.socket.connect = _connect  # type: ignore[method-assign]  # restored
    socket.socket.connect_ex = _connect_ex  # type: ignore[method-assign]  # restored
    socket.socket.sendto = _sendto  # type: ignore[method-assign]  # restored
