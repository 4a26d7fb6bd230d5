"""The checklist: checks, their results, and their counterparts before the change."""
