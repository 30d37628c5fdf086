"""One call makes the whole town. The same seed, day and size give an equal town."""

import datetime as dt
from dataclasses import replace
from random import Random

from portal.sandbox import cast, families, involvements, places
from portal.sandbox.shapes import Child, Town

SEED = 1908  # the Children Act of that year


def town(*, on: dt.date, seed: int = SEED, children: int = 2000) -> Town:
    """Harrowmere as it is on the day `on`.

    `children` counts the cast's own; fewer than those gives exactly the cast's children, and
    0 gives none at all. Everything but the cast and the organisations follows from `seed`.
    """
    rng = Random(seed)
    organisations = places.organisations(on)
    members = cast.people(on)
    practitioners = places.practitioners(rng, on, organisations, members)
    return Town(
        on=on,
        authorities=places.authorities(),
        organisations=organisations,
        practitioners=practitioners,
        cast=members,
        children=_children(rng, on, children, involvements.workforce(organisations, practitioners)),
    )


def _children(
    rng: Random, on: dt.date, count: int, forces: involvements.Workforce
) -> tuple[Child, ...]:
    if not count:
        return ()
    known = list(cast.children(on).values())
    others = list(families.generated(rng, on, len(known) + 1, max(0, count - len(known))))
    others = _numbered_once(families.with_namesakes(others), known)
    peopled = [
        replace(child, involvements=involvements.around(rng, on, child, forces)) for child in others
    ]
    return (*known, *peopled)


def _numbered_once(children: list[Child], known: list[Child]) -> list[Child]:
    """A number that chance gave to a second child is taken away again."""
    taken = {number for child in known for number in (child.nhs_number, child.upn)}
    kept = []
    for child in children:
        nhs = "" if child.nhs_number in taken else child.nhs_number
        upn = "" if child.upn in taken else child.upn
        taken |= {nhs, upn}
        kept.append(replace(child, nhs_number=nhs, upn=upn))
    return kept


def misspelt_story(on: dt.date) -> tuple[str, str, dt.date]:
    """Given name, family name and birth date as a stranger gets them wrong in the demo."""
    story = cast.children(on)["story"].date_of_birth
    swapped = story.replace(day=story.month, month=story.day)
    return cast.STORY_TYPED.given_names, cast.STORY_TYPED.family_name, swapped
