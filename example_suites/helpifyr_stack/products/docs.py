"""docs: pages and a search over them.

Release 2026.10 searches the database for the text as it stands; 2026.11 makes an index of the pages of its locale with
the first search, and ranks what it finds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from products.catalog import DOCS, OLD
from products.database import reading
from products.runtime import Runtime, new_app


class Page(BaseModel):
    slug: str
    title: str
    text: str


class Hit(BaseModel):
    slug: str
    title: str


class RankedHit(Hit):
    score: int


class Pages(BaseModel):
    pages: list[Page]


class Found(BaseModel):
    query: str
    hits: list[Hit]


class FoundRanked(BaseModel):
    query: str
    hits: list[RankedHit]


def create_app(runtime: Runtime) -> FastAPI:
    """The application of one release."""
    app, api = new_app(runtime)

    def stored(locale: str = "en") -> list[Page]:
        with reading(runtime.database) as db:
            rows = db.execute("SELECT slug, title, text FROM pages WHERE locale = ? ORDER BY slug", (locale,))
            return [Page(slug=slug, title=title, text=text) for slug, title, text in rows]

    @app.get(DOCS.live, include_in_schema=False)
    def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get(DOCS.ready, include_in_schema=False)
    def ready() -> dict[str, str]:
        return {"status": "ready" if stored() else "empty"}

    @app.get(DOCS.version, include_in_schema=False)
    def version() -> dict[str, str]:
        return runtime.version_answer()

    @api.get("/pages")
    def pages() -> Pages:
        return Pages(pages=stored())

    @api.get("/pages/{slug}")
    def page(slug: str) -> Page:
        for each in stored():
            if each.slug == slug:
                return each
        raise HTTPException(404, f"no page {slug}")

    if runtime.release == OLD:

        @api.get("/search")
        def search(q: str) -> Found:
            hits = [Hit(slug=each.slug, title=each.title) for each in stored() if q.lower() in _text_of(each).lower()]
            return Found(query=q, hits=hits)

    else:
        ranked = _ranked(lambda: stored(runtime.settings.get("DOCS_LOCALE", "en")))

        @api.get("/search")
        def ranked_search(q: str) -> FoundRanked:
            return FoundRanked(query=q, hits=ranked(q))

    app.include_router(api)
    return app


def _ranked(pages: Callable[[], list[Page]]) -> Callable[[str], list[RankedHit]]:
    @cache
    def index() -> list[tuple[Page, Counter[str]]]:
        return [(page, Counter(_words(_text_of(page)))) for page in pages()]

    def search(query: str) -> list[RankedHit]:
        hits = [
            RankedHit(slug=page.slug, title=page.title, score=score)
            for page, words in index()
            if (score := sum(words[word] for word in _words(query)))
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.slug))

    return search


def _text_of(page: Page) -> str:
    return f"{page.title} {page.text}"


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
