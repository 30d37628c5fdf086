"""Feeds in any order against a few invented children of whom we know who they are."""
