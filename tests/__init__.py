"""Tests of the portal: one folder per room, one file per page."""
