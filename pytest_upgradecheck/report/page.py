"""A view as HTML: the verification report, and the blocks for the top of pytest-html's page.

No value is trusted: Jinja escapes all of them, what could turn a line around or hide in it is shown as an escape, and a
Content-Security-Policy in the page allows its one style sheet, pictures it holds itself, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.record import Attachment
from pytest_upgradecheck.report.sequence import WIDTH, now, picture, stops, where_we_are
from pytest_upgradecheck.report.templating import TEMPLATES, template
from pytest_upgradecheck.report.view import PHASE_HEADINGS, View
from pytest_upgradecheck.verdict import VerdictDocument

#: The sign of a verdict, shown with its word.
SIGNS = {"proceed": "✔", "pause": "❚❚", "cannot-tell": "?", "roll-back": "↩", "fix-forward": "⚠"}

#: The number of blockers, notes and the like that are open; the rest is folded and counted.
_OPEN = 20

#: The number of folded rows and the like that are printed; more would fill many pages.
_PRINTED = 200

#: The limits of attachments shown inline, in bytes: one text, one picture, all together.
_TEXT_INLINE, _PICTURE_INLINE, _ALL_INLINE = 32_768, 262_144, 1_500_000

#: The first bytes of pictures.
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An attachment as the page shows it: inline as ``text`` or ``picture`` (a data URI), else only as a link.

    Links lead to the first of a check, and to the first of a file.
    """

    attachment: Attachment
    link: str
    text: str | None = None
    picture: str | None = None
    fault: str | None = None
    first_of_check: bool = False
    first_of_file: bool = False


def page(view: View, *, beside: Path) -> Iterator[str]:
    """The verification report, in pieces. Links to attachments are relative to the folder ``beside`` it."""
    found = stops(view.plan, view.document, unjudged=view.unjudged)
    where = where_we_are(found, unjudged=view.unjudged)
    yield from template("page.j2").generate(
        **_of(view),
        **_style(),
        stops=found,
        where=where,
        picture=picture(found, where),
        picture_width=WIDTH,
        attached=list(_attached(view, beside)),
        all_runs=view.history.runs,
    )


def under_way(document: VerdictDocument, *, command: str) -> Iterator[str]:
    """The page of a run that has not ended; ``command`` makes a report of the finished part."""
    yield from template("under_way.j2").generate(document=document, command=command, **_style())


def summary_blocks(view: View, *, report: str | None, checks: int) -> str:
    """Verdict, boundaries, action needed and completeness as HTML that needs no style sheet.

    ``report`` is the address of our own report, relative to the page this goes into; ``checks`` how many that shows.
    """
    return template("summary.j2").render(**_of(view), report=report, checks=checks)


def _of(view: View) -> dict[str, Any]:
    found = stops(view.plan, view.document, unjudged=view.unjudged)
    return {
        "view": view,
        "document": view.document,
        "verdict": view.document.verdict,
        "sign": SIGNS[view.document.verdict],
        "waived": [obstacle for obstacle in view.obstacles if obstacle.waiver],
        "blockers": [obstacle for obstacle in view.obstacles if not obstacle.waiver],
        "complete": view.completeness,
        "headings": PHASE_HEADINGS,
        "most_open": _OPEN,
        "most_printed": _PRINTED,
        "now": now(found, unjudged=view.unjudged),
    }


def _style() -> dict[str, Any]:
    """The style sheet, and the digest by which the page's policy allows it."""
    css = (TEMPLATES / "report.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return {"css": Markup(css), "css_digest": digest}  # noqa: S704 - our own file


def _attached(view: View, beside: Path) -> Iterator[tuple[Any, Any, Shown]]:
    """Each attachment once for each check, with the row of its check and its run."""
    room = _ALL_INLINE
    seen: set[str] = set()
    for row, run, attachment in view.attached:
        shown = _shown(attachment, view.history.folder, beside, room)
        room -= len(shown.text or "") + len(shown.picture or "")
        yield (
            row,
            run,
            replace(shown, first_of_check=row.anchor not in seen, first_of_file=attachment.digest not in seen),
        )
        seen |= {row.anchor, attachment.digest}


def _shown(attachment: Attachment, folder: Path, beside: Path, room: int) -> Shown:
    link = quote(os.path.relpath(attachment.path(folder), beside).replace(os.sep, "/"))
    try:
        if attachment.is_text and attachment.size <= min(_TEXT_INLINE, room):
            text = attachment.load(folder).decode("utf-8", "replace")
            return Shown(attachment=attachment, link=link, text=text)
        if attachment.is_picture and attachment.size <= min(_PICTURE_INLINE, room):
            content = attachment.load(folder)
            if not content.startswith(_BEGINNINGS[attachment.media_type]):
                return Shown(attachment=attachment, link=link)  # its content is not of its media type
            data = base64.b64encode(content).decode()
            return Shown(attachment=attachment, link=link, picture=f"data:{attachment.media_type};base64,{data}")
        if not attachment.path(folder).exists():
            raise RecordError("the file is not next to the record")
    except RecordError as error:
        return Shown(attachment=attachment, link=link, fault=str(error))
    return Shown(attachment=attachment, link=link)
