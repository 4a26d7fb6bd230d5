"""The plan that the benchmarks run with: one step, two surfaces."""

PLAN = """
upgrade: benchmark
environment: test
change_class: additive
platform:
  surfaces:
    version_truth: {versions: products}
    readiness: {ready: ready}
sequence:
  - step: web
    product: web
    from: "1"
    to: "2"
    publishes_truth: true
    release_notes: {url: "https://example.com", read_by: A. Name}
    fails_when: the front page does not answer
    rollback_boundary: {name: web-release, reversible: [release]}
"""
