"""The speed of the comparison of OpenAPI documents, next to `json.loads` of both and differs from npm, in one run.

``python benchmarks/openapi.py [MEGABYTES...]``: documents of about these sizes, against themselves, with every
description edited, and with one shared schema changed. CPU time of a process each, with its peak memory. The npm
differs (`openapi-diff`, `api-smart-diff`) are measured where `NODE_PATH` leads to them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

OURS = """
import json, resource, sys, time
texts = [open(path).read() for path in sys.argv[1:]]
began = time.process_time()
before, after = map(json.loads, texts)
loaded = time.process_time()
del texts
from pytest_upgradecheck.comparison.openapi import Severity, compare_documents
imported = time.process_time()
comparison = compare_documents(before, after)
done = time.process_time()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([loaded - began, done - imported, len(comparison.of(Severity.BREAKING)), peak]))
"""

PEERS = {
    "openapi-diff": "require('openapi-diff').diffSpecs({sourceSpec: {content: a, location: 'a', format: 'openapi3'}, "
    "destinationSpec: {content: b, location: 'b', format: 'openapi3'}})",
    "api-smart-diff": "require('api-smart-diff').compareOpenApi(JSON.parse(a), JSON.parse(b))",
}


def document(size: int) -> dict[str, Any]:
    """A document of about so many bytes: operations that share schemas, which refer to each other."""
    schemas: dict[str, Any] = {"Order0": {"type": "object", "properties": {"field_1": {"type": "string"}}}}
    paths: dict[str, Any] = {}
    for number in range(1, size // 2_700):
        name = f"Order{number}"
        reference = {"$ref": f"#/components/schemas/{name}"}
        fields: dict[str, Any] = {
            f"field_{at}": {
                "type": ["string", "integer", "number"][at % 3],
                "description": f"What field {at} of {name} is.",
            }
            for at in range(14)
        }
        fields["parent"] = {"allOf": [{"$ref": f"#/components/schemas/Order{number // 2}"}], "nullable": True}
        fields["lines"] = {"type": "array", "items": {"$ref": f"#/components/schemas/Order{number // 3}"}}
        fields["state"] = {"type": "string", "enum": ["open", "paid", "sent"]}
        schemas[name] = {"type": "object", "title": name, "properties": fields, "required": ["field_0", "state"]}
        content = {"application/json": {"schema": reference}}
        operation = {
            "summary": f"Something about {name}",
            "parameters": [
                {
                    "in": "query",
                    "name": f"filter_{at}",
                    "schema": {"type": "string"},
                    "description": f"Filters by {at}.",
                }
                for at in range(3)
            ],
            "responses": {"200": {"description": "Fine", "content": content}, "404": {"description": "Not there"}},
        }
        body = {"requestBody": {"required": True, "content": content}}
        paths[f"/orders{number}/{{id}}"] = {"get": operation, "put": operation | body}
    return {"openapi": "3.0.3", "info": {"title": "Orders", "version": "1"}, "paths": paths,
            "components": {"schemas": schemas}}  # fmt: skip


def edits(before: dict[str, Any]) -> dict[str, Any]:
    """The document itself, one with other descriptions, and one in which a shared schema lost a field."""
    described = json.loads(json.dumps(before).replace('"description": "', '"description": "New: '))
    changed = json.loads(json.dumps(before))
    del changed["components"]["schemas"]["Order0"]["properties"]["field_1"]
    return {"itself": before, "descriptions edited": described, "a shared schema changed": changed}


def measured(before: Path, after: Path) -> tuple[float, float, int, float]:
    """Seconds to load and to compare, the number of breaking changes, and megabytes at the peak."""
    run = subprocess.run([sys.executable, "-c", OURS, before, after], capture_output=True, text=True, check=True)
    loading, comparing, breaking, peak = json.loads(run.stdout)
    return loading, comparing, breaking, peak


def of_peer(name: str, before: Path, after: Path) -> str:
    """Seconds of an npm differ, or why there are none."""
    if shutil.which("node") is None:
        return "no node"
    script = (
        "const fs = require('fs'); const [a, b] = process.argv.slice(1).map(p => fs.readFileSync(p, 'utf8'));"
        f"(async () => {{ const t = process.cpuUsage(); await {PEERS[name]};"
        "const u = process.cpuUsage(t); console.log((u.user + u.system) / 1e6); })()"
    )
    try:
        run = subprocess.run(
            ["node", "--max-old-space-size=4000", "-e", script, before, after], check=False,
            capture_output=True, text=True, timeout=30, env=os.environ,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "over 30 s"
    return f"{float(run.stdout):.2f} s" if run.returncode == 0 else "fails"


def main(sizes: list[float]) -> None:
    """Print the table."""
    print("| documents | loading | comparing | breaking | peak memory | " + " | ".join(PEERS) + " |")
    print("|---|---|---|---|---|" + "---|" * len(PEERS))
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            before = document(int(size * 1_000_000))
            for name, after in edits(before).items():
                one, other = Path(folder) / "before.json", Path(folder) / "after.json"
                one.write_text(json.dumps(before), "utf-8")
                other.write_text(json.dumps(after), "utf-8")
                loading, comparing, breaking, peak = measured(one, other)
                peers = " | ".join(of_peer(peer, one, other) for peer in PEERS)
                print(
                    f"| {one.stat().st_size / 1e6:.1f} MB, {name} | {loading:.2f} s | {comparing:.2f} s "
                    f"| {breaking:,} | {peak:.0f} MB | {peers} |",
                    flush=True,
                )


if __name__ == "__main__":
    main([float(each) for each in sys.argv[1:]] or [1, 4, 10])
