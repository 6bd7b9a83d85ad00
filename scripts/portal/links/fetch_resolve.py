"""Names to addresses, with a time limit that `getaddrinfo` does not have."""

from __future__ import annotations

import socket
import threading
import time
from collections import OrderedDict

from portal.links.model import Failure

Address = tuple[socket.AddressFamily, str]
_MAX_CACHED = 4096
_MAX_WAITING = 24  # name look-ups under way; each that hangs holds a thread until it returns
# Names that never exist (RFC 6761, RFC 7686): no answer about them is the answer.
_RESERVED = (".invalid", ".test", ".example", ".localhost", ".onion", ".local", ".internal")


class FetchError(Exception):
    """A request ended without a usable answer."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail


class _Lookup:
    def __init__(self) -> None:
        self.done = threading.Event()
        self.addresses: list[Address] = []
        self.error: FetchError | None = None


class Resolver:
    """Asks for each name once a run; never waits longer than it is told."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lookups: OrderedDict[str, _Lookup] = OrderedDict()
        self._places = threading.BoundedSemaphore(_MAX_WAITING)

    def resolve(self, host: str, timeout: float) -> list[Address]:
        """The addresses of a host, in the order in which they are to be tried.

        Args:
            host: a name or a literal address, without brackets.
            timeout: seconds.

        Raises:
            FetchError: no such host, no answer of the name service, or out of time.
        """
        if literal := _literal(host):
            return [literal]
        with self._lock:
            lookup = self._lookups.get(host)
            fresh = lookup is None or (
                lookup.done.is_set()
                and lookup.error is not None
                and lookup.error.failure is Failure.DNS
            )
            if fresh:
                lookup = _Lookup()
                self._lookups[host] = lookup
                while len(self._lookups) > _MAX_CACHED:
                    self._lookups.popitem(last=False)
        assert lookup is not None
        end = time.monotonic() + timeout
        if fresh:
            if not self._places.acquire(timeout=max(0.0, timeout)):
                self._settle(lookup, FetchError(Failure.DNS, "the name service does not answer"))
            else:
                threading.Thread(
                    target=self._ask, args=(host, lookup), daemon=True, name=f"dns {host}"
                ).start()
        if not lookup.done.wait(max(0.0, end - time.monotonic())):
            raise FetchError(Failure.DNS, f"the name service gave no answer for {host} in time")
        if lookup.error:
            raise lookup.error
        return lookup.addresses

    def _ask(self, host: str, lookup: _Lookup) -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            seen = dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found)
            lookup.addresses = _interleaved(list(seen))
            self._settle(lookup, None)
        except socket.gaierror as error:
            self._settle(lookup, _dns_failure(host, error))
        except (OSError, UnicodeError) as error:
            self._settle(lookup, FetchError(Failure.NO_SUCH_HOST, f"{host}: {error}"))
        finally:
            self._places.release()

    @staticmethod
    def _settle(lookup: _Lookup, error: FetchError | None) -> None:
        lookup.error = error
        lookup.done.set()


def _dns_failure(host: str, error: socket.gaierror) -> FetchError:
    passing = error.errno in {socket.EAI_AGAIN, getattr(socket, "EAI_SYSTEM", None)}
    if passing and not host.endswith(_RESERVED):
        return FetchError(Failure.DNS, f"the name service gave no answer for {host}")
    return FetchError(Failure.NO_SUCH_HOST, f"there is no host {host}")


def _literal(host: str) -> Address | None:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        return family, host
    return None


def _interleaved(addresses: list[Address]) -> list[Address]:
    """IPv6 and IPv4 by turns, so that a dead one costs one attempt (RFC 8305, 4)."""
    first = [a for a in addresses if a[0] == addresses[0][0]] if addresses else []
    second = [a for a in addresses if a[0] != addresses[0][0]] if addresses else []
    mixed: list[Address] = []
    for index in range(max(len(first), len(second))):
        mixed += first[index : index + 1] + second[index : index + 1]
    return mixed
