"""What surrounds the index: file modes, disk, back-ups, installed packages, the proxy."""

import datetime as dt
import os
import re
import shutil
import stat
from importlib.metadata import distributions
from pathlib import Path

from portal.core import clock
from portal.core.config import FILE_NAME, Config
from portal.lifecycle.copies import newest_copy
from portal.lifecycle.doctor.findings import Finding, bad, ok, warn

LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"
LITTLE_SPACE, NO_SPACE = 2_000_000_000, 200_000_000
OLD_COPY, VERY_OLD_COPY = dt.timedelta(hours=26), dt.timedelta(days=7)
_PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)\s*(?:;\s*([^\\]*))?", re.I)


def proxy(config: Config) -> Finding:
    """People on other machines need TLS, and TLS here means a reverse proxy."""
    if config.is_secure and not config.trusted_proxies:
        return warn(
            "proxy",
            "The address begins with https, but no reverse proxy is trusted: every line of the "
            "access log will carry the address of the proxy.",
            "Set trusted_proxies = 1 in portal.toml when one proxy stands in front.",
        )
    where = f"{config.trusted_proxies} trusted" if config.is_secure else "none: this machine only"
    return ok("proxy", f"Reverse proxies: {where}.")


def modes(config: Config) -> Finding:
    """Only the owner may read what is in the instance folder."""
    if os.name != "posix":
        return ok("modes", "Not looked at on this system: see to it that only you can read them.")
    files = [config.instance / FILE_NAME, config.key_path, config.database_file]
    files.append(config.ledger_path)
    files += [Path(f"{config.database_file}{tail}") for tail in ("-wal", "-shm")]
    files += list(config.backup_path.glob("*"))
    names = [path.name for path in files if path.exists() and _is_open(path)]
    if names:
        remedy = f"In {config.instance}: chmod 600 {' '.join(names)}"
        return bad("modes", f"Others can read: {', '.join(names)}.", remedy)
    if _is_open(config.instance):
        return warn(
            "modes", "Others can look into the instance folder.", f"chmod 700 {config.instance}"
        )
    return ok("modes", "Nobody else can read the files of this installation.")


def disk(config: Config) -> Finding:
    """A full disk stops the log, and with it every look."""
    free = shutil.disk_usage(config.instance).free
    size = config.database_file.stat().st_size if config.database_file.exists() else 0
    sentence = f"{free / 1e9:.1f} GB are free; the index takes {size / 1e9:.2f} GB."
    remedy = "Make room, or move the instance folder: without room nothing can be looked up."
    if free < NO_SPACE:
        return bad("disk", sentence, remedy)
    if free < max(LITTLE_SPACE, 2 * size):
        return warn("disk", sentence, remedy)
    return ok("disk", sentence)


def backups(config: Config) -> Finding:
    """The newest back-up should be of today or yesterday."""
    remedy = "python -m portal backup (let cron do it every night)"
    newest = newest_copy(config)
    if newest is None:
        return warn("back-up", "There is no back-up yet.", remedy)
    age = clock.now() - newest.made_at
    sentence = f"The newest back-up was made {_in_words(age)} ago."
    if age > VERY_OLD_COPY:
        return bad("back-up", sentence, remedy)
    return warn("back-up", sentence, remedy) if age > OLD_COPY else ok("back-up", sentence)


def packages() -> Finding:
    """What is installed should be what was tested."""
    installed = {_plain(one.name): one.version for one in distributions() if one.name}
    drift = [
        f"{name} {installed[name]} (tested with {version})"
        for name, version in _locked().items()
        if name in installed and installed[name] != version
    ]
    if drift:
        remedy = "pip install --require-hashes -r portal/requirements.lock"
        return warn("packages", f"Other versions than tested: {', '.join(sorted(drift))}.", remedy)
    return ok("packages", "Every package is of the version that was tested.")


def _locked() -> dict[str, str]:
    found = {}
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        match = _PINNED.match(line)
        if match and not match[3]:
            found[_plain(match[1])] = match[2]
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _in_words(age: dt.timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} hours" if hours > 1 else "less than two hours"
