"""The second half of loading a town: its children and everybody around them, as if fed."""

import uuid
from collections.abc import Iterator, Sequence

from portal.access.identity import Identity
from portal.children.actions import create_children, put_involvements
from portal.children.rules import (
    AddressDraft,
    AddressKind,
    CarerDraft,
    ChildDraft,
    FormerName,
    Gender,
    InvolvementDraft,
    Kind,
    Relation,
    Scheme,
    Tier,
)
from portal.sandbox.rows import SOURCE, Ids
from portal.sandbox.shapes import Address, Child, Involvement, Town

AT_ONCE = 500


def write_children(town: Town, *, authorities: Ids, places: Ids, people: Ids, by: Identity) -> None:
    """Report every child of the town, then every involvement, to the index."""
    for start in range(0, len(town.children), AT_ONCE):
        part = town.children[start : start + AT_ONCE]
        drafts = [_child(child, town, authorities) for child in part]
        ids = create_children(drafts=drafts, by=by)
        put_involvements(drafts=list(_involvements(part, ids, town, places, people)), by=by)


def _child(child: Child, town: Town, authorities: Ids) -> ChildDraft:
    numbers = {Scheme.NHS_NUMBER: child.nhs_number, Scheme.UPN: child.upn}
    return ChildDraft(
        source=SOURCE,
        source_id=child.key,
        source_on=town.on,
        given_names=child.given_names,
        family_name=child.family_name,
        date_of_birth=child.date_of_birth,
        gender=Gender(child.gender),
        former_names=tuple(FormerName(name.family_name) for name in child.former_names),
        addresses=tuple(_address(address) for address in child.addresses),
        carers=tuple(
            CarerDraft(name=carer.name, relation=Relation(carer.relation), phone=carer.phone)
            for carer in child.carers
        ),
        numbers={scheme: number for scheme, number in numbers.items() if number},
        authority_id=authorities[child.authority_code],
    )


def _address(address: Address) -> AddressDraft:
    written = ", ".join(part for part in (address.street, address.town) if part)
    return AddressDraft(kind=AddressKind(address.kind), address=written, postcode=address.postcode)


def _involvements(
    children: Sequence[Child], ids: Sequence[uuid.UUID], town: Town, places: Ids, people: Ids
) -> Iterator[InvolvementDraft]:
    for child, child_id in zip(children, ids, strict=True):
        for one in child.involvements:
            yield _involvement(one, child_id, town, places, people)


def _involvement(
    one: Involvement, child_id: uuid.UUID, town: Town, places: Ids, people: Ids
) -> InvolvementDraft:
    return InvolvementDraft(
        child_id=child_id,
        organisation_id=places[one.organisation_code],
        practitioner_id=people.get(one.practitioner_email),
        kind=Kind(one.service),
        tier=Tier(one.tier),
        started_on=one.started_on,
        ended_on=one.ended_on,
        is_lead=one.is_lead,
        has_early_help_assessment=one.has_early_help_assessment,
        last_confirmed_on=one.last_confirmed_on,
        source=one.source,
        source_on=town.on,
    )
