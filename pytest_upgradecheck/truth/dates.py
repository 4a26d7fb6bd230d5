"""Whether an answer was made when it was asked for, by its `Date` header (RFC 9110, section 6.6.1).

A copy that was kept or recorded carries the date of the original, even where its cache says nothing else. And if the
platform's clock and this machine's differ, no age that is computed from both can be believed.
"""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from pytest_upgradecheck.times import age, is_ahead

#: The three forms of RFC 9110. A header that came twice is one text with a comma, and so are two of its forms.
_DATE = re.compile(
    r"[A-Za-z]{3,9}, \d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4} \d\d:\d\d:\d\d GMT"
    r"|[A-Za-z]{3} [A-Za-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}"
)


def made_at_another_time(headers: Mapping[str, str], *, asked_at: datetime, answered_at: datetime) -> str:
    """The reason why an answer's date does not fit its request; empty if it fits, or if there is no date."""
    for stated in _DATE.findall(headers.get("date", "")):
        made_at = _moment(stated)
        if made_at is None:
            continue
        if is_ahead(made_at, answered_at):
            return (
                f"its Date header ({stated}) is {age(made_at - answered_at)} ahead of this machine's clock: a clock is "
                "wrong, so no age is known; check the clocks of the platform and of this machine"
            )
        if is_ahead(asked_at, made_at):
            return (
                f"its Date header ({stated}) is {age(asked_at - made_at)} behind this machine's clock: it is a copy of "
                "an older answer, or a clock is wrong; check what is between, and the clocks of the platform and of "
                "this machine"
            )
    return ""


def _moment(stated: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(stated)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
