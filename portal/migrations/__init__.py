"""The steps from nothing to the present tables, numbered 0001_…; the newest is named in HEAD."""
