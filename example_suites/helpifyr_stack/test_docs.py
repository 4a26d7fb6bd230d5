"""docs: the first step, and the one that can always be rolled back."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.upgrade_step("docs")


@pytest.mark.rollback_boundary("docs-release")
@pytest.mark.remedy("look at the locale docs is configured with, DOCS_LOCALE, and restart it")
def test_search_finds_the_page(docs):
    """The search finds the page on rollback boundaries."""
    found = docs.get("/api/v1/search", params={"q": "rollback"}).json()
    slugs = [hit["slug"] for hit in found["hits"]]

    assert "rollback-boundaries" in slugs, f"a search for 'rollback' found {slugs or 'nothing'}"


def test_pages_are_unchanged(docs, baseline):
    """Every page reads as before."""
    baseline.unchanged("pages", docs.get("/api/v1/pages").json())
