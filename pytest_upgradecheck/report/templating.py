"""The templates of the reports, compiled ahead: to compile them takes longer than to fill them in.

After a change of a template, compile all of them again with
``python -c "from pytest_upgradecheck.report.templating import *; compile_all()"``. A compiled template counts only
while it was made from the present text by the release of Jinja that runs; otherwise Jinja compiles the text.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from pytest_upgradecheck.foreign_text import safe

TEMPLATES = Path(__file__).with_name("templates")
COMPILED = Path(__file__).with_name("compiled")

_DIFF_SIGNS = {"-": "removed", "+": "added", "~": "changed", ">": "changed", "=": "changed", "!": "removed"}


def template(name: str) -> jinja2.Template:
    """A template by the name of its file."""
    return _environment().get_template(name)


def compiled(name: str) -> str:
    """A template as the source of a Python module."""
    environment = _environment()
    source = (TEMPLATES / name).read_text("utf-8")
    code = environment.compile(source, name, name, raw=True, defer_init=True)
    return f'"""Generated from {name}."""\n\n{code}\nof_text = {_digest(source)!r}\nof_jinja = {jinja2.__version__!r}\n'


def compile_all() -> None:
    """Write all compiled templates again."""
    for path in TEMPLATES.glob("*.j2"):
        path_of_compiled(path.name).write_text(compiled(path.name), "utf-8")


def path_of_compiled(name: str) -> Path:
    """The path of a compiled template."""
    return COMPILED / f"{Path(name).stem}.py"


class _Loader(jinja2.FileSystemLoader):
    """Loads templates from what was compiled ahead, as far as that counts."""

    def load(
        self,
        environment: jinja2.Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> jinja2.Template:
        module = importlib.import_module(f"{__package__}.compiled.{Path(name).stem}")
        source, _, _ = self.get_source(environment, name)
        if (module.of_text, module.of_jinja) != (_digest(source), jinja2.__version__):
            return super().load(environment, name, globals)
        return environment.template_class.from_module_dict(environment, vars(module), globals or {})


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=_Loader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=_plain,
    )
    filters: dict[str, Callable[..., Any]] = {
        "utc": _utc, "took": _took, "sentence": _sentence, "lines": _lines, "words": _words,
    }  # fmt: skip
    environment.filters.update(filters)
    return environment


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A text with invisible and direction-changing characters as escapes."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return "" if value is None else value
    return safe(value)


def _utc(at: Any) -> str:
    """``2026-11-24 01:02:03 UTC``, of a datetime in UTC or of a record's timestamp."""
    return f"{str(at)[:19].replace('T', ' ')} UTC" if at else "not ended"


def _took(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _sentence(text: str) -> str:
    return text.rstrip(".") + "."


def _words(text: str) -> str:
    return text.replace("-", " ")


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a message, each with the change that its sign means; empty if it has no sign."""
    for line in text.strip().splitlines() or [""]:
        yield _DIFF_SIGNS.get(line[:1], "") if line[1:2] == " " else "", line
