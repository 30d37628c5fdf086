"""What practitioners do: search, open, say why, record, correct, ask to be put in touch."""

from tests.shielding.worlds.setting import NOBODY
from tests.shielding.worlds.typing_in import ABOUT_THE_CHILD, OTHERS, SEARCHES
from tests.shielding.worlds.verbs.verb import EITHER, NTH, follow, verb
from tests.shielding.worlds.world import World

RECORD = r"/children/[0-9a-f-]{36}(?=[\"/])"
OWN = r"/children/[0-9a-f-]{36}/involvements/[0-9a-f-]{36}/(?:confirm|lead)(?=\")"
ENDING = r"/children/[0-9a-f-]{36}/involvements/[0-9a-f-]{36}/end(?=\")"
WRONG = r"/children/[0-9a-f-]{36}/involvements/[0-9a-f-]{36}/dispute(?=\")"
RECEIPT = r"/contact-requests/mine/[0-9a-f-]{36}"
SEARCHERS = ("health_visitor", "teacher", "data_steward")
PRACTITIONERS = ("health_visitor", "teacher")
KINDS = ("health_visiting", "social_work", "school", "police_child_protection", "youth_work")
CONTACT_KINDS = ("speak", "with_me_now", "moved_here", "no such kind")
# Every box of every form that can be sent about a child.
EVERYTHING = {
    "kind": "speak",
    "ring_back": "work_phone",
    "ground": "harm",
    "asked_for": "own",
    "started_on-day": "4",
    "started_on-month": "1",
    "started_on-year": "2025",
    "code": "000000",
}  # fmt: skip
ACTS = ("involvements/new", "involvements/in-confidence", "dispute", "contact-request",
        "shield-request", "override")  # fmt: skip
PIECE = {"HX-Request": "true"}


@verb(who=SEARCHERS, typed=ABOUT_THE_CHILD)
def search(world: World, who: str, typed: str) -> None:
    """Send the form, and read what came back."""
    _search(world, who, typed)


@verb(who=SEARCHERS, typed=OTHERS)
def search_another(world: World, who: str, typed: str) -> None:
    """Search for somebody else, or badly."""
    _search(world, who, typed)


@verb(who=SEARCHERS, typed=("an ordinary child", "a twin", "the child, rightly"))
def search_and_open(world: World, who: str, typed: str) -> None:
    """Search, and open the first record that is offered."""
    _search(world, who, typed)
    open_candidate(world, who, 0)


def _search(world: World, who: str, typed: str) -> None:
    address = world.post(who, "/search", **SEARCHES[typed]).headers.get("Location", "")
    if address:
        world.remembered[f"{who}'s search"] = [address]
        world.remember(who, world.get(who, address))


@verb(who=SEARCHERS, piece=EITHER)
def read_results_again(world: World, who: str, piece: bool) -> None:
    """Refresh the page of results, whole or as htmx asks for it."""
    address = _search_of(world, who)
    world.remember(who, world.get(who, address, **(PIECE if piece else {})))


@verb(who=SEARCHERS)
def change_the_search(world: World, who: str) -> None:
    """Go back to the form as it was filled."""
    world.get(who, f"/search?from={_search_of(world, who).rpartition('/')[2]}")


@verb(who=SEARCHERS, number=NTH)
def open_candidate(world: World, who: str, number: int) -> None:
    """Open a record to which somebody's last page leads."""
    address = follow(world, who, RECORD, number) or f"/children/{world.child_id}"
    world.remember(who, world.get(who, address))


@verb(who=SEARCHERS, whose=("the child's", "nobody's"))
def open_by_id(world: World, who: str, whose: str) -> None:
    """Open a record by an id that somebody wrote down."""
    world.remember(who, world.get(who, f"/children/{_id(world, whose)}"))


@verb(who=SEARCHERS, whose=("the child's", "nobody's"), reason=("referral", "other"))
def state_a_reason(world: World, who: str, whose: str, reason: str) -> None:
    """Say why one needs a record, and go on to it."""
    address = f"/children/{_id(world, whose)}/reason"
    world.get(who, address)
    answer = world.post(who, address, reason=reason)
    if "Location" in answer.headers:
        world.remember(who, world.get(who, answer.headers["Location"]))


@verb(who=PRACTITIONERS, kind=KINDS, year=("2024", "2025", "2031"), number=NTH)
def record_involvement(world: World, who: str, kind: str, year: str, number: int) -> None:
    """Say that one works with a child whose record is open, or whose id one knows."""
    address = follow(world, who, RECORD, number) or f"/children/{world.child_id}"
    typed = {"kind": kind, "started_on-day": "4", "started_on-month": "1", "started_on-year": year}
    world.get(who, f"{address}/involvements/new")
    world.post(who, f"{address}/involvements/new", **typed)
    world.remember(who, world.get(who, address))


@verb(who=PRACTITIONERS, number=NTH)
def confirm_or_lead(world: World, who: str, number: int) -> None:
    """Say that one's own involvement is right, or that one is the lead."""
    address = follow(world, who, OWN, number)
    if address:
        world.post(who, address)


@verb(who=PRACTITIONERS, number=NTH, year=("2026", "2019"))
def end_involvement(world: World, who: str, number: int, year: str) -> None:
    """Say that one's own involvement ended."""
    address = follow(world, who, ENDING, number)
    if address:
        world.get(who, address)
        typed = {"ended_on-day": "1", "ended_on-month": "3", "ended_on-year": year}
        world.post(who, address, **typed)


@verb(who=PRACTITIONERS, number=NTH, kind=("never_involved", "wrong_phone", ""))
def say_a_contact_is_wrong(world: World, who: str, number: int, kind: str) -> None:
    """Tell the index team that a contact is wrong."""
    address = follow(world, who, WRONG, number)
    if address:
        world.get(who, address)
        world.post(who, address, kind=kind)


@verb(who=PRACTITIONERS, number=NTH, kind=("", "two_children"))
def say_the_name_is_wrong(world: World, who: str, number: int, kind: str) -> None:
    """Tell the index team that name or date of birth are wrong, or that the record is about two
    children; of an id one knows as well."""
    address = follow(world, who, RECORD, number) or f"/children/{world.child_id}"
    world.post(who, f"{address}/dispute", kind=kind)


@verb(who=PRACTITIONERS, kind=CONTACT_KINDS, ring_back=("work_phone", "team_phone"))
def ask_after_search(world: World, who: str, kind: str, ring_back: str) -> None:
    """Ask to be put in touch from the results of a search."""
    address = _search_of(world, who)
    world.get(who, f"{address}/contact-request")
    _ask(world, who, f"{address}/contact-request", kind, ring_back)


@verb(who=PRACTITIONERS, kind=CONTACT_KINDS, number=NTH)
def ask_from_record(world: World, who: str, kind: str, number: int) -> None:
    """Ask to be put in touch from a record, or from an id one knows."""
    address = follow(world, who, RECORD, number) or f"/children/{world.child_id}"
    _ask(world, who, f"{address}/contact-request", kind, "work_phone")


@verb(who=PRACTITIONERS, number=NTH)
def read_own_requests(world: World, who: str, number: int) -> None:
    """Look what has become of one's own requests."""
    world.get(who, "/contact-requests/mine")
    receipts = world.remembered.get(f"{who}'s receipts", [])
    if receipts:
        world.get(who, receipts[number % len(receipts)])


@verb(who=PRACTITIONERS, act=ACTS)
def insist(world: World, who: str, act: str) -> None:
    """State a reason for an id that somebody wrote down, and act on it without a page."""
    address = f"/children/{world.child_id}"
    world.post(who, f"{address}/reason", reason="referral")
    world.get(who, f"{address}/{act}")
    world.post(who, f"{address}/{act}", **EVERYTHING)
    world.remember(who, world.get(who, address))


@verb(who=PRACTITIONERS, number=NTH)
def ask_for_a_shield(world: World, who: str, number: int) -> None:
    """Ask that a child's whereabouts be withheld, and look what became of it."""
    address = follow(world, who, RECORD, number) or f"/children/{world.child_id}"
    world.get(who, f"{address}/shield-request")
    world.post(who, f"{address}/shield-request", **EVERYTHING)
    world.get(who, "/shield-requests/mine")


@verb(who=PRACTITIONERS)
def read_call_backs(world: World, who: str) -> None:
    """Look whom one is asked to ring."""
    world.get(who, "/call-backs")


def _ask(world: World, who: str, address: str, kind: str, ring_back: str) -> None:
    answer = world.post(who, address, kind=kind, ring_back=ring_back)
    receipt = answer.headers.get("Location", "")
    if receipt.startswith("/contact-requests/"):
        world.remembered.setdefault(f"{who}'s receipts", []).append(receipt)
        world.get(who, receipt)


def _search_of(world: World, who: str) -> str:
    """The address of somebody's last search; who made none searches first."""
    if f"{who}'s search" not in world.remembered:
        _search(world, who, "the child, rightly")
    return world.remembered.get(f"{who}'s search", [f"/searches/{NOBODY}"])[0]


def _id(world: World, whose: str) -> str:
    return str(world.child_id) if whose == "the child's" else NOBODY
