"""The kinds of change that a client can meet: what each is called, whom it concerns, and why it breaks or does not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """The consequence of a change for the clients of the document before."""

    BREAKING = "breaking"
    #: It may break them or not: the facts to decide are missing, which is never a pass.
    NOT_JUDGED = "not judged"
    COMPATIBLE = "compatible"


@dataclass(frozen=True, slots=True)
class About:
    """The row of a kind in the documentation."""

    severity: Severity
    where: str
    reason: str


_B, _C = Severity.BREAKING, Severity.COMPATIBLE


class Kind(Enum):
    """A kind of change, by the name under which a plan accepts it. The order is that in which people read them."""

    PATH_REMOVED = "path-removed"
    OPERATION_REMOVED = "operation-removed"
    PATH_MOVED = "path-moved"
    WEBHOOK_REMOVED = "webhook-removed"
    CALLBACK_REMOVED = "callback-removed"
    SECURITY_CHANGED = "security-changed"
    RESPONSE_REMOVED = "response-removed"
    MEDIA_TYPE_REMOVED = "media-type-removed"
    BODY_REMOVED = "body-removed"
    BODY_REQUIRED = "body-required"
    BODY_OPTIONAL = "body-optional"
    PARAMETER_REMOVED = "parameter-removed"
    REQUIRED_PARAMETER_ADDED = "required-parameter-added"
    PARAMETER_REQUIRED = "parameter-required"
    PARAMETER_OPTIONAL = "parameter-optional"
    ENCODING_CHANGED = "encoding-changed"
    HEADER_REMOVED = "header-removed"
    HEADER_OPTIONAL = "header-optional"
    FIELD_REMOVED = "field-removed"
    REQUIRED_FIELD_ADDED = "required-field-added"
    FIELD_REQUIRED = "field-required"
    FIELD_OPTIONAL = "field-optional"
    FIELD_READ_ONLY = "field-read-only"
    FIELD_WRITE_ONLY = "field-write-only"
    TYPE_CHANGED = "type-changed"
    VARIANT_REMOVED = "variant-removed"
    VARIANT_ADDED = "variant-added"
    VALUES_LIMITED = "values-limited"
    VALUE_REMOVED = "value-removed"
    VALUES_OPENED = "values-opened"
    VALUES_REPLACED = "values-replaced"
    FURTHER_FIELDS = "further-fields"
    DEFAULT_CHANGED = "default-changed"
    FORMAT_CHANGED = "format-changed"
    PATTERN_CHANGED = "pattern-changed"
    RANGE_CHANGED = "range-changed"
    SIZE_CHANGED = "size-changed"
    CONDITION_CHANGED = "condition-changed"
    NULLABILITY = "nullability"
    NOT_JUDGED = "not-judged"
    PATH_RETIRED = "path-retired"
    PATH_ADDED = "path-added"
    OPERATION_ADDED = "operation-added"
    WEBHOOK_ADDED = "webhook-added"
    CALLBACK_ADDED = "callback-added"
    PARAMETER_ADDED = "parameter-added"
    BODY_ADDED = "body-added"
    MEDIA_TYPE_ADDED = "media-type-added"
    RESPONSE_ADDED = "response-added"
    ERROR_RESPONSE_REMOVED = "error-response-removed"
    HEADER_ADDED = "header-added"
    FIELD_ADDED = "field-added"
    VALUE_ADDED = "value-added"

    def __str__(self) -> str:
        return self.value

    @property
    def about(self) -> About:
        """Its severity, where it is met, and the reason."""
        return ABOUT[self]

    @property
    def severity(self) -> Severity:
        """The consequence of a change of this kind for clients."""
        return ABOUT[self].severity


ABOUT: dict[Kind, About] = {
    Kind.PATH_REMOVED: About(_B, "operation", "calls to the path are answered with 404"),
    Kind.OPERATION_REMOVED: About(_B, "operation", "calls with the method are answered with 405"),
    Kind.PATH_MOVED: About(
        _B, "operation", "the same operations are served under another path or server prefix, not under the old one"
    ),
    Kind.WEBHOOK_REMOVED: About(_B, "webhook", "a receiver waits for calls that never come"),
    Kind.CALLBACK_REMOVED: About(_B, "operation", "a receiver waits for calls that never come"),
    Kind.SECURITY_CHANGED: About(
        _B,
        "operation",
        "a way in that worked is refused: another scheme, another header, a scope more, or no anonymous access; the "
        "content of a scheme counts, not its name",
    ),
    Kind.RESPONSE_REMOVED: About(
        _B, "response", "the answer that clients are written for (1xx to 3xx, or `default` if it is all) never comes"
    ),
    Kind.MEDIA_TYPE_REMOVED: About(
        _B, "request, response", "what is sent is refused with 415, or what is asked for with 406"
    ),
    Kind.BODY_REMOVED: About(_B, "request, response", "what is sent is not read, or what is read is not there"),
    Kind.BODY_REQUIRED: About(_B, "request", "a call without a body was fine and is refused"),
    Kind.BODY_OPTIONAL: About(_B, "webhook", "the receiver may get a call without the body it reads"),
    Kind.PARAMETER_REMOVED: About(
        _B, "request", "a client that sends it relies on its effect; a path parameter is matched by position, not name"
    ),
    Kind.REQUIRED_PARAMETER_ADDED: About(_B, "request", "a call without it was fine and is refused"),
    Kind.PARAMETER_REQUIRED: About(_B, "request", "a call without it was fine and is refused"),
    Kind.PARAMETER_OPTIONAL: About(_B, "webhook", "the receiver may get a call without it"),
    Kind.ENCODING_CHANGED: About(
        _B, "request, response", "the same value is written differently: `style`, `explode`, `content`, part encoding"
    ),
    Kind.HEADER_REMOVED: About(_B, "response", "what a client reads is not there"),
    Kind.HEADER_OPTIONAL: About(_B, "response", "what a client relies on may be missing"),
    Kind.FIELD_REMOVED: About(
        _B,
        "request, response",
        "what a client reads is not there; what it sends has no effect, or is refused",
    ),
    Kind.REQUIRED_FIELD_ADDED: About(_B, "request", "a body without it was fine and is refused"),
    Kind.FIELD_REQUIRED: About(_B, "request", "a body without it was fine and is refused, also if it has a default"),
    Kind.FIELD_OPTIONAL: About(_B, "response", "what a client relies on may be missing"),
    Kind.FIELD_READ_ONLY: About(_B, "request", "what a client sends is not read, or is refused"),
    Kind.FIELD_WRITE_ONLY: About(_B, "response", "what a client reads is not there"),
    Kind.TYPE_CHANGED: About(
        _B,
        "request, response",
        "a request must accept every type it accepted, a response must not have a type it never had; where values "
        "travel as text (parameters, forms, XML), a number is a string",
    ),
    Kind.VARIANT_REMOVED: About(
        _B, "request", "one of the forms that a client may send is accepted by none of the forms after"
    ),
    Kind.VARIANT_ADDED: About(_B, "response", "a client meets a form that it never met"),
    Kind.VALUES_LIMITED: About(_B, "request", "any value was accepted, and only those of a list are"),
    Kind.VALUE_REMOVED: About(_B, "request", "a value that a client sends is refused"),
    Kind.VALUES_OPENED: About(_B, "response", "a list of values is given up: anything may come"),
    Kind.VALUES_REPLACED: About(
        _B, "response", "none of the values that a client knows is left; a constant or a discriminator changed"
    ),
    Kind.FURTHER_FIELDS: About(
        _B,
        "request, response",
        "fields beyond those that are named were accepted and are refused; or the values of a map that a client reads "
        "are given up",
    ),
    Kind.DEFAULT_CHANGED: About(
        _B, "request", "a client that leaves it out gets something else; a default of null counts as none"
    ),
    Kind.FORMAT_CHANGED: About(
        _B,
        "request, response",
        "a value may be larger or of another form than it was. `int64` and `double` are how any number is read and "
        "count as no format; formats that are hints (`password`) are left out",
    ),
    Kind.PATTERN_CHANGED: About(
        _B,
        "request, response",
        "a request that needs a pattern, or a response that gives one up. Another pattern for a pattern is not judged",
    ),
    Kind.RANGE_CHANGED: About(_B, "request, response", "a narrower range in requests, a wider one in responses"),
    Kind.SIZE_CHANGED: About(
        _B, "request, response", "narrower bounds of length or count in requests, wider ones in responses"
    ),
    Kind.CONDITION_CHANGED: About(
        _B,
        "request, response",
        "a condition (`uniqueItems`, `multipleOf`, `not`, `if`, `contains`, ...) that is new in requests, or given up "
        "in responses",
    ),
    Kind.NULLABILITY: About(
        _B, "request, response", "null is refused, or may come; `nullability: ignore` leaves it out"
    ),
    Kind.NOT_JUDGED: About(
        Severity.NOT_JUDGED,
        "anywhere",
        "a reference to another file, a schema that is malformed, a pattern against another pattern, documents too "
        "entangled for the limit of work: missing evidence, not a pass",
    ),
    Kind.PATH_RETIRED: About(
        _C, "operation", "it was deprecated, and the day of its `x-sunset` had come before it was removed"
    ),
    Kind.PATH_ADDED: About(_C, "operation", "no client calls it yet"),
    Kind.OPERATION_ADDED: About(_C, "operation", "no client calls it yet"),
    Kind.WEBHOOK_ADDED: About(_C, "webhook", "a receiver has to subscribe to it first"),
    Kind.CALLBACK_ADDED: About(_C, "operation", "a receiver has to subscribe to it first"),
    Kind.PARAMETER_ADDED: About(_C, "request", "it is optional"),
    Kind.BODY_ADDED: About(_C, "request", "it is optional"),
    Kind.MEDIA_TYPE_ADDED: About(_C, "request, response", "a client asks for the type that it reads"),
    Kind.RESPONSE_ADDED: About(_C, "response", "clients must be ready for statuses that a document does not list"),
    Kind.ERROR_RESPONSE_REMOVED: About(_C, "response", "an error less to handle"),
    Kind.HEADER_ADDED: About(_C, "response", "clients pass over what they do not know"),
    Kind.FIELD_ADDED: About(_C, "request, response", "optional in requests; clients pass over what they do not know"),
    Kind.VALUE_ADDED: About(
        _C,
        "request, response",
        "a further value of an enumeration is additive as a further field is, as long as one of the old values stays",
    ),
}

#: The kinds that a plan can accept: those that break clients, and what cannot be judged.
ACCEPTABLE = tuple(kind.value for kind in Kind if kind.severity is not Severity.COMPATIBLE)
