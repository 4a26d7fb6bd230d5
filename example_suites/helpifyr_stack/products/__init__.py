"""The products of the reference stack: fabric (shared truth), docs (search) and orders (what users come for).

Each runs in a process of its own and exists in two releases. What they answer is invented; see the README.
"""
