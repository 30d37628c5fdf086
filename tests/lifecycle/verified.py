"""Running the check of the hidden, with children hidden for it."""

from pathlib import Path

from click.testing import Result
from flask import Flask

from portal.access.identity import operator
from portal.children import actions, vault
from portal.children.models import ChildRecord
from portal.children.visibility import Job, everything
from portal.core.config import Config
from portal.core.db import db
from portal.lifecycle.verifying import copying
from tests.cast import CHILDREN
from tests.feeds.filing import run

BY = operator("a test of the check")
HIDDEN = {vault.Grade.ABSENT: CHILDREN.story, vault.Grade.MASKED: CHILDREN.former_name}


def hide(portal: Flask, *grades: vault.Grade) -> None:
    """Hide a child to each of these grades, with everything the index knew of them."""
    with portal.app_context():
        for grade in grades:
            child = HIDDEN[grade]
            wanted = everything(Job.VAULT).where(ChildRecord.source_id == child.key)
            row = db.session.scalars(wanted).one()
            actions.hide_child(child_id=row.id, grade=grade, by=BY)
            db.session.commit()


def folder_of(portal: Flask) -> Path:
    """Where the copies are while the check goes on."""
    config: Config = portal.extensions["portal_config"]
    return config.instance / copying.FOLDER


def verified(portal: Flask, probes: int = 40) -> Result:
    """Run the check as the operator does."""
    done = run(portal, "shielding", "verify", "--probes", probes)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done
