"""What takes part in a run: markers, selection, and the plan's own checks as items."""
