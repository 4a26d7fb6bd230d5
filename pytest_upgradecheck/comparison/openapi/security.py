"""Ways in: what a client must send to be let in, whatever a document calls it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pytest_upgradecheck.comparison.openapi.document import Document, Unresolved, kind_of, mapping
from pytest_upgradecheck.comparison.openapi.findings import Finding
from pytest_upgradecheck.comparison.openapi.kinds import Kind


@dataclass(frozen=True, slots=True)
class Scheme:
    """One thing to send: ``content`` says how it travels and where it comes from; ``label`` is for people."""

    content: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class WayIn:
    """One alternative: all of these schemes, each with the scopes that it needs."""

    needs: tuple[tuple[Scheme, frozenset[str]], ...]

    def __str__(self) -> str:
        if not self.needs:
            return "no credentials"
        return " and ".join(
            scheme.label + (f" with scope {', '.join(sorted(scopes))}" if scopes else "")
            for scheme, scopes in self.needs
        )

    def admits(self, other: WayIn) -> bool:
        """Whether a client that comes by the other way is let in by this one."""
        contents = {scheme.content: scopes for scheme, scopes in other.needs}
        return all(scheme.content in contents and scopes <= contents[scheme.content] for scheme, scopes in self.needs)


class UnknownSecurity(Exception):
    """A requirement that cannot be read; the message says why."""


def ways_in(required: Any, schemes: dict[str, Any], document: Document) -> list[WayIn]:
    """The alternatives of a security requirement; no credentials if nothing is required."""
    if required is None or required == []:
        return [WayIn(())]
    if not isinstance(required, list):
        raise UnknownSecurity(f"`security` is {kind_of(required)}, expected a list")
    ways = []
    for each in required:
        if not isinstance(each, dict):
            raise UnknownSecurity(f"a member of `security` is {kind_of(each)}, expected an object")
        needs = []
        for name, scopes in each.items():
            if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
                raise UnknownSecurity(f"the scopes of {name} are {kind_of(scopes)}, expected a list of names")
            needs.append((_scheme(name, schemes, document), frozenset(scopes)))
        ways.append(WayIn(tuple(needs)))
    return ways


def security_differences(old: list[WayIn], new: list[WayIn]) -> Iterator[Finding]:
    """Each way in of before must still lead in."""
    for way in old:
        if not any(other.admits(way) for other in new):
            said = " or ".join(dict.fromkeys(map(str, new)))
            yield Finding(Kind.SECURITY_CHANGED, f"no longer accepts {way}, only {said}")


def _scheme(name: str, schemes: dict[str, Any], document: Document) -> Scheme:
    if name not in schemes:
        raise UnknownSecurity(f"the security scheme `{name}` is not defined")
    try:
        said = document.resolved(schemes[name])
    except Unresolved as error:
        raise UnknownSecurity(f"the security scheme `{name}` cannot be read: {error}") from None
    kind = str(said.get("type"))
    if kind == "apiKey":
        place, key = str(said.get("in")), str(said.get("name"))
        return Scheme(("apiKey", place, key.lower() if place == "header" else key), f"an API key in {place} `{key}`")
    if kind == "http":
        scheme = str(said.get("scheme")).lower()
        return Scheme(("http", scheme), f"HTTP {scheme} credentials")
    if kind == "oauth2":
        flows = sorted(
            (str(flow), str(mapping(said_flow).get("authorizationUrl")), str(mapping(said_flow).get("tokenUrl")))
            for flow, said_flow in mapping(said.get("flows")).items()
        )
        ends = [end for flow in flows for end in flow]
        return Scheme(("oauth2", *ends), f"an OAuth 2 token ({', '.join(flow[0] for flow in flows) or name})")
    if kind == "openIdConnect":
        return Scheme((kind, str(said.get("openIdConnectUrl"))), "an OpenID Connect token")
    if kind == "mutualTLS":
        return Scheme((kind,), "a client certificate")
    raise UnknownSecurity(f"the security scheme `{name}` is of type {kind[:40]!r}, which is not known")
