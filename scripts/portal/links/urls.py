"""Addresses: what is one, when are two the same, which must not be asked."""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit, urlunsplit

import idna

SAFE_PATH = "/:@!$&'()*+,;=~-._%"
SAFE_QUERY = SAFE_PATH + "?"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = re.compile(r"%([0-9A-Fa-f]{2})")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class InvalidUrlError(ValueError):
    """The text is not an address that can be asked."""


def _uniform_escapes(text: str) -> str:
    """Percent-escapes in capitals, and none where none is needed (RFC 3986, 6.2.2)."""

    def one(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _PLAIN else match[0].upper()

    return _UNRESERVED.sub(one, text)


def ascii_host(host: str) -> str:
    """The host name as DNS knows it (IDNA 2008 with UTS 46 mapping, as browsers do).

    Raises:
        InvalidUrlError: no such name can exist.
    """
    host = host.rstrip(".") if host.endswith(".") and host != "." else host
    if not host:
        raise InvalidUrlError("no host name")
    if host.isascii():
        lowered = host.lower()
        if re.search(r"[\s%<>^`{|}\\\"#]", lowered) or ".." in lowered or lowered.startswith("."):
            raise InvalidUrlError(f"{host!r} is not a host name")
        return lowered
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise InvalidUrlError(f"{host!r} is not a host name: {error}") from error


def requestable(url: str) -> str:
    """The address in ASCII, ready to be sent; the fragment is kept as written.

    Raises:
        InvalidUrlError: not an http(s) address.
    """
    text = re.sub(r"[\t\r\n]", "", url.strip())
    if text.startswith("//"):
        text = "https:" + text
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise InvalidUrlError(f"not a valid address: {error}") from error
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise InvalidUrlError(f"{scheme or 'no'} scheme is not followed")
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else ascii_host(host)
    netloc = name if port in (None, _DEFAULT_PORTS[scheme]) else f"{name}:{port}"
    if "@" in parts.netloc:
        netloc = f"{parts.netloc.rpartition('@')[0]}@{netloc}"
    path = _uniform_escapes(quote(parts.path.replace("\\", "/"), safe=SAFE_PATH)) or "/"
    query = _uniform_escapes(quote(parts.query, safe=SAFE_QUERY))
    return urlunsplit((scheme, netloc, path, query, parts.fragment))


def key_of(url: str) -> str:
    """What two spellings of one address have in common; never raises."""
    try:
        base, fragment = urldefrag(requestable(url))
    except InvalidUrlError:
        return url
    return f"{base}#{unquote(fragment)}" if fragment else base


def without_fragment(url: str) -> str:
    """The address that is asked."""
    return urldefrag(url)[0]


def fragment_of(url: str) -> str:
    """The fragment as written, without `#` and without a text directive.

    A text directive (`:~:text=…`) is a hint to the browser: when the text is missing the
    page opens all the same.
    """
    fragment = urldefrag(url)[1]
    return fragment.split(":~:")[0]


def origin(url: str) -> str:
    """Host and port: what is asked politely, one at a time."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    host = (parts.hostname or "").lower()
    if port in (None, 80, 443):
        return host
    return f"{host}:{port}"


def host_of(url: str) -> str:
    """The host name, lower case; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def registered(host: str) -> str:
    """Roughly the registrable domain: enough to tell one site from another."""
    labels = host.split(".")
    if len(labels) <= 2 or labels[-1].isdigit():
        return host
    known_second = {"com", "co", "org", "net", "edu", "gov", "ac", "idv", "github", "gitlab"}
    keep = 3 if labels[-2] in known_second else 2
    return ".".join(labels[-keep:])


def absolute_location(base: str, location: str) -> str:
    """Resolve a `Location`, whose bytes may be UTF-8 read as Latin-1 (RFC 9110, 10.2.2).

    The fragment of the base carries over when the target has none of its own.
    """
    with suppress(UnicodeEncodeError, UnicodeDecodeError):
        location = location.encode("latin-1").decode("utf-8")
    location = re.sub(r"[\t\r\n]", "", location.strip())
    location = re.sub(r"^(https?):/*(?=[^/])", r"\1://", location, flags=re.IGNORECASE)
    target = urljoin(base, location.replace("\\", "/") if "://" not in location else location)
    if "#" not in target and "#" in base:
        target += "#" + base.split("#", 1)[1]
    return target


def refused_address(address: str, *, allow_private: bool) -> str:
    """Why an IP address must not be asked; empty when it may.

    Link-local and metadata addresses, multicast and the unspecified address are never asked:
    no test needs them, and a cloud machine gives its secrets there.
    """
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return ""
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if isinstance(ip, ipaddress.IPv6Address) and ip in ipaddress.ip_network("64:ff9b::/96"):
        mapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if mapped is not None:
        ip = mapped
    if ip.is_link_local or str(ip) in {"fd00:ec2::254", "100.100.100.200"}:
        return "a link-local or metadata address"
    if ip.is_multicast or ip.is_unspecified:
        return "not the address of a host"
    if allow_private:
        return ""
    if ip.is_loopback:
        return "a loopback address"
    if not ip.is_global:
        return "a private or reserved address"
    return ""


def display(url: str, width: int = 90) -> str:
    """Shortened for a terminal, secrets of the user part left out."""
    url = without_userinfo(url)
    return url if len(url) <= width else url[: width - 1] + "…"


def without_userinfo(url: str) -> str:
    """The address without user and password."""
    return re.sub(r"^(\w+://)[^/?#@]*@", r"\1", url)
