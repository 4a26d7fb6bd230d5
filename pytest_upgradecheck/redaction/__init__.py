"""Keep secrets out of everything that is written or shown.

`redactor` replaces them, `traces` says what gives a secret away and finds it, `decoding` undoes the escapes that hide
it.
"""

from pytest_upgradecheck.redaction.redactor import MASK, Redactor, is_sealed, mapped

__all__ = ["MASK", "Redactor", "is_sealed", "mapped"]
