"""The body of a check, watched from inside: whether it ran, how it ended, what it returned.

Reports are what other plugins make of a check: one may swallow an exception, run something else instead of the body,
or report by itself. So the body is wrapped where it is called, inside all hooks.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import warnings
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any, TypeAlias

import pytest

from pytest_upgradecheck.errors import EvidenceMissing, raised_on_purpose
from pytest_upgradecheck.plugin.checking.session import CODE
from pytest_upgradecheck.plugin.checking.suite_source import Suite
from pytest_upgradecheck.vocabulary import Result

__tracebackhide__ = raised_on_purpose

_NOT_RUN = (
    "its body did not run: a plugin or a conftest.py handled pytest_pyfunc_call without calling it; "
    "remove that hook, or let it call the check"
)


_REPLACED = (
    "its function was replaced after it was collected, so what would run is not the check in the file; remove what "
    "replaces it, or let it wrap the check with functools.wraps"
)


_NOT_REPLACED = contextlib.nullcontext()


def code_of(item: pytest.Item) -> CodeType | None:
    """The code of an item's function, behind what wraps it; None for what is not a function."""
    function = getattr(item, "obj", None) if isinstance(item, pytest.Function) else None
    code = getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None
    return code if isinstance(code, CodeType) else None


class BodyRun:
    """The state of one run of a check's body."""

    def __init__(self) -> None:
        self.ran = False
        self.skipped = False
        self.returned: str | None = None
        self.errors: list[BaseException] = []
        self.never_awaited: list[str] = []

    @property
    def ended(self) -> Result:
        """The result of the body alone: passed, failed, skipped or not run."""
        if any(not is_skip(error) for error in self.errors):
            return Result.FAILED if self.ran else Result.NOT_RUN
        if self.errors or self.skipped:
            return Result.SKIPPED
        return Result.PASSED if self.ran else Result.NOT_RUN

    def note(self, error: BaseException) -> None:
        """Keep an exception that the body raised."""
        if not any(error is known for known in self.errors):
            self.errors.append(error)

    def doubt(self) -> str | None:
        """The reason why a body that ended without an exception proves nothing, although pytest would let it pass."""
        if self.never_awaited:
            names = ", ".join(f"{name}()" for name in dict.fromkeys(self.never_awaited))
            return f"it never awaited {names}, so that code did not run; write `await` before the call"
        if self.returned is not None:
            return f"it returned {self.returned}, and pytest ignores what a check returns; use `assert` instead"
        return None


#: Entered right before the body, and left right after it.
Watch: TypeAlias = "Callable[[], contextlib.AbstractContextManager[None]]"


def run_watched(item: pytest.Item, runtest: Callable[[], None], body: BodyRun, watch: Watch, suite: Suite) -> None:
    """Run an item and fill in ``body``; raise what a plugin swallowed, EvidenceMissing if the body proves nothing."""
    function = item if isinstance(item, pytest.Function) else None
    try:
        if item.stash.get(CODE, None) is not code_of(item):
            raise EvidenceMissing(_REPLACED)
        body.ran = function is None
        with (
            _coroutines_noted(body, suite),
            _replaced(function, body, watch) if function is not None else _NOT_REPLACED,
        ):
            runtest()
        if function is not None and not _is_unittest(item):
            if body.errors:
                raise body.errors[0]
            if not body.ran:
                raise EvidenceMissing(_NOT_RUN)
        if body.ended == Result.PASSED and (doubt := body.doubt()) is not None:
            raise EvidenceMissing(doubt)
    except BaseException as error:
        body.note(error)
        raise


@contextlib.contextmanager
def _replaced(item: pytest.Function, body: BodyRun, watch: Watch) -> Iterator[None]:
    """Call the body through a function that watches it. A unittest.TestCase also tells its result to the item."""
    original = item.obj
    watched = item.obj = _watched(original, body, watch)
    replaced: list[tuple[Any, str]] = []
    if _is_unittest(item):
        for name in ("addError", "addFailure", "addSkip"):
            if hasattr(item, name):
                setattr(item, name, _noting(body, name, getattr(item, name)))
                replaced.append((item, name))
        if inspect.iscoroutinefunction(original) and item.instance is not None:
            setattr(item.instance, item.name, watched)  # unittest looks an async method up on the instance
            replaced.append((item.instance, item.name))
    try:
        yield
    finally:
        item.obj = original
        for owner, name in replaced:
            vars(owner).pop(name, None)


def _watched(function: Any, body: BodyRun, watch: Watch) -> Any:
    def end(result: object) -> None:
        if result is not None and not inspect.isawaitable(result):
            body.returned = _shown(result)

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def call_async(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            body.ran = True
            try:
                with watch():
                    result = await function(*args, **kwargs)
            except BaseException as error:
                body.note(error)
                raise
            end(result)
            return result

        return call_async

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        body.ran = True
        try:
            with watch():
                result = function(*args, **kwargs)
        except BaseException as error:
            body.note(error)
            raise
        end(result)
        return result

    return call


def _noting(body: BodyRun, name: str, original: Callable[..., None]) -> Callable[..., None]:
    def noting(testcase: Any, what: Any, *args: Any, **kwargs: Any) -> None:
        if name == "addSkip":
            body.skipped = True
        else:
            error = what[1] if isinstance(what, tuple) else getattr(what, "value", None)
            if isinstance(error, BaseException):
                body.note(error)
        original(testcase, what, *args, **kwargs)

    return noting


@contextlib.contextmanager
def _coroutines_noted(body: BodyRun, suite: Suite) -> Iterator[None]:
    """Note coroutines of the suite that nothing awaits: Python only warns, and the warning may be filtered."""
    warn = getattr(warnings, "_warn_unawaited_coroutine", None)
    if warn is None:
        yield
        return

    def noted(coroutine: Any) -> None:
        code = getattr(coroutine, "cr_code", None)
        if code is not None and suite.holds(code.co_filename):
            body.never_awaited.append(code.co_name)
        warn(coroutine)

    setattr(warnings, "_warn_unawaited_coroutine", noted)  # noqa: B010 - it is not part of the typed interface
    try:
        yield
    finally:
        setattr(warnings, "_warn_unawaited_coroutine", warn)  # noqa: B010


def _is_unittest(item: pytest.Item) -> bool:
    unittest = sys.modules.get("unittest")
    cls = getattr(item, "cls", None)
    return unittest is not None and isinstance(cls, type) and issubclass(cls, unittest.TestCase)


def is_skip(error: BaseException) -> bool:
    """Whether an exception skips a check, or says that it is expected to fail."""
    skips: tuple[type[BaseException], ...] = (pytest.skip.Exception, pytest.xfail.Exception)
    unittest = sys.modules.get("unittest")
    return isinstance(error, skips if unittest is None else (*skips, unittest.SkipTest))


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except Exception:  # a team's class: its repr is its own affair
        text = f"a {type(value).__name__}"
    return text if len(text) <= 80 else f"a {type(value).__name__}"
