"""The reports' templates, compiled ahead."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import jinja2
import pytest

from pytest_upgradecheck.report import templating

NAMES = sorted(path.name for path in templating.TEMPLATES.glob("*.j2"))


#: The release of Jinja that compiled them; of another, they do not count.
OF_JINJA = importlib.import_module("pytest_upgradecheck.report.compiled.page").of_jinja

of_this_jinja = pytest.mark.skipif(jinja2.__version__ != OF_JINJA, reason=f"they were compiled by Jinja {OF_JINJA}")


@of_this_jinja
@pytest.mark.parametrize("name", NAMES)
def test_what_was_compiled_is_current(name: str) -> None:
    again = 'python -c "from pytest_upgradecheck.report.templating import *; compile_all()"'
    assert templating.path_of_compiled(name).read_text("utf-8") == templating.compiled(name), f"compile again: {again}"


def test_nothing_else_was_compiled() -> None:
    stems = {path.stem for path in templating.COMPILED.glob("*.py")}
    assert stems == {Path(name).stem for name in NAMES} | {"__init__"}


@of_this_jinja
@pytest.mark.parametrize("name", NAMES)
def test_a_template_as_it_was_compiled_is_not_compiled_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    templating._environment.cache_clear()
    monkeypatch.setattr("jinja2.Environment.compile", _refuse)
    assert templating.template(name).name == name


@pytest.mark.parametrize("field", ["of_text", "of_jinja"])
def test_another_text_or_jinja_means_that_the_template_is_compiled(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("pytest_upgradecheck.report.compiled.under_way")
    monkeypatch.setattr(module, field, "another")
    monkeypatch.setattr("jinja2.Environment.compile", _refuse)
    templating._environment.cache_clear()
    with pytest.raises(Compiles):
        templating.template("under_way.j2")


def _refuse(*_: Any, **__: Any) -> Any:
    raise Compiles


class Compiles(Exception):
    """A template is compiled."""
