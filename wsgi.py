"""For servers other than `python -m portal serve`. Refuses to load what must not be served."""

from portal.lifecycle.serving import application_for_people

application = application_for_people()
