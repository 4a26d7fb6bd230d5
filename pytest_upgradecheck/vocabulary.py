"""The words of an upgrade, as types: every result, decision, state and kind that the package tells apart.

They are strings of `verdict.json` and of the record as well, so a value that was read from a file compares equal to
its member.
"""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """The time, relative to the change, at which a check runs."""

    PRE = "pre"
    DURING = "during"
    POST = "post"
    ROLLBACK = "rollback"

    @property
    def after_change(self) -> bool:
        """Whether checks of this phase compare with a baseline instead of capturing one."""
        return self in (Phase.POST, Phase.ROLLBACK)


#: The phase of each phase marker.
MARKED_PHASE = {
    "pre_upgrade": Phase.PRE,
    "during_upgrade": Phase.DURING,
    "post_upgrade": Phase.POST,
    "post_rollback": Phase.ROLLBACK,
}

#: The phases of a check without a phase marker: it must hold before, after, and after going back.
UNMARKED = frozenset({Phase.PRE, Phase.POST, Phase.ROLLBACK})


class RunState(StrEnum):
    """The progress of a run.

    A run is opened when the record has its first line, planned once collection has finished, and running once a check
    has ended. It is concluded by a verdict, or refused before it looked at anything. A run that was killed stays in the
    state it was in.
    """

    OPENED = "opened"
    PLANNED = "planned"
    RUNNING = "running"
    CONCLUDED = "concluded"
    REFUSED = "refused"


class Decision(StrEnum):
    """The five verdicts, the most urgent first."""

    FIX_FORWARD = "fix-forward"
    ROLL_BACK = "roll-back"
    PAUSE = "pause"
    CANNOT_TELL = "cannot-tell"
    PROCEED = "proceed"

    @property
    def exit_code(self) -> int:
        """The exit code of pytest."""
        return _EXIT_CODES[self]

    @property
    def urgency(self) -> int:
        """0 for the most urgent."""
        return list(Decision).index(self)


_EXIT_CODES = {
    Decision.PROCEED: 0,
    Decision.PAUSE: 1,
    Decision.ROLL_BACK: 10,
    Decision.FIX_FORWARD: 11,
    Decision.CANNOT_TELL: 12,
}


class Result(StrEnum):
    """The outcome of a check. All but PASSED block; FAILED and ERROR are failures, the others missing evidence.

    ERROR is a failure outside the check's own judgement (a fixture, a teardown, a thread that died). It never decides
    on rollback, because it says nothing about what lies beyond the boundary.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    NO_EVIDENCE = "no-evidence"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    CRASHED = "crashed"
    INTERRUPTED = "interrupted"
    DESELECTED = "deselected"
    NOT_RUN = "not-run"
    MISSING_AFTER = "missing-after"

    @property
    def is_failure(self) -> bool:
        """Whether the check said no, or could not be carried out properly."""
        return self in FAILURES


#: The results that are failures, as opposed to missing evidence.
FAILURES = frozenset({Result.FAILED, Result.ERROR})


class Transition(StrEnum):
    """The relation between a check's result after the change and its result before."""

    REGRESSED = "regressed"
    FAILING_SINCE_BEFORE = "failing-since-before"
    FIXED = "fixed"
    NEW = "new"
    MISSING_AFTER = "missing-after"


class BoundaryState(StrEnum):
    """Whether what lies beyond a rollback boundary has happened, as far as it could be observed."""

    NOT_CROSSED = "not-crossed"
    CROSSED = "crossed"
    UNKNOWN = "unknown"


class PlanCheckKind(StrEnum):
    """The kind of a check that is made from the plan; its name is the kind, with its subject in brackets."""

    SEQUENCE = "sequence"
    EARLIER_STEPS = "earlier-steps"
    ROLLBACK_BOUNDARY = "rollback-boundary"
    VERIFICATION = "verification"
    REPRESENTATIVE_PATH = "representative-path"
    RELEASE_NOTES = "release-notes"
    COMPATIBILITY = "compatibility"
    MIGRATION = "migration"
    VERSION = "version"
    NOT_CROSSED = "not-crossed"
    CROSSED = "crossed"
    OUTAGE = "outage"
    DRIFT = "drift"
    READY = "ready"
    COMPARE = "compare"
    SURFACE = "surface"
    BASELINE = "baseline"
    SIGNOFF = "signoff"


class BlockerKind(StrEnum):
    """The kind of a blocker other than a check's result; each counts as missing evidence.

    A team's hooks may add kinds of their own.
    """

    NOTHING_PLANNED = "nothing-planned"
    EXIT_CODE = "exit-code"
    BOUNDARY_UNKNOWN = "boundary-unknown"
    HOOK_FAILED = "hook-failed"
    NOT_ENDED = "not-ended"
    NOT_KNOWN = "not-known"
    NOT_RECONCILED = "not-reconciled"
    REFUSED = "refused"
    RECORD_CUT = "record-cut"
    RECORD_DAMAGED = "record-damaged"
    RECORD_INCOMPLETE = "record-incomplete"
    RECORD_UNREADABLE = "record-unreadable"
    REPORT_NOT_WRITTEN = "report-not-written"
    WAIVER_EXPIRED = "waiver-expired"


class NoteKind(StrEnum):
    """The kind of a note: something that a reader should know. By itself it does not block: see `PROVES_NOTHING`."""

    ASSERTED_NOTHING = "asserted-nothing"
    BASELINE_UNREAD = "baseline-unread"
    COMPARED_NOTHING = "compared-nothing"
    CHANGED_SINCE_PRE = "changed-since-pre"
    MORE_PAGES = "more-pages"
    UNMATCHED_PATH = "unmatched-path"
    ONLY_AFTER = "only-after"
    WAIVER_UNMATCHED = "waiver-unmatched"
    WAIVER_UNNEEDED = "waiver-unneeded"
    WAIVER_REFUSED = "waiver-refused"
    WAIVER_UNLIMITED = "waiver-unlimited"


#: Notes of checks that prove nothing, or whose failure would go unseen: with ``strict`` in the plan they block.
PROVES_NOTHING = frozenset(
    {
        NoteKind.ASSERTED_NOTHING,
        NoteKind.BASELINE_UNREAD,
        NoteKind.CHANGED_SINCE_PRE,
        NoteKind.COMPARED_NOTHING,
        NoteKind.MORE_PAGES,
        NoteKind.UNMATCHED_PATH,
        NoteKind.WAIVER_UNLIMITED,
    }
)
