"""An unsafe or unknown setting stops everything and names its line."""

from pathlib import Path

import pytest

from portal.core.config import Config, UnsafeConfiguration, load_config, write_config

GOOD = 'public_url = "https://contactpoint.example.org"\n'

REFUSED = [
    ("", "public_url is missing"),
    ('public_url = ""', "public_url is missing"),
    ('public_url = "contactpoint.example.org"', "must be a full address"),
    ('public_url = "ftp://contactpoint.example.org"', "must be a full address"),
    ('public_url = "https://"', "must be a full address"),
    ('public_url = "https://[::1"', "must be a full address"),
    ('public_url = "http://contactpoint.example.org"', "must begin with https"),
    ('public_url = "http://10.0.0.7"', "must begin with https"),
    ('public_url = "http://127.0.0.1.example.org"', "must begin with https"),
    (f"{GOOD}debug = true", "debug = true"),
    (f'{GOOD}database = "mysql://x/y"', "database must be empty"),
    (f'{GOOD}database = "sqlite:///x.db"', "database must be empty"),
    (f"{GOOD}idle_minutes = 0", "idle_minutes must be between 1 and 60"),
    (f"{GOOD}idle_minutes = 61", "idle_minutes must be between 1 and 60"),
    (f"{GOOD}absolute_hours = 25", "absolute_hours must be between 1 and 24"),
    (f"{GOOD}trusted_proxies = -1", "trusted_proxies must be between 0 and 5"),
    (f"{GOOD}own_consent_from_age = 11", "own_consent_from_age must be between 12 and 16"),
    (f"{GOOD}own_consent_from_age = 17", "own_consent_from_age must be between 12 and 16"),
    (f"{GOOD}go_live_match_rate = 95", "go_live_match_rate must be between 0 and 1"),
    (f'{GOOD}go_live_match_rate = "0.9"', "go_live_match_rate must be of the kind float"),
    (f"{GOOD}threads = 0", "threads must be between 1 and 64"),
    (f'{GOOD}idle_minutes = "15"', "idle_minutes must be of the kind int"),
    (f"{GOOD}idle_minutes = true", "idle_minutes must be of the kind int"),
    (f'{GOOD}mail_domains = "x.local"', "mail_domains must be of the kind list"),
    (f'{GOOD}secret = "x"', "unknown setting secret"),
    (f'{GOOD}instance = "/tmp"', "unknown setting instance"),
    (f'{GOOD}backup_folder = "."', "key_file lies in backup_folder"),
    (f'{GOOD}key_file = "backups/portal.keys"', "key_file lies in backup_folder"),
    ("public_url = ", "cannot be read"),
    ("\0", "cannot be read"),
]


def load(folder: Path, text: str) -> Config:
    """Read settings with this text."""
    (folder / "portal.toml").write_text(text, encoding="utf-8")
    return load_config(folder)


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_what_is_unsafe_or_unknown_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UnsafeConfiguration) as refusal:
        load(tmp_path, text)
    assert words in str(refusal.value)
    assert str(refusal.value).startswith("portal.toml")


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        'public_url = "http://127.0.0.1:8000"',
        'public_url = "http://localhost:8000"\ndebug = true',
        'public_url = "http://[::1]:8000"',
        f'{GOOD}database = "postgresql://portal@db.example.org/portal"',
        f'{GOOD}mail_domains = ["council.local"]\nthreads = 16\ntrusted_proxies = 1',
    ],
)
def test_what_is_safe_is_taken(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text).public_url.startswith("http")


def test_no_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnsafeConfiguration, match="python -m portal setup"):
        load_config(tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "portal.toml").write_bytes(b"\xff\xfe public_url")
    with pytest.raises(UnsafeConfiguration, match="cannot be read"):
        load_config(tmp_path)


def test_the_environment_comes_after_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_IDLE_MINUTES", "30")
    monkeypatch.setenv("PORTAL_MAIL_DOMAINS", "a.local, b.local,")
    monkeypatch.setenv("PORTAL_SOMETHING_ELSE", "is not ours")
    config = load(tmp_path, f"{GOOD}idle_minutes = 20")
    assert (config.idle_minutes, config.mail_domains) == (30, ("a.local", "b.local"))
    monkeypatch.setenv("PORTAL_IDLE_MINUTES", "soon")
    with pytest.raises(UnsafeConfiguration, match="PORTAL_IDLE_MINUTES must be a number"):
        load(tmp_path, GOOD)


@pytest.mark.parametrize(
    "name", ['Quote " and \\', "Cyngor Sir Ynys Môn", "del \x7f", "# no", "x\n"]
)
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    write_config(tmp_path, {"public_url": "http://127.0.0.1", "portal_name": name})
    assert load_config(tmp_path).portal_name == name
    assert (tmp_path / "portal.toml").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_config(tmp_path, {"public_url": "http://127.0.0.1"})
    assert [path.name for path in tmp_path.iterdir()] == ["portal.toml"]
