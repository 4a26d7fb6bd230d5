"""Verify an upgrade with pytest: a checklist run before and after the change, ending in a verdict backed by evidence.

Read the package as the story of a run: ``plan`` (what is upgraded), ``truth`` (what the platform says of itself),
``record`` and ``comparison`` (what was true before, what is different now), ``verdict`` (the decision), and ``plugin``
and ``cli``, which bring all of that to pytest and to the shell.
"""
