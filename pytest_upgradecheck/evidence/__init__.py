"""What owners and persons vouch for: signed evidence of a migration, and signoffs.

Evidence is an in-toto Statement with the test-result predicate, in a DSSE envelope: ``keys`` and ``envelope`` sign and
verify, ``statement`` is what is signed, ``judging`` says whether a plan's migration may be relied upon, ``attestation``
makes such an envelope out of a verified record. ``signoffs`` judges approvals that stand in the record.

Formats: https://github.com/in-toto/attestation/tree/main/spec (Statement v1, test-result v0.1) and
https://github.com/secure-systems-lab/dsse. The library that signs and verifies is an extra:
``pip install 'pytest-upgradecheck[evidence]'``.
"""

from pytest_upgradecheck.evidence.judging import Judgement, Standing, judge
from pytest_upgradecheck.evidence.statement import claim_of

__all__ = ["Judgement", "Standing", "claim_of", "judge"]
