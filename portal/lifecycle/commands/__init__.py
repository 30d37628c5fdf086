"""The operator's commands that need no portal in order: set-up, running, care."""

from portal.lifecycle.commands.beginning import setup
from portal.lifecycle.commands.checking import doctor
from portal.lifecycle.commands.keeping import backup, restore, rewrite, upgrade
from portal.lifecycle.commands.running import doors, serve, version

COMMANDS = (setup, serve, doctor, upgrade, backup, restore, rewrite, doors, version)
