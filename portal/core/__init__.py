"""What Flask leaves to us: settings, database, keys, clock, forms, pages, headers, errors.

Knows no word of the domain. Its list of files is closed (tests/test_house.py).
"""
