"""What the operator's command does: start, stop and move the products, migrate, back up and restore."""
