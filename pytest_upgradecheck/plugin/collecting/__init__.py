"""Collection: markers, selection, and the plan's own checks as items."""
