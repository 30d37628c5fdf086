"""What the tests of brokered contact begin with."""

import pytest
from flask import Flask

from tests.shielding.asking import LIST, SignIn, ask_about_child, pass_on, request_of


@pytest.fixture
def passed_on(portal: Flask, sign_in: SignIn) -> str:
    """A request of the health visitor of which a call-back was passed on to the social worker."""
    receipt = ask_about_child(portal, sign_in("health_visitor"), kind="with_me_now")
    answer = pass_on(portal, sign_in("data_steward"), receipt, to="social_worker")
    assert answer.headers["Location"] == f"{LIST}/{request_of(receipt)}"
    return receipt
