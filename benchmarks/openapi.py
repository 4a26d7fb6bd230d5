"""The speed of the comparison of OpenAPI documents, next to `json.loads` of both and differs from npm, in one run.

``python benchmarks/openapi.py [MEGABYTES...]``: documents of about these sizes, against themselves, with every
description edited, and with one shared schema changed: in "a tree", each schema leads to two others; in "one schema",
all operations share one schema of many parts that lead back to it. CPU time of a process each, and by how much its
memory grew while it compared. The npm differs (`openapi-diff`, `api-smart-diff`) are measured where `NODE_PATH` leads
to them.
"""

from __future__ import annotations

import itertools
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
imported, held = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
comparison = compare_documents(before, after)
done = time.process_time()
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) / 1024
print(json.dumps([loaded - began, done - imported, len(comparison.of(Severity.BREAKING)), grown]))
"""

PEERS = {
    "openapi-diff": "require('openapi-diff').diffSpecs({sourceSpec: {content: a, location: 'a', format: 'openapi3'}, "
    "destinationSpec: {content: b, location: 'b', format: 'openapi3'}})",
    "api-smart-diff": "require('api-smart-diff').compareOpenApi(JSON.parse(a), JSON.parse(b))",
}

#: The note on a peer that is stopped, and not tried with larger documents.
TOO_LONG = "over 30 s"


def read_and_write(what: str, content: dict[str, Any]) -> dict[str, Any]:
    """The operations of a path: one to read something, one to write it."""
    operation = {
        "summary": f"Something about {what}",
        "parameters": [
            {"in": "query", "name": f"filter_{at}", "schema": {"type": "string"}, "description": f"Filters by {at}."}
            for at in range(3)
        ],
        "responses": {"200": {"description": "Fine", "content": content}, "404": {"description": "Not there"}},
    }
    return {"get": operation, "put": operation | {"requestBody": {"required": True, "content": content}}}


def one_schema(size: int) -> dict[str, Any]:
    """A document in which all operations share one schema, of many parts that lead to each other and back to it."""
    number = max(20, size // 12_000)
    schemas: dict[str, Any] = {"Order0": {"type": "object", "properties": {"field_1": {"type": "string"}}}}
    whole = {"$ref": "#/components/schemas/Whole"}
    for at in range(number):
        fields: dict[str, Any] = {
            f"field_{field}": {"type": "string", "maxLength": field + 1, "description": f"What field {field} is."}
            for field in range(30)
        }
        fields |= {"next": {"$ref": f"#/components/schemas/Part{(at + 1) % number}"}, "whole": whole}
        schemas[f"Part{at}"] = {"type": "object", "properties": fields, "required": ["field_0"]}
    parts = {f"part_{at}": {"$ref": f"#/components/schemas/Part{at}"} for at in range(number)}
    schemas["Whole"] = {"type": "object", "properties": {**parts, "first": {"$ref": "#/components/schemas/Order0"}}}
    paths = {}
    for at in range(size // 1_100):
        content = {"application/json": {"schema": {"type": "array", "items": whole} if at % 2 else whole}}
        paths[f"/orders{at}/{{id}}"] = read_and_write(f"order {at}", content)
    return {"openapi": "3.0.3", "info": {"title": "Orders", "version": "1"}, "paths": paths,
            "components": {"schemas": schemas}}  # fmt: skip


def a_tree(size: int) -> dict[str, Any]:
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
        paths[f"/orders{number}/{{id}}"] = read_and_write(name, content)
    return {"openapi": "3.0.3", "info": {"title": "Orders", "version": "1"}, "paths": paths,
            "components": {"schemas": schemas}}  # fmt: skip


def edits(before: dict[str, Any]) -> dict[str, Any]:
    """The document itself, one with other descriptions, and one in which a shared schema lost a field."""
    described = json.loads(json.dumps(before).replace('"description": "', '"description": "New: '))
    changed = json.loads(json.dumps(before))
    del changed["components"]["schemas"]["Order0"]["properties"]["field_1"]
    return {"itself": before, "descriptions edited": described, "a shared schema changed": changed}


def measured(before: Path, after: Path) -> tuple[float, float, int, float]:
    """Seconds to load and to compare, the number of breaking changes, and megabytes above the peak of loading."""
    run = subprocess.run([sys.executable, "-c", OURS, before, after], capture_output=True, text=True, check=True)
    loading, comparing, breaking, grown = json.loads(run.stdout)
    return loading, comparing, breaking, grown


def of_peer(name: str, before: Path, after: Path) -> str:
    """Seconds of an npm differ, or the reason that there are none."""
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
        return TOO_LONG
    return f"{float(run.stdout):.2f} s" if run.returncode == 0 else "fails"


def main(sizes: list[float]) -> None:
    """Print the table."""
    print("| documents | loading | comparing | breaking | memory | " + " | ".join(PEERS) + " |")
    print("|---|---|---|---|---|" + "---|" * len(PEERS))
    slow: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        for size, make in itertools.product(sizes, (a_tree, one_schema)):
            before = make(int(size * 1_000_000))
            for name, after in edits(before).items():
                one, other = Path(folder) / "before.json", Path(folder) / "after.json"
                one.write_text(json.dumps(before), "utf-8")
                other.write_text(json.dumps(after), "utf-8")
                loading, comparing, breaking, grown = measured(one, other)
                told = {peer: "not tried" if peer in slow else of_peer(peer, one, other) for peer in PEERS}
                slow |= {peer for peer, took in told.items() if took == TOO_LONG}
                peers = " | ".join(told.values())
                print(
                    f"| {one.stat().st_size / 1e6:.1f} MB, {make.__name__.replace('_', ' ')}, {name} | {loading:.2f} s "
                    f"| {comparing:.2f} s | {breaking:,} | {grown:.0f} MB | {peers} |",
                    flush=True,
                )


if __name__ == "__main__":
    main([float(each) for each in sys.argv[1:]] or [0.1, 1, 4, 10])
