"""From pytest's events to the record and the verdict."""
