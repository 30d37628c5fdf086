"""What a file would turn upside down in the directory: addresses that are other people's than
before, telephone numbers that change hands, and a register that closes most of what it knows
(decisions/0054)."""

from collections import Counter
from collections.abc import Sequence

from flask import current_app

from portal.core.config import Config
from portal.directory.queries import contacts_said, organisations_by_code
from portal.directory.rules import OrganisationFacts, PractitionerFacts, is_another
from portal.feeds.inbox import FileRefused
from portal.feeds.rules import AT_ONCE, is_too_much


class Exchanges:
    """What the addresses of a file of practitioners mean now that the directory knew before: to its
    own source, where what several say is kept. A file that says nothing new exchanges nobody."""

    def __init__(self, source: str) -> None:
        """Nothing was heard of this source yet."""
        self._source = source
        # Name and telephone by address.
        self._said: dict[str, tuple[str, str]] = {}
        self._known = self._others = 0
        self._phones = _Phones()

    def hear(self, read: object) -> None:
        """Count a row as it was read."""
        if isinstance(read, PractitionerFacts):
            self._said[read.email] = read.name, read.phone
        if len(self._said) >= AT_ONCE:
            self._count()

    def refuse_too_many(self) -> None:
        """Raise FileRefused when the file cannot be believed; to be asked when all was heard."""
        self._count()
        _refuse(self._others, self._known, _config().identity_change, "people_exchanged")
        self._phones.refuse_too_many(self._known)

    def _count(self) -> None:
        known = contacts_said(self._source, self._said)
        self._known += len(known)
        for email, (name_before, phone_before) in known.items():
            name, phone = self._said[email]
            self._others += is_another(name, name_before)
            self._phones.hear(email, phone_before, phone)
        self._said.clear()


class Closings:
    """What a register says of the organisations that are open in the directory."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self._known = self._closed = 0
        self._phones = _Phones()

    def hear(self, facts: Sequence[object]) -> None:
        """Count some rows as they were read; authorities neither close nor have a telephone."""
        said = {fact.code: fact for fact in facts if isinstance(fact, OrganisationFacts)}
        for code, before in organisations_by_code(said).items():
            if before.closed_on is None and before.scheme == said[code].scheme:
                self._known += 1
                self._closed += said[code].is_closed
                self._phones.hear(code, before.phone, said[code].phone)

    def refuse_too_many(self) -> None:
        """Raise FileRefused when the register cannot be believed; to be asked when all was heard.
        Whoever works for an organisation that is closed can no longer sign in."""
        _refuse(self._closed, self._known, _config().full_file_drop, "too_many_close")
        self._phones.refuse_too_many(self._known)


class _Phones:
    """Who gets a telephone number that somebody else of the same file gives up. It grows with those
    who get another one and are known: never with the file."""

    def __init__(self) -> None:
        self._given_up: Counter[str] = Counter()
        self._got: dict[str, str] = {}

    def hear(self, who: str, before: str, now: str) -> None:
        if before and now and now != before:
            self._given_up[before] += 1
            self._got[who] = now

    def refuse_too_many(self, known: int) -> None:
        # Of a number that several had, as of a switchboard, nobody can say whose it was.
        exchanged = sum(self._given_up[phone] == 1 for phone in self._got.values())
        _refuse(exchanged, known, _config().identity_change, "phones_exchanged")


def _refuse(number: int, known: int, most: float, fault: str) -> None:
    if is_too_much(number, known, most=most):
        raise FileRefused(fault)


def _config() -> Config:
    config: Config = current_app.extensions["portal_config"]
    return config
