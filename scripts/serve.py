#!/usr/bin/env python3
"""Serve the site with live reload; says what to do when the port is taken."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from collections.abc import Sequence

HOST = "127.0.0.1"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default 8000)")
    args = parser.parse_args(argv)
    if not 0 < args.port < 65536:
        parser.error(f"port {args.port} does not exist – choose one from 1 to 65535")
    if not is_free(args.port):
        print(
            f"Port {args.port} on {HOST} is in use. Stop the program that uses it, or choose "
            f"another port: make serve PORT={args.port + 1}",
            file=sys.stderr,
        )
        return 1
    address = f"{HOST}:{args.port}"
    environment = {"SITE_URL": f"http://{address}/", **os.environ}
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address, "--watch-theme"]
    return subprocess.run(command, env=environment, check=False).returncode


def is_free(port: int) -> bool:
    """Whether a server can listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
