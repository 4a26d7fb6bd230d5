"""Consistency of a plan: faults that involve several keys.

These rules read the document, not the model, so they apply even if the model refuses a key. Values of the wrong type,
and those that were dropped, are skipped here: other rules report them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pytest_upgradecheck.plan.document import Place, PlanSource, one_line
from pytest_upgradecheck.plan.texts import can_stand_in_an_address, web_address
from pytest_upgradecheck.plan.wording import shown_value
from pytest_upgradecheck.wording import did_you_mean

_SURFACES: Place = ("platform", "surfaces")
_BASE_URL: Place = ("platform", "base_url")


def check_consistency(document: PlanSource) -> None:
    """Add a fault to the document for everything in it that contradicts itself."""
    surfaces = _at(document.data, _SURFACES, absent={})
    steps = _entries(document.data, "sequence")
    if isinstance(surfaces, dict):
        _check_version_truth(surfaces, document)
        for name in surfaces:
            _check_surface(_mapping(surfaces, name), (*_SURFACES, name), document)
        for place, _ in steps:
            _check_observed_surface((*place, "rollback_boundary", "crossed_when", "surface"), surfaces, document)
    _check_base_url(_mapping(document.data, *_SURFACES), document)
    for place, step in steps:
        _check_move(step, (*place, "to"), document)
        _check_crossing(_mapping(step, "rollback_boundary"), (*place, "rollback_boundary", "crossing"), document)
    _check_unique(document, "step", ((*place, "step") for place, _ in steps))
    _check_unique(document, "product", ((*place, "product") for place, _ in steps))
    _check_unique(document, "rollback boundary", ((*place, "rollback_boundary", "name") for place, _ in steps))
    _check_unique(document, "migration", ((*place, "name") for place, _ in _entries(document.data, "migrations")))
    _check_unique(document, "signoff", (("signoffs", at) for at in range(len(_listed(document.data, "signoffs")))))
    for place, migration in _entries(document.data, "migrations"):
        _check_evidence(_mapping(migration, "evidence"), (*place, "evidence"), document)
    _check_waivers(document)


def _check_version_truth(surfaces: dict[str, Any], document: PlanSource) -> None:
    """Exactly one surface has `versions`: steps and boundaries are judged by it."""
    telling = [name for name in surfaces if "versions" in _mapping(surfaces, name)]
    if not telling:
        hint = (
            'give one surface `versions`, such as "products[].[name, version]": steps and boundaries are judged by it'
        )
        document.fault(_SURFACES, "no surface has `versions`", hint)
    for name in telling[1:]:
        hint = f"surface {telling[0]!r} has it already; keep one of them"
        document.fault((*_SURFACES, name, "versions"), "a second surface has `versions`", hint)


def _check_surface(surface: dict[str, Any], place: Place, document: PlanSource) -> None:
    if "max_age" in surface and "observed_at" not in surface:
        hint = "set `observed_at`, the expression that finds the time of the answer"
        document.fault((*place, "max_age"), "`max_age` needs the age of the answer", hint)
    _check_compare(_mapping(surface, "compare"), (*place, "compare"), document)
    path, at = surface.get("path"), (*place, "path")
    if not isinstance(path, str) or not path.strip() or at in document.dropped:
        return
    if not path.startswith("/") or path.startswith("//") or "#" in path or not can_stand_in_an_address(path):
        hint = "write the route below platform.base_url, such as /api/v1/platform/version-truth"
        document.fault(at, f"found {shown_value(document, at, path)}", hint)


def _check_compare(compare: dict[str, Any], place: Place, document: PlanSource) -> None:
    """An OpenAPI document is judged whole: paths into it have no meaning there, and planned breaks none elsewhere."""
    rule = compare.get("rule")
    contract = rule == "openapi-compatible" or _mapping(compare, "rule").get("rule") == "openapi-compatible"
    if contract:
        for key in ("volatile", "rules", "key", "ordered"):
            if compare.get(key):
                hint = "accept planned breaks by kind and place in `accept`; `nullability: ignore` leaves null out"
                document.fault((*place, key), "rule openapi-compatible judges the document as a whole", hint)
        return
    for key in ("accept", "nullability"):
        if compare.get(key):
            hint = "write `rule: openapi-compatible`, or remove the key"
            document.fault((*place, key), "only rule openapi-compatible knows this key", hint)


def _check_base_url(surfaces: dict[str, Any], document: PlanSource) -> None:
    platform = _mapping(document.data, "platform")
    if "base_url" not in platform:
        with_path = next((name for name in surfaces if "path" in _mapping(surfaces, name)), None)
        if with_path:
            hint = "write the platform's URL, such as `base_url: ${PLATFORM_URL}`"
            document.fault(_BASE_URL, f"the key is missing, but surface {with_path!r} has a path", hint)
        return
    base_url = platform["base_url"]
    if not isinstance(base_url, str) or not base_url.strip() or _BASE_URL in document.dropped:
        return
    url = web_address(base_url)
    # A value that is not a URL is not shown: it may contain credentials.
    if url is None:
        document.fault(_BASE_URL, "this is not an http or https URL", "write one such as https://platform.example.com")
    elif url.username is not None or url.password is not None:
        document.fault(_BASE_URL, "the URL has credentials", "remove them: a key belongs in platform.auth")
    elif "?" in base_url or "#" in base_url:
        document.fault(_BASE_URL, "the URL has a query or a fragment", "remove it: a base URL ends with its path")


def _check_observed_surface(place: Place, surfaces: dict[str, Any], document: PlanSource) -> None:
    surface = _at(document.data, place)
    if isinstance(surface, str) and surface not in surfaces and place not in document.dropped:
        hint = f"{did_you_mean(surface, surfaces)}the plan has: {', '.join(map(one_line, surfaces)) or 'none'}"
        document.fault(
            place, f"found {shown_value(document, place, surface)}, which is not a surface of the plan", hint
        )


def _check_move(step: dict[str, Any], place: Place, document: PlanSource) -> None:
    target = step.get("to")
    if isinstance(target, str) and target and step.get("from") == target:
        found = f"found {shown_value(document, place, target)}, the same as in `from`"
        document.fault(place, found, "a step moves its product to another version")


def _check_crossing(boundary: dict[str, Any], place: Place, document: PlanSource) -> None:
    """A boundary that nothing can cross is never expected to be crossed."""
    if boundary.get("crossing") == "expected" and not boundary.keys() & {"irreversible", "crossed_when"}:
        hint = "list what is irreversible, say how to observe it in `crossed_when`, or remove `crossing`"
        document.fault(place, "the boundary must be crossed, but nothing in this step is irreversible", hint)


def _check_unique(document: PlanSource, what: str, places: Iterable[Place]) -> None:
    first: dict[str, Place] = {}
    for place in places:
        name = _at(document.data, place)
        if not isinstance(name, str) or not name or place in document.dropped:
            continue
        if name in first:
            found = f"{what} {shown_value(document, place, name)} is used twice"
            document.fault(place, found, f"keep one of them; the first is in line {document.lines[first[name]]}")
        first.setdefault(name, place)


def _check_evidence(evidence: dict[str, Any], place: Place, document: PlanSource) -> None:
    """Evidence has a valid address, and its key is a local file: a key from the network proves nothing."""
    source, at = _address(evidence.get("source")), (*place, "source")
    if source and at not in document.dropped:
        url = web_address(source)
        if url is None:
            hint = "write an http or https URL, or the path of a file next to the plan"
            document.fault(at, "this is not an http or https URL", hint)
        elif url.username is not None or url.password is not None or url.query or url.fragment:
            hint = "they may contain a key, and would be written to the record; use a plain address, or a file"
            document.fault(at, "the URL has credentials, a query or a fragment", hint)
    at = (*place, "signed_by")
    if _address(evidence.get("signed_by")) and at not in document.dropped:
        hint = "name a file next to the plan: a key from the network does not prove who signed"
        document.fault(at, "the owner's public key is a URL", hint)


def _address(value: Any) -> str:
    return value if isinstance(value, str) and "://" in value else ""


def _check_waivers(document: PlanSource) -> None:
    """No failure is waived twice: with two waivers it is not clear which person or day counts."""
    first: dict[tuple[str, ...], Place] = {}
    for place, waiver in _entries(document.data, "waivers"):
        check = waiver.get("check")
        if not isinstance(check, str) or (*place, "check") in document.dropped:
            continue
        scopes = [str(waiver.get(key, "")) for key in ("environment", "phase")]
        for (other, *other_scopes), earlier in first.items():
            overlap = all(not one or not two or one == two for one, two in zip(scopes, other_scopes, strict=True))
            if other == check and overlap:
                found = f"check {shown_value(document, (*place, 'check'), check)} is waived twice"
                first_line = document.lines[earlier]
                hint = f"keep one, and list in its `accepts` all that was approved; the first is in line {first_line}"
                document.fault((*place, "check"), found, hint)
                break
        first.setdefault((check, *scopes), (*place, "check"))


def _at(data: Any, place: Place, *, absent: Any = None) -> Any:
    """The value at a place; ``absent`` if the keys that lead there are not in the file."""
    for part in place:
        if isinstance(data, list) and isinstance(part, int):
            data = data[part]
        elif isinstance(data, dict):
            data = data.get(part, absent)
        else:
            return None
    return data


def _mapping(data: Any, *place: str | int) -> dict[str, Any]:
    found = _at(data, place)
    return found if isinstance(found, dict) else {}


def _entries(data: Any, key: str) -> list[tuple[Place, dict[str, Any]]]:
    return [((key, at), entry) for at, entry in enumerate(_listed(data, key)) if isinstance(entry, dict)]


def _listed(data: Any, key: str) -> list[Any]:
    listed = _at(data, (key,))
    return listed if isinstance(listed, list) else []
