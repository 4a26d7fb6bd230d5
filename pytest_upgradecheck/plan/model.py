"""The plan as values: what `upgrade.yaml` says, validated. Product vocabulary throughout."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum, StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr

from pytest_upgradecheck.plan.fields import (
    Accepted,
    AsTuple,
    Choice,
    CompareKey,
    CompareRule,
    ContractChange,
    Day,
    Duration,
    Expression,
    Header,
    HeaderSecret,
    Name,
    Plain,
    RateLimit,
    Requirement,
    Secret,
    Size,
    Statuses,
    Text,
    Texts,
    ValuePath,
)
from pytest_upgradecheck.plan.quantities import Rate, duration_text
from pytest_upgradecheck.redaction import MASK, Redactor
from pytest_upgradecheck.vocabulary import Phase


class _Model(BaseModel):
    # Strict, because "yes" is not a boolean. Built when first needed: importing the package builds nothing.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True, defer_build=True)


class ChangeClass(StrEnum):
    """The reach of the change."""

    ADDITIVE = "additive"
    COMPATIBILITY_SENSITIVE = "compatibility-sensitive"
    MIGRATION_HEAVY = "migration-heavy"


class Crossing(StrEnum):
    """The expected state of a boundary after its step: it must be crossed, or it may be."""

    EXPECTED = "expected"
    POSSIBLE = "possible"


class Posture(StrEnum):
    """The progress of a migration, according to its owner."""

    PLANNED = "planned"
    STAGED = "staged"
    COMPLETED = "completed"


class Auth(_Model):
    """The header that carries the platform's key. The value is a secret and never shown."""

    header: Header
    value: HeaderSecret


class Nullability(StrEnum):
    """Whether null counts when OpenAPI documents are compared."""

    COMPARE = "compare"
    IGNORE = "ignore"


class PlannedBreak(_Model):
    """A change of an OpenAPI document that a named person accepts, by its kind and place; ``at`` is a glob.

    ``expires`` is a UTC day, inclusive.
    """

    change: ContractChange
    at: Text
    reason: Text
    by: Text
    expires: Day | None = None


class Compare(_Model):
    """The comparison of a surface's answer after the change with the one before.

    ``rule`` governs what no path of ``rules`` does; ``key`` pairs the items of lists; what is ``volatile`` differs by
    itself and is left out; lists whose order counts are ``ordered``; ``calibrate`` reads twice in pre, to find what is
    volatile and not declared so. With ``openapi-compatible``, planned breaks are in ``accept``, and ``nullability``
    says whether null counts.
    """

    rule: CompareRule
    rules: dict[ValuePath, CompareRule] = Field(default_factory=dict)
    key: CompareKey | None = None
    volatile: Annotated[tuple[ValuePath, ...], AsTuple] = ()
    ordered: Annotated[tuple[ValuePath, ...], AsTuple] = ()
    calibrate: bool = False
    accept: Annotated[tuple[PlannedBreak, ...], AsTuple] = ()
    nullability: Annotated[Nullability, Choice(Nullability)] | None = None


class Surface(_Model):
    """A route that publishes shared truth, and the JMESPath expressions that say what its answer means.

    ``versions`` gives pairs of product and version, ``drifted`` a list that must be empty, ``ready`` true or false.
    ``ready_status`` judges readiness by the answer's HTTP status; with both, both must say ready. Without ``path``, a
    plugin answers the surface.
    """

    path: Text | None = None
    versions: Expression | None = None
    drifted: Expression | None = None
    ready: Expression | None = None
    ready_status: Statuses | None = None
    observed_at: Expression | None = None
    max_age: Duration | None = None
    compare: Compare | None = None

    _name: str = PrivateAttr(default="")

    @property
    def name(self) -> str:
        """The surface's key in the plan."""
        return self._name

    @property
    def tells_readiness(self) -> bool:
        """Whether the plan says how to judge readiness by this surface."""
        return self.ready is not None or self.ready_status is not None


class Platform(_Model):
    """The platform: where it publishes its truth, and the limits on requests.

    ``timeout`` (10s) and ``max_size`` (10MB) bound each answer. ``base_url`` is needed once a surface has a ``path``.
    """

    base_url: Text | None = None
    auth: Auth | None = None
    rate_limit: RateLimit | None = None
    timeout: Duration = timedelta(seconds=10)
    max_size: Size = 10_000_000
    surfaces: dict[Name, Surface] = Field(default_factory=dict)

    def model_post_init(self, _: Any, /) -> None:
        """Set the name of each surface."""
        for name, surface in self.surfaces.items():
            surface._name = name  # noqa: SLF001


class ReleaseNotes(_Model):
    """The address of the release notes, and who read them."""

    url: Text
    read_by: Text | None = None


class CrossedWhen(_Model):
    """The condition of a crossed boundary: an expression that is true once the boundary is crossed."""

    surface: Name
    expression: Expression


class RollbackBoundary(_Model):
    """The line up to which a step can be reversed.

    ``crossing`` says whether the boundary must be crossed after its step (`expected`) or may be (`possible`). The
    default is `expected` with ``crossed_when``, because otherwise the migration never ran, and `possible` without it.
    """

    name: Name
    reversible: Texts = ()
    irreversible: Texts = ()
    recover_by: Text | None = None
    crossed_when: CrossedWhen | None = None
    crossing: Annotated[Crossing, Choice(Crossing)] | None = None

    @property
    def must_be_crossed(self) -> bool:
        """Whether the step is only done once this boundary is crossed."""
        if self.crossing is not None:
            return self.crossing is Crossing.EXPECTED
        return self.crossed_when is not None


class Outage(_Model):
    """The budget of a step: the longest outage, and all of them together."""

    longest: Duration | None = None
    total: Duration | None = None


class Step(_Model):
    """One move of one product."""

    step: Name
    product: Plain
    owner: Text | None = None
    from_version: Plain = Field(alias="from")
    to_version: Plain = Field(alias="to")
    publishes_truth: bool = False
    requires: dict[Plain, Requirement] = Field(default_factory=dict)
    release_notes: ReleaseNotes | None = None
    fails_when: Text | None = None
    rollback_boundary: RollbackBoundary | None = None
    outage: Outage | None = None


class EvidenceSource(_Model):
    """The source of an owner's signed evidence, and the key that must verify it."""

    source: Text
    signed_by: Text
    max_age: Duration | None = None


class Migration(_Model):
    """A staged migration that an owner drives and proves."""

    name: Name
    owner: Text
    posture: Annotated[Posture, Choice(Posture)]
    evidence: EvidenceSource | None = None


class BaselineSettings(_Model):
    """The maximum age of a baseline, 24h by default."""

    max_age: Duration = timedelta(hours=24)


class Waiver(_Model):
    """A named person's time-limited acceptance of one failure of a check; ``expires`` is a UTC day, inclusive.

    ``accepts`` says which failure: places of a comparison, changes of an OpenAPI document, or words of the message. A
    waiver without it accepts nothing.
    """

    model_config = ConfigDict(json_schema_extra={"required": ["check", "accepts", "reason", "approved_by", "expires"]})

    check: Text
    accepts: Accepted = ()
    reason: Text
    approved_by: Text
    expires: Day
    environment: Name | None = None
    phase: Annotated[Phase, Choice(Phase)] | None = None


class Plan(_Model):
    """A plan: what is upgraded, in which order, from and to which versions, and what can be reversed.

    Without a ``title``, a plan goes by the name of its ``upgrade``. The ``secrets`` of checks are masked, too.
    """

    upgrade: Name
    title: Text = ""
    environment: Name
    change_class: Annotated[ChangeClass, Choice(ChangeClass)]
    secrets_of_checks: Annotated[tuple[Secret, ...], AsTuple] = Field(default=(), alias="secrets")
    platform: Platform = Field(default_factory=Platform)
    sequence: Annotated[tuple[Step, ...], AsTuple] = Field(min_length=1)
    migrations: Annotated[tuple[Migration, ...], AsTuple] = ()
    strict: bool = False
    baseline: BaselineSettings = Field(default_factory=BaselineSettings)
    signoffs: Annotated[tuple[Name, ...], AsTuple] = ()
    waivers: Annotated[tuple[Waiver, ...], AsTuple] = ()

    _path: Path = PrivateAttr(default=Path())
    _names_of_secrets: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def path(self) -> Path:
        """The file this plan was read from."""
        return self._path

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the plan, with variables filled in, without secrets and waivers.

        A waiver given in the night does not make a baseline foreign; layout and comments of the file never count.
        """
        return digest_of_plan(self.public())

    def public(self) -> dict[str, Any]:
        """The plan as a JSON object, with the keys of the file and every secret masked."""
        public: dict[str, Any] = Redactor(self.secrets).value(_public(self))
        return public

    @property
    def secrets(self) -> tuple[str, ...]:
        """All secrets of the plan; of ``Bearer KEY`` also the key alone."""
        of_checks = [secret.get_secret_value() for secret in self.secrets_of_checks]
        if self.platform.auth is None:
            return tuple(dict.fromkeys(of_checks))
        value = self.platform.auth.value.get_secret_value()
        return tuple(dict.fromkeys((value, value.rpartition(" ")[2], *of_checks)))

    def secret_in(self, text: str) -> str:
        """The plan's name for the secret that occurs in this text: ``secrets[0] (${DB_PASSWORD})``."""
        named = self._names_of_secrets.items()
        return next((name for secret, name in named if Redactor([secret]).touches(text)), "a secret")

    def step(self, name: str) -> Step:
        """The step of this name; KeyError if there is none."""
        return {step.step: step for step in self.sequence}[name]

    def migration(self, name: str) -> Migration:
        """The migration of this name; KeyError if there is none."""
        return {migration.name: migration for migration in self.migrations}[name]

    def surface(self, name: str) -> Surface:
        """The surface of this name; KeyError if there is none."""
        return self.platform.surfaces[name]

    @property
    def boundaries(self) -> tuple[RollbackBoundary, ...]:
        """All rollback boundaries, in the order of the sequence."""
        return tuple(step.rollback_boundary for step in self.sequence if step.rollback_boundary is not None)

    def step_of_boundary(self, name: str) -> Step:
        """The step a boundary belongs to; KeyError if there is no such boundary."""
        return {step.rollback_boundary.name: step for step in self.sequence if step.rollback_boundary}[name]

    @property
    def version_truth(self) -> Surface:
        """The surface that has `versions`; every plan has exactly one."""
        return next(surface for surface in self.platform.surfaces.values() if surface.versions)


def digest_of_plan(public: Mapping[str, Any]) -> str:
    """The digest of a plan, given its public form; so a record's own plan can be checked against its digest."""
    said = {key: value for key, value in public.items() if key != "waivers"}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _public(value: Any) -> Any:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        items = ((info.alias or name, getattr(value, name)) for name, info in fields.items())
        return {key: _public(item) for key, item in items if item is not None and item not in ((), {})}
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, (Rate, date)):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _public(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_public(item) for item in value]
    return value
