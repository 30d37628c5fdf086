"""Who could use a kind of door now: accounts in good standing, taken by chance."""

from sqlalchemy import func, select

from portal.access.identity import Identity
from portal.access.permissions import Permission, Role
from portal.access.policy import may
from portal.accounts.models import Account, AccountRole
from portal.accounts.queries.sessions import identity_for
from portal.core.db import db
from portal.directory.models import Organisation

LOOKED_AT = 500


def in_good_standing(role: Role, permission: Permission) -> list[Identity]:
    """Return people of this role who may use doors with this permission, in an order of chance.

    Shield officers are left out, whatever else they are: they see more than others.
    """
    wanted = (
        select(Account, Organisation)
        .join(Organisation, Organisation.id == Account.organisation_id)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role == role.value, Account.status == "active")
        .order_by(func.random())
        .limit(LOOKED_AT)
    )
    found = [identity_for(account, place) for account, place in db.session.execute(wanted)]
    return [one for one in found if may(permission, one) and Role.SHIELD_OFFICER not in one.roles]
