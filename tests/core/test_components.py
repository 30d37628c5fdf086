"""The GOV.UK components are found by the name of their folder, and compiled when first drawn."""

from flask import Flask

from portal.core.pages import LIBRARIES, Component


def test_every_component_has_the_name_of_its_folder(application: Flask) -> None:
    env = application.jinja_env
    named = {word: one for word, one in env.globals.items() if isinstance(one, Component)}
    assert len(named) > 30
    assert len(LIBRARIES) == 2
    for word, component in named.items():
        template = env.get_template(component.template)
        assert word in vars(template.module)
