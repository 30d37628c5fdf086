"""What an operator types: imports, care, checks."""

from tests.shielding.worlds.files import FILES, Filing
from tests.shielding.worlds.setting import SOURCE
from tests.shielding.worlds.verbs.verb import verb
from tests.shielding.worlds.world import World

# Files whose rows mean the same in both worlds.
ALIKE = sorted(set(FILES) - {"a child nobody hides, or the child"})
CARE = (
    "audit verify", "shielding close-old-requests", "doctor",
    "backup", "children rebuild-index", "search forget", "children rebuild-index --rehearse",
    "search forget --rehearse", "rewrite")  # fmt: skip


@verb(file=ALIKE, rehearse=(True, False, False))
def bring_in(world: World, file: str, rehearse: bool) -> None:
    """Import a file of a source, or rehearse it; then print the receipt again."""
    send(world, FILES[file], rehearse=rehearse)


def send(world: World, made: Filing, *, rehearse: bool = False) -> None:
    """Let the source of both worlds send a file."""
    path = world.folder / f"{made.kind}.csv"
    made.write(path, world.child)
    words = ["feeds", "import", "--source", SOURCE, "--kind", made.kind.value, str(path)]
    world.run(*words, *(["--rehearse"] if rehearse else []))
    path.unlink()
    for line in list(world.seen.lines["printed"]):
        if line.startswith("Receipt: "):
            world.run("feeds", "receipt", line.removeprefix("Receipt: "))


@verb()
def look_up(world: World) -> None:
    """Look searches up, as cron does every five minutes."""
    world.run("shielding", "look-up-searches")


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
