"""What the operator's command does: install the releases, start, stop and move the hub, back up and restore."""
