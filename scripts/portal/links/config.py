"""Settings: `[tool.portal.links]` of pyproject.toml, overridden by the command line."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 PortalLinks/1.0"
)


class ConfigError(ValueError):
    """A setting is wrong; the message says which and how to correct it."""


@dataclass(frozen=True, slots=True)
class HostSettings:
    """How one host wants to be asked."""

    slots: int = 4  # requests in flight
    gap: float = 0.05  # seconds between the starts of two requests
    headers: Mapping[str, str] = field(default_factory=dict)
    token_env: str = ""  # name of the environment variable that holds a bearer token


@dataclass(frozen=True, slots=True)
class Ignore:
    """An address that may be broken for a while, and why."""

    pattern: str
    reason: str
    expires: dt.date


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run can be told. Durations are in seconds, sizes in bytes."""

    timeout: float = 20.0  # total for one address, all hops
    workers: int = 64
    retries: int = 2
    backoff: float = 0.5  # before the first retry; doubles, with jitter
    retry_after_cap: float = 20.0
    max_redirects: int = 20
    max_page: int = 600_000  # decoded bytes read of a page
    max_page_fragment: int = 16_000_000  # … when an anchor is looked for
    max_other: int = 65_536  # … of anything that is not a page
    allow_private: bool = False
    adapters: bool = True
    default_host: HostSettings = field(default_factory=HostSettings)
    hosts: Mapping[str, HostSettings] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    ignore: tuple[Ignore, ...] = ()
    cache_days: float = 3.0

    def host(self, origin: str) -> HostSettings:
        """The settings of a host, or of the domain it belongs to."""
        name = origin
        while name:
            if name in self.hosts:
                return self.hosts[name]
            bare = name.partition(":")[0]
            if bare in self.hosts:
                return self.hosts[bare]
            name = bare.partition(".")[2]
        return self.default_host


_NUMBERS = {
    "timeout", "workers", "retries", "backoff", "retry_after_cap", "max_redirects", "cache_days",
}  # fmt: skip


def read_settings(pyproject: Path, today: dt.date | None = None) -> Settings:
    """Read the section; a missing file or section gives the defaults.

    Raises:
        ConfigError: unknown key, wrong type, or an ignore entry without reason or expiry.
    """
    if not pyproject.is_file():
        return Settings()
    try:
        data = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{pyproject}: {error}") from error
    section = data.get("tool", {}).get("portal", {}).get("links", {})
    return parse_settings(section, str(pyproject), today or dt.date.today())


def parse_settings(section: Mapping[str, Any], where: str, today: dt.date) -> Settings:
    """Turn the table into settings; see `read_settings`."""
    settings = Settings()
    for key, value in section.items():
        if key in _NUMBERS:
            if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
                raise ConfigError(f"{where}: {key} is {value!r}; use a number ≥ 0")
            whole = isinstance(getattr(settings, key), int)
            change: dict[str, Any] = {key: int(value) if whole else float(value)}
            settings = replace(settings, **change)
        elif key == "exclude":
            settings = replace(settings, exclude=tuple(_strings(value, f"{where}: exclude")))
        elif key == "ignore":
            entries = tuple(_ignore(item, where) for item in value)
            settings = replace(settings, ignore=tuple(e for e in entries if e.expires >= today))
        elif key == "hosts":
            settings = replace(
                settings, hosts={name: _host(name, item, where) for name, item in value.items()}
            )
        else:
            raise ConfigError(f"{where}: unknown key 'tool.portal.links.{key}'; remove it")
    return settings


def _strings(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{where} is {value!r}; use a list of strings")
    return value


def _ignore(item: Any, where: str) -> Ignore:
    if not isinstance(item, dict) or not {"url", "reason", "expires"} == set(item):
        raise ConfigError(f"{where}: an ignore entry needs url, reason and expires: {item!r}")
    if not str(item["reason"]).strip():
        raise ConfigError(f"{where}: ignore of {item['url']!r} has no reason; write why")
    if not isinstance(item["expires"], dt.date):
        raise ConfigError(f"{where}: expires of {item['url']!r} is no date; write 2027-01-31")
    return Ignore(item["url"], item["reason"], item["expires"])


def _host(name: str, item: Any, where: str) -> HostSettings:
    known = {"slots", "gap", "headers", "token_env"}
    if not isinstance(item, dict) or not set(item) <= known:
        raise ConfigError(f"{where}: host {name!r} takes only {', '.join(sorted(known))}")
    return HostSettings(
        slots=max(1, int(item.get("slots", 2))),
        gap=float(item.get("gap", 0.2)),
        headers={str(k): str(v) for k, v in item.get("headers", {}).items()},
        token_env=str(item.get("token_env", "")),
    )
