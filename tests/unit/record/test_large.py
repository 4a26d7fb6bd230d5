"""Large values next to the journal: streamed, compressed, named by digest."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_upgradecheck.errors import RecordError
from pytest_upgradecheck.record import blobs, is_large, store
from pytest_upgradecheck.redaction import Redactor

NOTHING_SECRET = Redactor()


def registry(count: int) -> dict[str, Any]:
    contracts = [{"name": f"partner-{n}", "routes": [f"GET /{n}", "["], "x]": {}} for n in range(count)]
    return {"generated_at": "now", "contracts": contracts, "by[": {str(n): {"n": [n]} for n in range(count)}}


def test_large_value_comes_back(tmp_path: Path) -> None:
    value = registry(5_000)
    assert is_large(value)
    stored = store(value, tmp_path, NOTHING_SECRET)
    assert stored.load(tmp_path) == value
    assert json.loads(gzip.decompress(stored.path(tmp_path).read_bytes())) == value
    assert stored.path(tmp_path).stat().st_size < stored.size / 5


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='[]{},:"\\\na', max_size=3),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(alphabet='[]{},:"a', max_size=3), inner),
)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.integers(1, 6))
def test_any_value_comes_back(tmp_path_factory: pytest.TempPathFactory, value: Any, most: int) -> None:
    folder = tmp_path_factory.mktemp("record")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blobs, "_MOST_VALUES", most)
        assert store(value, folder, NOTHING_SECRET).load(folder) == value


def test_same_value_is_written_once(tmp_path: Path) -> None:
    assert store(registry(3_000), tmp_path, NOTHING_SECRET) == store(registry(3_000), tmp_path, NOTHING_SECRET)
    assert len(list((tmp_path / "captures").iterdir())) == 1


def test_small_values_stay_in_the_journal() -> None:
    assert not is_large({"a": list(range(1_000))})
    assert is_large("x" * 70_000)


def test_no_secret_gets_in(tmp_path: Path) -> None:
    value = registry(3_000) | {"token s3cret-key": ["s3cret-key", {"a": "Bearer s3cret-key"}]}
    stored = store(value, tmp_path, Redactor(["s3cret-key"]))
    assert b"s3cret-key" not in gzip.decompress(stored.path(tmp_path).read_bytes())
    assert stored.load(tmp_path)["token ***"] == ["***", {"a": "Bearer ***"}]


def test_changed_cut_and_missing_files_are_named(tmp_path: Path) -> None:
    stored = store(registry(3_000), tmp_path, NOTHING_SECRET)
    path = stored.path(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(gzip.compress(gzip.decompress(whole).replace(b"partner-7", b"partner-8")))
    with pytest.raises(RecordError, match="was changed: it is not what the record names"):
        stored.load(tmp_path)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RecordError, match="cannot be read: it was changed or cut"):
        stored.verify(tmp_path)
    path.write_bytes(b"no gzip at all")
    with pytest.raises(RecordError, match="cannot be read"):
        stored.verify(tmp_path)
    path.unlink()
    with pytest.raises(RecordError, match="No such file"):
        stored.load(tmp_path)


def test_disk_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "captures").write_text("in the way")
    with pytest.raises(RecordError, match="cannot be written"):
        store(registry(3_000), tmp_path, NOTHING_SECRET)


HUNDRED_MEGABYTES = """
import resource, sys
from pathlib import Path
from pytest_upgradecheck.record import Stored, store
from pytest_upgradecheck.redaction import Redactor

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

folder = Path(sys.argv[1])
texts = [str(n) * 200 for n in range(1000)]
value = {"rows": [{"n": n, "text": texts[n % 1000]} for n in range(190_000)]}
before = peak()
stored = store(value, folder, Redactor(["s3cret-key"]))
wrote = peak() - before
del value
stored.verify(folder)
print(stored.size, wrote, peak() - before - wrote)
"""


def test_a_hundred_megabytes_are_written_and_verified_in_bounded_memory(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HUNDRED_MEGABYTES, str(tmp_path)], capture_output=True, text=True, check=True
    )
    size, written, verified = map(float, done.stdout.split())
    assert size > 100e6
    assert written < 16, "MB above what the value itself takes"
    assert verified < 16
