"""The settings of one installation: instance/portal.toml, then the environment.

Every default is safe in production and may be published. What must be secret is not here but in
the key file (core/keys.py). An unknown word or an unsafe value stops the start and names the line.
"""

import dataclasses
import ipaddress
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal.core.settings import EXPLAINED, HEADING, RANGES

FILE_NAME = "portal.toml"
ENVIRONMENT = "PORTAL_"


class UnsafeConfiguration(Exception):
    """A setting is missing, unknown or unsafe; the text says which line to change."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings. Times in the unit that the name says."""

    instance: Path
    public_url: str
    portal_name: str = ""
    authority_code: str = ""
    database: str = ""
    key_file: str = "portal.keys"
    backup_folder: str = "backups"
    ledger_file: str = "portal.ledger"
    help_desk_phone: str = ""
    help_desk_email: str = ""
    index_team_phone: str = ""
    mail_domains: tuple[str, ...] = ()
    idle_minutes: int = 15
    absolute_hours: int = 8
    trusted_proxies: int = 0
    threads: int = 8
    person_searches_per_hour: int = 60
    person_searches_per_day: int = 200
    team_searches_per_hour: int = 300
    team_searches_per_day: int = 1_200
    organisation_searches_per_hour: int = 600
    organisation_searches_per_day: int = 3_000
    upload_megabytes: int = 8
    watched_folder: str = ""
    keep_taken_files: bool = False
    bulk_rows: int = 50_000
    bulk_gigabytes: float = 8.0
    own_consent_from_age: int = 13
    urgent_contact_minutes: int = 60
    contact_working_days: int = 2
    go_live_match_rate: float = 0.95
    full_file_drop: float = 0.2
    identity_change: float = 0.1
    debug: bool = False

    @property
    def is_embedded(self) -> bool:
        """True when the index lives in the encrypted SQLite file of the instance folder."""
        return not self.database

    @property
    def database_file(self) -> Path:
        """Where the embedded database lies."""
        return self.instance / "portal.db"

    @property
    def key_path(self) -> Path:
        """Where the key file lies; a relative name counts from the instance folder."""
        return self.instance / self.key_file

    @property
    def backup_path(self) -> Path:
        """Where back-ups go; a relative name counts from the instance folder."""
        return self.instance / self.backup_folder

    @property
    def ledger_path(self) -> Path:
        """Where the ledger lies; a relative name counts from the instance folder."""
        return self.instance / self.ledger_file

    @property
    def watched_path(self) -> Path | None:
        """The watched folder, if there is one; a relative name counts from the instance folder."""
        return self.instance / self.watched_folder if self.watched_folder else None

    @property
    def largest_upload(self) -> int:
        """How many bytes an uploaded file may have."""
        return self.upload_megabytes * 1_000_000

    @property
    def host(self) -> str:
        """The host name under which people reach the portal."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def is_secure(self) -> bool:
        """True when people reach the portal over TLS."""
        return urlsplit(self.public_url).scheme == "https"


def instance_folder() -> Path:
    """Return the instance folder: PORTAL_INSTANCE, or instance/ below the present folder."""
    return Path(os.environ.get(f"{ENVIRONMENT}INSTANCE", "instance")).resolve()


def load_config(instance: Path | None = None) -> Config:
    """Read the settings of an instance folder.

    Raises UnsafeConfiguration when the file is missing, unreadable, or holds an unknown or
    unsafe value.
    """
    folder = instance or instance_folder()
    values = {**_from_file(folder / FILE_NAME), **_from_environment()}
    if not values.get("public_url"):
        raise UnsafeConfiguration(
            f"{FILE_NAME}: public_url is missing. Add the address people use."
        )
    config = Config(instance=folder, **values)
    for problem in problems(config):
        raise UnsafeConfiguration(problem)
    return config


def write_config(instance: Path, values: Mapping[str, Any]) -> None:
    """Write portal.toml (mode 0600) with every setting explained; those not given as comments.

    Raises FileExistsError when there is one already: it is never overwritten.
    """
    parts = [HEADING]
    for field in dataclasses.fields(Config):
        if field.name in EXPLAINED:
            line = f"{field.name} = {_as_toml(values.get(field.name, field.default))}"
            said = line if field.name in values else f"# {line}"
            parts.append(f"# {EXPLAINED[field.name]}\n{said}\n")
    write_private(instance / FILE_NAME, "\n".join(parts))


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read, whole or not at all. Raises FileExistsError."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _as_toml(value: Any) -> str:
    # A JSON string, number, truth or list of strings is also TOML, DEL apart.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def problems(config: Config) -> list[str]:
    """Say what is unsafe about these settings, each sentence with the line to change."""
    found = _problems_of_address(config)
    if config.database and not config.database.startswith("postgresql"):
        found.append("database must be empty (embedded) or begin with postgresql://")
    if config.key_path.resolve().is_relative_to(config.backup_path.resolve()):
        found.append("key_file lies in backup_folder: a back-up must not hold its own key")
    if config.ledger_path.resolve().is_relative_to(config.backup_path.resolve()):
        found.append("ledger_file lies in backup_folder: it would be put back with an old back-up")
    if config.watched_path and config.watched_path.resolve() == config.instance.resolve():
        found.append("watched_folder is the instance folder: choose one of its own")
    for name, (least, most) in RANGES.items():
        if not least <= getattr(config, name) <= most:
            found.append(f"{name} must be between {least} and {most}")
    return [f"{FILE_NAME}: {sentence}." for sentence in found]


def _problems_of_address(config: Config) -> list[str]:
    found = []
    try:
        scheme, host = urlsplit(config.public_url).scheme, config.host
    except ValueError:
        scheme, host = "", ""
    if scheme not in {"http", "https"} or not host:
        found.append("public_url must be a full address such as https://contactpoint.example.org")
    elif scheme == "http" and not is_loopback(host):
        found.append("public_url begins with http: off this machine it must begin with https")
    if config.debug and not is_loopback(host):
        found.append("debug = true is for this machine only: remove the line")
    return found


def flask_settings(config: Config, cookie_key: bytes) -> dict[str, Any]:
    """Return what Flask and its extensions read."""
    hosts = ["127.0.0.1", "localhost"] if is_loopback(config.host) else [config.host]
    return {
        "SECRET_KEY": cookie_key,
        "SESSION_COOKIE_NAME": "__Host-portal" if config.is_secure else "portal",
        "SESSION_COOKIE_SECURE": config.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "TRUSTED_HOSTS": hosts,
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 200_000,
        "MAX_FORM_PARTS": 200,
        "WTF_CSRF_TIME_LIMIT": None,
        "DEBUG": config.debug,
        "TEMPLATES_AUTO_RELOAD": config.debug,
    }


def is_loopback(host: str) -> bool:
    """True when a host name can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _fields() -> dict[str, Any]:
    return {f.name: f.type for f in dataclasses.fields(Config) if f.name != "instance"}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnsafeConfiguration(
            f"No {FILE_NAME} in the instance folder. Run: python -m portal setup"
        ) from None
    except UnicodeDecodeError:
        raise UnsafeConfiguration(f"{FILE_NAME} cannot be read: it must be UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise UnsafeConfiguration(f"{FILE_NAME} cannot be read: {error}.") from None
    return {name: _checked(name, value) for name, value in values.items()}


def _from_environment() -> dict[str, Any]:
    given = {name: os.environ.get(f"{ENVIRONMENT}{name.upper()}") for name in _fields()}
    return {
        name: _read(name, text, _fields()[name]) for name, text in given.items() if text is not None
    }


def _read(name: str, text: str, kind: Any) -> Any:
    if kind is bool:
        return text.lower() in {"1", "true", "yes"}
    if kind in {int, float}:
        try:
            return kind(text)
        except ValueError:
            raise UnsafeConfiguration(f"{ENVIRONMENT}{name.upper()} must be a number.") from None
    return text if kind is str else tuple(one.strip() for one in text.split(",") if one.strip())


def _checked(name: str, value: Any) -> Any:
    kind = _fields().get(name)
    if kind is None:
        raise UnsafeConfiguration(f"{FILE_NAME}: unknown setting {name}. Remove the line.")
    wanted: Any = kind if kind in {bool, int, float, str} else list
    is_whole_share = kind is float and type(value) is int
    if type(value) is not wanted and not is_whole_share:
        raise UnsafeConfiguration(f"{FILE_NAME}: {name} must be of the kind {wanted.__name__}.")
    return tuple(value) if wanted is list else value
