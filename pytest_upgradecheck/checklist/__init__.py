"""The checklist: what a check is, what became of it, and what it was before the change."""
