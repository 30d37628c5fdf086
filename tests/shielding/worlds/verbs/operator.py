"""What an operator types: imports, care, checks; what becomes of a paused source."""

from io import BytesIO

from sqlalchemy import delete

from portal.core.db import db
from portal.core.wal import empty_wal
from portal.feeds.models import FeedPause
from tests.shielding.worlds.files import FILES, Filing
from tests.shielding.worlds.setting import SOURCE
from tests.shielding.worlds.verbs.verb import EITHER, verb
from tests.shielding.worlds.world import World

# Files whose rows mean the same in both worlds.
ALIKE = sorted(set(FILES) - {"a child nobody hides, or the child"})
CARE = (
    "audit verify", "shielding close-old-requests", "doctor",
    "backup", "children rebuild-index", "search forget", "children rebuild-index --rehearse",
    "search forget --rehearse", "rewrite")  # fmt: skip


@verb(file=ALIKE, rehearse=(True, False, False), engine=("auto", "auto", "duckdb", "auto"))
def bring_in(world: World, file: str, rehearse: bool, engine: str = "auto") -> None:
    """Import a file of a source, or rehearse it; then print the receipt again."""
    send(world, FILES[file], rehearse=rehearse, more=f"--engine {engine}")


@verb(file=ALIKE, more=("--full", "--full --accept-drop", "--as-of 2026-03-01", "--full --dry-run"))
def leave_out(world: World, file: str, more: str) -> None:
    """After the source has told of the child a full file comes, which may leave it out, or an old
    one; the steward reads what became of it."""
    for told in ("the child as before", "involvements with both"):
        send(world, FILES[told])
    send(world, FILES[file], more=more)
    _read_sources(world)


def send(
    world: World, made: Filing, *, rehearse: bool = False, more: str = "", source: str = SOURCE
) -> None:
    """Let the source of both worlds send a file."""
    path = world.folder / f"{made.kind}.csv"
    made.write(path, world.child)
    words = ["feeds", "import", "--source", source, "--kind", made.kind.value, str(path)]
    world.run(*words, *more.split(), *(["--rehearse"] if rehearse else []))
    path.unlink()
    for line in list(world.seen.lines["printed"]):
        if line.startswith("Receipt: "):
            world.run("feeds", "receipt", line.removeprefix("Receipt: "))


@verb(file=ALIKE, act=("take", "take", "rehearse"), reach=("delta", "full", "full_anyway"))
def upload(world: World, file: str, act: str, reach: str) -> None:
    """The data steward uploads a file, cron takes it in, they read what became of it."""
    made = FILES[file]
    path = world.folder / f"{made.kind}.csv"
    made.write(path, world.child)
    content = path.read_bytes()
    path.unlink()
    world.run("feeds", "add", SOURCE)
    for address in _read_sources(world):
        chosen = (BytesIO(content), "export.csv")
        typed = {"kind": made.kind.value, "act": act, "reach": reach, "file": chosen}
        world.post("data_steward", f"{address}/upload", **typed)
        _read_sources(world)
        world.run("feeds", "take-in")
    _read_sources(world)
    # As when the server starts. Many steps that all commit add up to more pages than may differ.
    with world.app.app_context():
        if db.engine.dialect.name == "sqlite":
            empty_wal(db.engine)


@verb()
def look_up(world: World) -> None:
    """Look searches up, as cron does every five minutes."""
    world.run("shielding", "look-up-searches")


@verb(command=("feeds status", "feeds status --json"))
def look_at_sources(world: World, command: str) -> None:
    """See how every source stands, at the command line and on the steward's pages."""
    world.run(*command.split())
    _read_sources(world)


@verb(file=ALIKE)
def look_at_quality(world: World, file: str) -> None:
    """Count how well the index is filled after a file; the steward reads it."""
    send(world, FILES[file])
    world.run("feeds", "count-quality")
    who = "data_steward"
    world.remember(who, world.get(who, "/feeds/quality"))
    for address in world.links(who, r"/feeds/[0-9a-f-]{36}/quality(?=\")"):
        world.get(who, address)


@verb(file=ALIKE, by_steward=EITHER)
def pause(world: World, file: str, by_steward: bool) -> None:
    """Pause the source after a file; the next is refused."""
    _pause(world, file, by_steward)
    send(world, FILES[file])
    _read_sources(world)
    _go_on(world)


@verb(file=ALIKE, by_steward=EITHER)
def propose_to_resume(world: World, file: str, by_steward: bool) -> None:
    """Pause the source, rehearse its file again, propose to resume: whatever waits in quarantine,
    it waits for the second person."""
    _pause(world, file, not by_steward)
    send(world, FILES[file], rehearse=True)
    if by_steward:
        for address in _read_sources(world):
            world.post("data_steward", f"{address}/propose-resume")
    else:
        world.run("feeds", "resume", SOURCE)
    _read_sources(world)
    world.run("feeds", "status", "--json")
    _go_on(world)


def _pause(world: World, file: str, by_steward: bool) -> None:
    send(world, FILES[file])
    if not by_steward:
        world.run("feeds", "pause", SOURCE)
        return
    for address in _read_sources(world):
        world.post("data_steward", f"{address}/pause", cause="wrong_rows")


def _read_sources(world: World) -> list[str]:
    """What a steward reads of every source; the addresses of their pages."""
    who = "data_steward"
    world.remember(who, world.get(who, "/feeds"))
    addresses = world.links(who, r"/feeds/[0-9a-f-]{36}(?=\")")
    for address in addresses:
        world.remember(who, world.get(who, address))
        for kind in ("uploads", "runs"):
            for one in world.links(who, rf"/feeds/{kind}/[0-9a-f-]{{36}}(?=\")")[:1]:
                world.get(who, one)
    return addresses


def _go_on(world: World) -> None:
    """Let files be taken again, past every door: when an officer may agree differs between the
    worlds, as it must, and a source that stays paused would let nothing more be seen."""
    with world.app.app_context():
        db.session.execute(delete(FeedPause))
        db.session.commit()


@verb(command=CARE)
def look_after(world: World, command: str) -> None:
    """Check, save, tidy."""
    world.run(*command.split())


@verb()
def try_a_back_up(world: World) -> None:
    """Save, and see whether what was saved could be restored."""
    world.run("backup")
    copies = sorted(world.stage.config.backup_path.glob("*.backup"))
    world.run("restore", "--check", str(copies[-1]))


@verb(path=("/search", "/sign-in", "/readyz"))
def stop_and_resume(world: World, path: str) -> None:
    """Close the portal for everybody; somebody comes; open it again."""
    world.run("lifecycle", "stop")
    world.get("health_visitor", path)
    world.run("lifecycle", "resume")
