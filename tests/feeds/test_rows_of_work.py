"""What a row about a practitioner or an involvement must hold."""

import datetime as dt

import pytest

from portal.children.rules import Kind, Tier
from portal.directory.rules import Flaw, PractitionerFacts
from portal.feeds.rules import InvolvementFacts, read_involvement, read_practitioner
from tests.feeds.rows import CARE, TODAY, ZOE


def involvement(**more: str) -> InvolvementFacts | Flaw:
    """Read the involvement with some cells changed."""
    return read_involvement({**CARE, **more}, on=TODAY)


def test_a_practitioner() -> None:
    assert read_practitioner(ZOE) == PractitionerFacts(
        email="zoe@x.example.org",
        name="Zoë O’Hara",
        role_title="Health visitor (0–19)",
        organisation_code="HM014",
        phone="01632 960123",
        team_phone="",
    )


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("email", "", "missing"),
        ("email", "zoe", "not_an_email"),
        ("name", "Zoë 3", "not_a_name"),
        ("role_title", "", "missing"),
        ("role_title", "=cmd|' /C calc'!A0", "not_a_title"),
        ("organisation_code", "<i>", "not_a_code"),
        ("phone", "tomorrow", "not_a_phone"),
        ("team_phone", "1", "not_a_phone"),
    ],
)
def test_practitioners_that_are_set_aside(column: str, value: str, fault: str) -> None:
    assert read_practitioner({**ZOE, column: value}) == Flaw(fault, column)


def test_an_involvement() -> None:
    assert involvement() == InvolvementFacts(
        child_source_id="K-17/a",
        organisation_code="HM014",
        practitioner_email="zoe@x.example.org",
        kind=Kind.SOCIAL_WORK,
        tier=Tier.ADDITIONAL,
        started_on=dt.date(2024, 1, 1),
        ended_on=None,
        is_lead=True,
        has_early_help_assessment=False,
    )


def test_what_is_not_known_of_an_involvement_is_left_out() -> None:
    read = involvement(practitioner_email="", tier="", started_on="", is_lead="")
    assert isinstance(read, InvolvementFacts)
    assert (read.practitioner_email, read.tier, read.started_on) == ("", None, None)


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("child_source_id", "", "missing"),
        ("organisation_code", "", "missing"),
        ("practitioner_email", "zoe", "not_an_email"),
        ("service", "", "missing"),
        ("service", "lion taming", "unknown_word"),
        ("tier", "platinum", "unknown_word"),
        ("started_on", "01-01-2024", "not_a_date"),
        ("started_on", "2026-11-23", "starts_in_future"),
        ("ended_on", "2026-11-23", "ends_in_future"),
        ("ended_on", "2023-12-31", "ends_before_start"),
        ("is_lead", "perhaps", "not_yes_or_no"),
        ("has_early_help_assessment", "2", "not_yes_or_no"),
    ],
)
def test_involvements_that_are_set_aside(column: str, value: str, fault: str) -> None:
    assert involvement(**{column: value}) == Flaw(fault, column)


@pytest.mark.parametrize(
    "cells",
    [
        {"tier": "sensitive"},
        {"tier": "Sensitive service"},
        {"service": "CAMHS"},
        {"service": "sexual health"},
        {"service": "Young people's drug and alcohol team", "tier": "additional"},
    ],
)
def test_sensitive_services_are_refused(cells: dict[str, str]) -> None:
    assert involvement(**cells) == Flaw("sensitive", "service")
