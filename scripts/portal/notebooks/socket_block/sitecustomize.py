"""Loaded by a kernel that cannot have a network namespace: sockets reach this machine only."""

import ipaddress
import socket
from typing import Any

_LOCAL_NAMES = {"", "localhost", "localhost.localdomain", "ip6-localhost"}


def is_local(host: object) -> bool:
    """Whether a host name or address is this machine."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    if name.lower() in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _guard(method: str) -> None:
    original = getattr(socket.socket, method)

    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]  # sendto(data, flags, address)
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_local(address[0]):
            raise OSError(f"the network is blocked while notebooks run: {address[0]}")
        return original(self, *arguments)

    setattr(socket.socket, method, guarded)


def _guard_names() -> None:
    original = socket.getaddrinfo

    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        if not is_local(host):
            raise socket.gaierror(f"the network is blocked while notebooks run: {host}")
        return original(host, *arguments, **options)

    socket.getaddrinfo = guarded


for _method in ("connect", "connect_ex", "sendto"):
    _guard(_method)
_guard_names()
