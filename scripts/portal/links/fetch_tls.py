"""TLS as a browser sees it, and what exactly is wrong when it stops."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path

import certifi

from portal.links.model import Failure

# X509_V_ERR_* of OpenSSL.
_VERIFY_CODES = {
    9: Failure.TLS_NOT_YET_VALID,
    10: Failure.TLS_EXPIRED,
    18: Failure.TLS_SELF_SIGNED,
    19: Failure.TLS_UNKNOWN_AUTHORITY,
    62: Failure.TLS_WRONG_HOST,
    63: Failure.TLS_WRONG_HOST,
    64: Failure.TLS_WRONG_HOST,
}
_NO_ISSUER = {2, 20, 21, 27}
# Reasons of OpenSSL, in words.
_REASONS = {
    "WRONG_VERSION_NUMBER": "the server does not speak TLS on this port",
    "HTTP_REQUEST": "the server does not speak TLS on this port",
    "UNSUPPORTED_PROTOCOL": "the server speaks only an outdated TLS version",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the server speaks only an outdated TLS version",
    "NO_PROTOCOLS_AVAILABLE": "the server speaks only an outdated TLS version",
    "VERSION_TOO_LOW": "the server speaks only an outdated TLS version",
    "DH_KEY_TOO_SMALL": "the server's key is too weak",
    "EE_KEY_TOO_SMALL": "the certificate's key is too weak",
    "CA_MD_TOO_WEAK": "the certificate's signature is too weak",
    "TLSV1_UNRECOGNIZED_NAME": "the server does not know this host name",
    "TLSV1_ALERT_UNRECOGNIZED_NAME": "the server does not know this host name",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the server refuses the TLS handshake",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the server asks for a client certificate",
}


class TrustError(Exception):
    """The authorities that the environment names cannot be read."""


def trust_store(environ: Mapping[str, str] = os.environ) -> ssl.SSLContext:
    """A context with the rules of a browser and the authorities that the environment names.

    `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured;
    without them certifi's list is used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    context.set_alpn_protocols(["http/1.1"])
    named = {n: environ[n] for n in _CA_VARIABLES if environ.get(n)}
    for name, location in (named or {"certifi": certifi.where()}).items():
        try:
            if Path(location).is_dir():
                context.load_verify_locations(capath=location)
            else:
                context.load_verify_locations(cafile=location)
        except (OSError, ssl.SSLError) as error:
            raise TrustError(f"{name}={location} cannot be used: {error}") from error
    return context


_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


def tls_failure(error: ssl.SSLError, chain_length: Callable[[], int]) -> tuple[Failure, str]:
    """What a TLS error means.

    Args:
        error: as raised by the handshake.
        chain_length: asks the server how many certificates it sends; only called when the
            issuer is unknown. A lone certificate that is not its own issuer lacks its
            intermediate; a longer chain ends at an authority that is not trusted.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        code = error.verify_code
        detail = error.verify_message or str(error)
        if code in _NO_ISSUER:
            if chain_length() <= 1:
                return Failure.TLS_INCOMPLETE_CHAIN, f"the issuer is missing ({detail})"
            return Failure.TLS_UNKNOWN_AUTHORITY, detail
        return _VERIFY_CODES.get(code, Failure.TLS_OTHER), detail
    if isinstance(error, ssl.SSLEOFError):
        return Failure.RESET, "the server closed the connection during the TLS handshake"
    reason = error.reason or ""
    return Failure.TLS_OTHER, _REASONS.get(reason, f"TLS fails: {reason or error}")


def sent_certificates(sock: socket.socket, host: str) -> int:
    """How many certificates a server sends; 0 when that cannot be told."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with context.wrap_socket(sock, server_hostname=host) as secure:
            if hasattr(secure, "get_unverified_chain"):  # Python 3.13
                return len(secure.get_unverified_chain())
            inner = getattr(secure, "_sslobj", None)
            chain = inner.get_unverified_chain() if inner is not None else None
            return len(chain or ())
    except (OSError, ValueError, AttributeError):
        return 0
