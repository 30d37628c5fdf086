"""What the index team, the help desk, authorisers and auditors do; signing in; open pages."""

import datetime as dt
import re

import pyotp

from portal.sandbox.cast import people
from tests.shielding.worlds.setting import BEGINS, MADE_ON, emails, number_of
from tests.shielding.worlds.verbs.people import RECORD
from tests.shielding.worlds.verbs.verb import EITHER, NTH, follow, verb
from tests.shielding.worlds.world import World

CORRECTION = r"/corrections/[0-9a-f-]{36}(?=\")"
REQUEST = r"/contact-requests/[0-9a-f-]{36}(?=\")"
ACCOUNT = r"/accounts/[0-9a-f-]{36}(?=[\"/])"
REVIEW = r"/access-reviews/[0-9a-f-]{36}(?=[\"/])"
OLDER = r"/log\?[^\"]*before=\d+[^\"]*"
# Not child:imported alone: before the beginning the worlds brought in different children.
EVENTS = ("", "child:searched", "child:offered", "child:opened", "contact:requested",
          "door:refused", "feed:decided")  # fmt: skip
PAGES = ("/", "/search", "/account", "/healthz", "/readyz", "/help/what-is-held", "/log",
         "/contact-requests", "/call-backs", "/corrections", "/accounts", "/in-confidence",
         "/shields", "/alerts", "/quarantine", "/kept-apart", "/feeds",
         "/feeds/proposals", "/feeds/merges")  # fmt: skip


@verb(number=NTH, given=("Tamsyn", "", "Tamsin Grace"), back=EITHER)
def put_details_right(world: World, number: int, given: str, back: bool) -> None:
    """Somebody says that the child's name is wrong; the data steward puts it right, looks at the
    record, and takes it back."""
    record, who = f"/children/{world.child_id}", "data_steward"
    for person in ("teacher", who):
        world.post(person, f"{record}/reason", reason="referral")
    world.post("teacher", f"{record}/dispute")
    world.remember(who, world.get(who, "/corrections"))
    address = follow(world, who, CORRECTION, number)
    if address:
        born = {"date_of_birth-day": "4", "date_of_birth-month": "1", "date_of_birth-year": "2016"}
        typed = {"given_names": given, "family_name": "Ellacott", "gender": "female", **born}
        world.get(who, address)
        world.post(who, f"{address}/details", **typed)
        world.post(who, f"{address}/difference", answer="both")
        world.remember(who, world.get(who, record))
        if back:
            world.post(who, f"{address}/reopen")
            world.get(who, address)
    world.remember(who, world.get(who, record))


@verb(number=NTH, outcome=("fixed", "not_wrong", ""), check=EITHER)
def settle_correction(world: World, number: int, outcome: str, check: bool) -> None:
    """The data steward works through what practitioners said is wrong."""
    who = "data_steward"
    world.remember(who, world.get(who, "/corrections"))
    address = follow(world, who, CORRECTION, number)
    if address:
        world.get(who, address)
        if check:
            world.post(who, f"{address}/check")
        world.post(who, address, outcome=outcome)


@verb(number=NTH, whose=("who was found", "the child"))
def split_a_record(world: World, number: int, whose: str) -> None:
    """A practitioner says that a record is about two children, and the data steward looks at it by
    its numbers, and at what was joined or split."""
    known, who = f"/children/{world.child_id}", "data_steward"
    found = follow(world, "health_visitor", RECORD, number) if whose == "who was found" else ""
    world.post("health_visitor", f"{found or known}/reason", reason="referral")
    world.post("health_visitor", f"{found or known}/dispute", kind="two_children")
    world.remember(who, world.get(who, "/corrections"))
    correction = follow(world, who, CORRECTION, number).rpartition("/")[2]
    if correction:
        world.get(who, f"/corrections/{correction}")
        world.get(who, f"/feeds/splits/{correction}")
        world.post(who, f"/feeds/splits/{correction}", numbers="0f" * 10)
    world.post(who, "/feeds/splits", word="no word")
    world.get(who, "/feeds/merges")


@verb(number=NTH, state=("passed_on", "answered", "nobody", "declined"))
def settle_request(world: World, number: int, state: str) -> None:
    """The index team works through its requests for contact."""
    who = "data_steward"
    world.remember(who, world.get(who, "/contact-requests"))
    address = follow(world, who, REQUEST, number)
    if address:
        text = world.get(who, address).get_data(as_text=True)
        people = re.findall(r'name="practitioner"[^>]*value="([0-9a-f-]{36})"', text)
        typed = {"seen": "new", "practitioner": people[0]} if people else {"seen": "new"}
        world.post(who, f"{address}/record", number=number_of("the child"))
        world.post(who, address, state=state, **typed)


@verb(event=EVENTS, today=EITHER)
def read_the_log(world: World, event: str, today: bool) -> None:
    """An auditor reads the access log, all of it or an extract."""
    day = {"day-day": str(BEGINS.day), "day-month": str(BEGINS.month), "day-year": "2026"}
    asked = {"event": event} | (day if today else {})
    address = "/log?" + "&".join(f"{name}={word}" for name, word in asked.items())
    world.remember("auditor", world.get("auditor", address))


@verb(name=("Grace Adeyemi", "Nair", "Ellacott", "x"), act=("", "unlock", "reset"))
def help_somebody(world: World, name: str, act: str) -> None:
    """The help desk finds an account and mends it."""
    who = "helpdesk"
    world.remember(who, world.post(who, "/accounts", text=name))
    address = follow(world, who, ACCOUNT, 0)
    if address:
        world.get(who, address)
        if act:
            world.post(who, f"{address}/{act}")


@verb(number=NTH, act=("", "confirm"))
def review_access(world: World, number: int, act: str) -> None:
    """The authoriser looks who has access."""
    world.remember("authoriser", world.get("authoriser", "/access-reviews"))
    address = follow(world, "authoriser", REVIEW, number)
    if address:
        world.get("authoriser", address)
        if act:
            world.post("authoriser", f"{address}/{act}")


@verb(who=("nobody", "health_visitor", "helpdesk", "auditor", "data_steward"), path=PAGES)
def fetch(world: World, who: str, path: str) -> None:
    """Fetch a page by its address, whoever may."""
    world.get(who, path)


@verb(who=("teacher", "helpdesk"), slip=("", "passphrase", "code"))
def sign_in(world: World, who: str, slip: str) -> None:
    """Sign in with passphrase and code, or get one of them wrong."""
    member = next(one for one in people(MADE_ON.date()) if one.key == who)
    world.browsers.pop("nobody", None)
    passphrase = "wrong " if slip == "passphrase" else ""
    typed = {"email": emails()[who], "passphrase": passphrase + member.passphrase}
    world.post("nobody", "/sign-in", **typed)
    code = "000000" if slip == "code" else pyotp.TOTP(member.totp_secret).at(world.now)
    world.post("nobody", "/sign-in/code", code=code)
    world.get("nobody", "/")
    world.post("nobody", "/sign-out")
    world.browsers.pop("nobody", None)


@verb(minutes=(5, 70, 200, 1500))
def wait(world: World, minutes: int) -> None:
    """Let time pass: sessions end, results expire, budgets begin anew."""
    world.now += dt.timedelta(minutes=minutes)
