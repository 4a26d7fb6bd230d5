"""The actions of the operator's command: start, stop and move the products, migrate, back up and restore."""
