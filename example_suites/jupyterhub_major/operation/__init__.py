"""The actions of the operator's command: install the releases, start, stop and move the hub, back up and restore."""
