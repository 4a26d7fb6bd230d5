"""Evidence from people: an owner's signed evidence of a migration, and signoffs.

Evidence is an in-toto Statement with the test-result predicate, in a DSSE envelope: ``keys`` and ``envelope`` sign and
verify, ``statement`` is what is signed, ``judging`` decides whether a migration of the plan is proven, ``attestation``
makes such an envelope from a verified record. ``signoffs`` judges the approvals in the record.

Formats: https://github.com/in-toto/attestation/tree/main/spec (Statement v1, test-result v0.1) and
https://github.com/secure-systems-lab/dsse. The library that signs and verifies is an extra:
``pip install 'pytest-upgradecheck[evidence]'``.
"""

from pytest_upgradecheck.evidence.judging import Judgement, Standing, judge
from pytest_upgradecheck.evidence.statement import claim_of

__all__ = ["Judgement", "Standing", "claim_of", "judge"]
