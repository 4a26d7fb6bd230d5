"""The types of the plan's fields: how each is read, and how the JSON Schema describes it.

Where a text is expected, the schema also accepts ``${NAME}``: an editor sees the file before variables are filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SecretStr,
    Strict,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from pytest_upgradecheck import foreign_text
from pytest_upgradecheck.plan import quantities, texts
from pytest_upgradecheck.plan.quantities import Rate

_VARIABLE = r"\$\{"


def _written(pattern: str, description: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "pattern": f"^(?:{pattern})$|{_VARIABLE}", "description": description},
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """In ``Annotated``: one value of an enumeration, which is named again, for pydantic does not pass it on."""

    kind: type[Enum]

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._chosen)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "anyOf": [{"enum": self._values}, {"pattern": _VARIABLE}]}

    def _chosen(self, value: Any) -> Enum:
        try:
            return self.kind(value)
        except ValueError:
            raise ValueError(f"write one of: {', '.join(self._values)}") from None

    @property
    def _values(self) -> list[str]:
        return [each.value for each in self.kind]


class _KindsOfChange:
    """In ``Annotated``: the kinds of change of an OpenAPI document, imported only where a schema is made."""

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        from pytest_upgradecheck.comparison.openapi.kinds import ACCEPTABLE

        return {"type": "string", "anyOf": [{"enum": list(ACCEPTABLE)}, {"pattern": _VARIABLE}]}


Text = Annotated[str, BeforeValidator(texts.text), WithJsonSchema({"type": "string", "minLength": 1})]
#: A product or a version, in its one spelling: platforms publish it with line breaks or in another normal form.
Plain = Annotated[
    str,
    BeforeValidator(lambda value: foreign_text.name(texts.text(value))),
    WithJsonSchema({"type": "string", "minLength": 1}),
]
Name = Annotated[str, BeforeValidator(texts.name), _written(texts.NAME, "letters, digits, '.', '_' and '-'")]
Header = Annotated[str, BeforeValidator(texts.header), _written(texts.HEADER, "the name of an HTTP header")]
_FROM_THE_ENVIRONMENT = WithJsonSchema(
    {"type": "string", "minLength": 1, "description": 'a secret, from the environment: "${NAME}"'}
)
HeaderSecret = Annotated[
    SecretStr, BeforeValidator(lambda value: SecretStr(texts.header_key(value))), _FROM_THE_ENVIRONMENT
]
Secret = Annotated[SecretStr, BeforeValidator(lambda value: SecretStr(texts.secret(value))), _FROM_THE_ENVIRONMENT]
Expression = Annotated[
    str,
    BeforeValidator(texts.expression),
    WithJsonSchema({"type": "string", "minLength": 1, "description": "a JMESPath expression"}),
]
Requirement = Annotated[
    str,
    BeforeValidator(texts.requirement),
    WithJsonSchema({"type": "string", "minLength": 1, "description": 'version bounds: ">=15,<17"'}),
]
Duration = Annotated[
    timedelta,
    BeforeValidator(quantities.duration),
    _written(quantities.DURATION, "a duration: 10s, 15m, 24h, 30d"),
]
RateLimit = Annotated[Rate, BeforeValidator(quantities.rate), _written(quantities.RATE, "a rate: 90/min, 5/s, 1000/h")]
Size = Annotated[
    int,
    BeforeValidator(quantities.size),
    WithJsonSchema(
        {
            "type": ["integer", "string"],
            "minimum": 1,
            "pattern": f"^(?:{quantities.SIZE})$|{_VARIABLE}",
            "description": "a size: 500KB, 10MB, or a number of bytes",
        }
    ),
]
_STATUS = {"type": "integer", "minimum": 200, "maximum": 599}
Statuses = Annotated[
    tuple[int, ...],
    BeforeValidator(texts.statuses),
    WithJsonSchema(
        {
            "anyOf": [_STATUS, {"type": "array", "items": _STATUS, "minItems": 1}],
            "description": "HTTP statuses that say ready",
        }
    ),
]
ValuePath = Annotated[
    str,
    BeforeValidator(texts.value_path),
    WithJsonSchema({"type": "string", "minLength": 1, "description": "a path in a value: contracts[].routes"}),
]
_RULE_NAMES = {"type": "string", "anyOf": [{"enum": list(texts.RULES)}, {"pattern": _VARIABLE}]}
_NUMBER = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": rf"%$|{_VARIABLE}"}]}
#: A rule's name, or a mapping of ``rule`` and its arguments; as plain data.
CompareRule = Annotated[
    Any,
    BeforeValidator(texts.compare_rule),
    WithJsonSchema(
        {
            "anyOf": [
                _RULE_NAMES,
                {
                    "type": "object",
                    "properties": {"rule": _RULE_NAMES, "rel": _NUMBER, "abs": _NUMBER, "to": {}},
                    "required": ["rule"],
                    "additionalProperties": False,
                },
            ],
            "description": "what may differ",
        }
    ),
]
ContractChange = Annotated[str, BeforeValidator(texts.contract_change), _KindsOfChange()]
_KEY = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
    ]
}
#: A member, several that make a key together, or such a key for each of several lists.
CompareKey = Annotated[
    Any,
    BeforeValidator(texts.compare_key),
    WithJsonSchema(
        {
            "anyOf": [*_KEY["anyOf"], {"type": "object", "additionalProperties": _KEY}],
            "description": "what identifies the items of a list",
        }
    ),
]
#: Lists of the file become tuples; everything else is strict.
AsTuple = Strict(strict=False)
Texts = Annotated[tuple[Text, ...], AsTuple]
Day = Annotated[date, BeforeValidator(texts.day), _written(texts.DAY, "a day: 2026-12-31")]
#: The `accepts` of a waiver: one entry or several.
Accepted = Annotated[
    tuple[str, ...],
    BeforeValidator(texts.accepted_failures),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
            ],
            "description": "the failure that was approved: items[name=orders], or words of the message",
        }
    ),
]
