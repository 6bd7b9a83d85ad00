"""Names, ports, addresses and TLS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import trustme

from links.faultweb import GOOD, Exchange, Fault, FaultWeb, page


class Authorities:
    """Certificate authorities of the web: one that is trusted, one that is not."""

    def __init__(self) -> None:
        self.trusted = trustme.CA()
        self.between = self.trusted.create_child_ca()
        self.unknown = trustme.CA()


Context = Callable[[Authorities], ssl.SSLContext]


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def good(cas: Authorities) -> ssl.SSLContext:
    return server_context(cas.trusted.issue_cert("127.0.0.1", "localhost"))


def expired(cas: Authorities) -> ssl.SSLContext:
    past = datetime.now(UTC) - timedelta(days=1)
    return server_context(
        cas.trusted.issue_cert("127.0.0.1", not_before=past - timedelta(days=9), not_after=past)
    )


def future(cas: Authorities) -> ssl.SSLContext:
    start = datetime.now(UTC) + timedelta(days=5)
    return server_context(
        cas.trusted.issue_cert("127.0.0.1", not_before=start, not_after=start + timedelta(days=9))
    )


def wrong_host(cas: Authorities) -> ssl.SSLContext:
    return server_context(cas.trusted.issue_cert("other.example"))


def unknown(cas: Authorities) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf = cas.unknown.issue_cert("127.0.0.1")
    whole = leaf.private_key_and_cert_chain_pem.bytes() + cas.unknown.cert_pem.bytes()
    with trustme.Blob(whole).tempfile() as path:
        context.load_cert_chain(path)
    return context


def self_signed(cas: Authorities) -> ssl.SSLContext:
    """A certificate that is its own issuer, as `openssl req -x509` makes them."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with trustme.Blob(pem).tempfile() as path:
        context.load_cert_chain(path)
    return context


def lone_leaf(cas: Authorities) -> ssl.SSLContext:
    """Signed by an intermediate that is not sent."""
    leaf = cas.between.issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem = leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes()
    with trustme.Blob(pem).tempfile() as path:
        context.load_cert_chain(path)
    return context


def whole_chain(cas: Authorities) -> ssl.SSLContext:
    return server_context(cas.between.issue_cert("127.0.0.1"))


def old_protocol(cas: Authorities) -> ssl.SSLContext:
    context = good(cas)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def common_name_only(cas: Authorities) -> ssl.SSLContext:
    return server_context(cas.trusted.issue_cert("x.example", common_name="127.0.0.1"))


def client_certificate(cas: Authorities) -> ssl.SSLContext:
    context = good(cas)
    context.verify_mode = ssl.CERT_REQUIRED
    cas.trusted.configure_trust(context)
    return context


TLS: dict[str, tuple[str, str, Context]] = {
    "tls-good": ("working", "a trusted certificate", good),
    "tls-chain": ("working", "with its intermediate", whole_chain),
    "tls-expired": ("broken", "expired", expired),
    "tls-future": ("broken", "not valid yet", future),
    "tls-host": ("broken", "for another host", wrong_host),
    "tls-self": ("broken", "self-signed", self_signed),
    "tls-unknown": ("broken", "an unknown authority", unknown),
    "tls-lone": ("broken", "the intermediate is missing", lone_leaf),
    "tls-old": ("broken", "TLS 1.1 only", old_protocol),
    "tls-common-name": ("broken", "the host only as common name", common_name_only),
    "tls-client": ("broken", "asks for a client certificate", client_certificate),
}
# What the evidence must tell apart.
TLS_RULES = {
    "tls-expired": "tls-expired", "tls-future": "tls-not-yet-valid", "tls-host": "tls-wrong-host",
    "tls-self": "tls-self-signed", "tls-unknown": "tls-unknown-authority",
    "tls-lone": "tls-incomplete-chain",
}  # fmt: skip


async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def slam(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.transport.abort()


async def drip_handshake(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        for _ in range(300):
            writer.write(b"\x16")
            await writer.drain()
            await asyncio.sleep(0.2)
    except OSError:
        return


async def secure_home(exchange: Exchange) -> None:
    await exchange.reply(b"", "302 Found", {"Location": exchange.url("/to/plain")})


NAMES = [
    Fault("n-invalid", "broken", "no such name", url="http://no-such-host.invalid/page"),
    Fault("n-closed", "broken", "a closed port", url="http://127.0.0.1:1/"),
    Fault("n-port", "broken", "no such port", url="http://127.0.0.1:99999/x"),
    Fault("n-label", "broken", "a label too long", url=f"http://{'a' * 70}.example/"),
    Fault("n-dots", "broken", "an empty label", url="http://a..example/"),
    Fault("n-space", "broken", "a space in the name", url="http://a%20b.example/"),
    Fault("n-idn", "broken", "an IDN that does not exist", url="http://例え.invalid/"),
    Fault("n-localhost", "working", "localhost by name", url="http://localhost:{port}/to/x"),
    Fault("n-case", "working", "capitals", url="HTTP://LOCALHOST:{port}/to/x"),
    Fault("n-ipv6", "working", "IPv6", url="http://[::1]:{port}/to/x"),
    Fault("n-user", "working", "a user in the address", url="http://user:pw@127.0.0.1:{port}/to/x"),
    Fault("n-metadata", "unverifiable", "the cloud's secrets", url="http://169.254.169.254/latest/"),
    Fault("n-multicast", "unverifiable", "not a host", url="http://224.0.0.1/"),
    Fault("n-path", "working", "Chinese in the path", page(GOOD),
          url="http://127.0.0.1:{port}/to/頁面?問=答"),
    Fault("n-path-escaped", "working", "escaped Chinese", url="http://127.0.0.1:{port}/to/%E9%A0%81"),
    Fault("n-double", "working", "two slashes", url="http://127.0.0.1:{port}/to//x"),
    Fault("n-percent", "working", "a lone percent sign", url="http://127.0.0.1:{port}/to/100%"),
    Fault("n-plain-tls", "broken", "HTTPS to an HTTP port", url="https://127.0.0.1:{port}/to/x"),
]  # fmt: skip


def add_listeners(web: FaultWeb, cas: Authorities) -> list[Fault]:
    """Open the ports that the faults of this module need; gives the faults."""
    faults = list(NAMES)
    for name, (expect, why, context) in TLS.items():
        port = web.listen_tls(context(cas))
        url = f"https://127.0.0.1:{port}/to/{name}"
        faults.append(Fault(name, expect, why, url=url, rule=TLS_RULES.get(name, "")))
    port = web.listen_tls(good(cas))
    faults += [
        Fault("tls-plain", "broken", "HTTP to an HTTPS port", url=f"http://127.0.0.1:{port}/to/x"),
        Fault("net-mute", "broken", "accepts and says nothing",
              url=f"http://127.0.0.1:{web.listen_raw(mute)}/"),
        Fault("net-mute-tls", "broken", "accepts and shakes no hand",
              url=f"https://127.0.0.1:{web.listen_raw(mute)}/"),
        Fault("net-slam", "broken", "slams the door", url=f"http://127.0.0.1:{web.listen_raw(slam)}/"),
        Fault("net-slam-tls", "broken", "slams the door at the handshake",
              url=f"https://127.0.0.1:{web.listen_raw(slam)}/"),
        Fault("net-drip-tls", "broken", "drips the handshake",
              url=f"https://127.0.0.1:{web.listen_raw(drip_handshake)}/"),
    ]  # fmt: skip
    return faults
