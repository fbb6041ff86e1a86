"""What an operator wants of one router: the keys of ``knock`` in the inventory.

An intent is right by construction: it has passed every check that needs no router.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from knockdeploy.intent.addresses import Networks, OptionalAddress, ProbeSources
from knockdeploy.intent.decoys import decoys_of
from knockdeploy.intent.doors import MOST, OutsidePorts, Ports, Services
from knockdeploy.intent.faults import Fault, Location, Strict, quoted, refuse, validated
from knockdeploy.intent.fields import (
    Acl,
    Interfaces,
    Minutes,
    OptionalEntries,
    Seconds,
    Service,
    optional,
    whole,
)
from knockdeploy.intent.names import Names
from knockdeploy.intent.waivers import Waivers
from knockdeploy.sequence import Knock, KnockSequence, Protocol, TimedKnock


def _protocol(value: object) -> Protocol:
    if isinstance(value, str) and value in set(Protocol):
        return Protocol(value)
    raise refuse(Fault(f"{quoted(value)} is not one of the allowed values", "udp or tcp"))


ProtocolName = Annotated[Protocol, BeforeValidator(_protocol)]
ProofPolicy = Annotated[
    Literal["required", "when-reachable", "off"],
    BeforeValidator(lambda value: "off" if value is False else value),  # YAML 1.1 reads off so
]


class Intent(Strict):
    """The knock of one router.

    Raises:
        pydantic.ValidationError: if a value is wrong; ``intent_from`` says it to people.
    """

    example: ClassVar = "knock: {ports: ...}"

    enabled: bool = Field(default=True, description="false leaves the router alone.")
    weak: bool = Field(default=False, description="Allows 3 or 4 ports.")
    protocol: ProtocolName = optional(
        Protocol.UDP, "Protocol of the knocks whose port does not name one."
    )
    ports: Ports = Field(
        repr=False,
        description="The knock, a secret, in order: 5 to 16 of PORT, "
        '"PORT/udp", "PORT/tcp"; or a reference.',
    )
    decoys: Annotated[int, *whole(0, MOST)] = optional(
        5,
        "Number of ports that look like knocks to a scanner and spoil an attempt:"
        " at most one per knock.",
    )
    probe_ports: Ports = Field(
        default=(),
        repr=False,
        description="A knock of its own for `check --probe`, of the same form; or a reference.",
    )
    probe_sources: ProbeSources = optional(
        (), "Addresses that probes come from, at most 3: their knock opens for no other."
    )
    services: Services = Field(description="Closed to everyone, opened by the knock.")
    window_seconds: Seconds = optional(10, "Seconds within which all knocks must arrive.")
    timeout_minutes: Minutes = optional(
        60, "Lifetime of the opened entry in minutes, from its creation (absolute)."
    )
    grant_slots: Annotated[int, *whole(1, 16)] = optional(
        4,
        "On IOS-XE: how many people may be in by a knock at once; each has entries of "
        "the inbound ACL with numbers of their own.",
    )
    keep_established: bool = Field(
        default=True, description="Established sessions survive the end of the entry."
    )
    enforcement: Literal["interface-acl", "zone", "copp"] = optional(
        "interface-acl", "What shuts the door."
    )
    interface: Interfaces = Field(description="The outside interface, by name, or a list of them.")
    acl: Acl = optional(
        "auto", "The ACL to use; auto: the interface's inbound one, else names.acl."
    )
    new_acl_entries: OptionalEntries = optional(
        None, "The rest of the ACL, required where the interface has no inbound ACL yet."
    )
    management_sources: Networks = optional(
        (), "Addresses and prefixes that always keep their access."
    )
    engine: Literal["applet", "tcl"] = optional("applet", "What reads the log.")
    outside_address: OptionalAddress = optional(
        None, "Address that clients knock at, if it is not the interface's."
    )
    outside_ports: OutsidePorts = optional(
        {}, "Service port on the router: port that clients connect to."
    )
    destination: Literal["outside", "any"] = optional(
        "outside", "What our entries match as destination: the interface's address, or any."
    )
    access: Literal["direct", "knock"] = optional(
        "direct", "How the operator's own session gets in."
    )
    knock_only: bool = Field(
        default=False,
        description="With access: knock, accept that a stranger's packets can keep everybody out.",
    )
    proof: ProofPolicy = optional("required", "How much proof a deployment needs.")
    waivers: Waivers = optional((), "Rules that do not fail a check: rule, reason, until a date.")
    names: Names = optional(Names(), "What our objects are called on the router.")
    _spacing_ms: int = PrivateAttr(default=0)

    @property
    def sequence(self) -> KnockSequence:
        """The ports as what is knocked."""
        return KnockSequence(self.ports)

    @property
    def decoy_knocks(self) -> tuple[Knock, ...]:
        """The decoys, a secret that follows from the ports, in no order that tells of theirs."""
        taken = {service.port for service in self.services} | {*self.outside_ports.values()}
        taken |= {knock.port for knock in self.probe_ports}
        return decoys_of(self.ports, self.decoys, frozenset(taken))

    @property
    def wrong_knock(self) -> KnockSequence:
        """What must open nothing: the ports last first; then in order, but around a decoy."""
        first, *others = self.ports
        around = (first, self.decoy_knocks[0], *others) if self.decoy_knocks else ()
        return KnockSequence((*self.ports[::-1], *around))

    @property
    def heard(self) -> tuple[Knock, ...]:
        """What the router waits for: the knocks, and those of probes."""
        return (*self.ports, *self.probe_ports)

    @property
    def silent(self) -> Mapping[str, tuple[Knock, ...]]:
        """What is dropped and logged, all of it secret, by what each is."""
        return {"knock": self.ports, "decoy": self.decoy_knocks, "probe": self.probe_ports}

    @property
    def probing(self) -> Self:
        """The same as a probe knocks: with the sequence of its own, which has no decoys, if any."""
        own = {"ports": self.probe_ports, "decoys": 0} if self.probe_ports else {}
        return self.model_copy(update=own)

    @property
    def timed_knock(self) -> TimedKnock:
        """The sequence, and within which time it is knocked."""
        return TimedKnock(self.sequence, self.window_seconds, self._spacing_ms)

    def spaced(self, spacing_ms: int) -> Intent:
        """Return the same for a platform that needs knocks so far apart."""
        intent = self.model_copy()
        intent._spacing_ms = spacing_ms  # noqa: SLF001  # of the copy
        return intent

    @property
    def tcp_services(self) -> tuple[Service, ...]:
        """The services that TCP reaches, in their order."""
        return tuple(service for service in self.services if service.is_tcp)

    @property
    def acl_name(self) -> str:
        """The name of the ACL where the interface has none."""
        return self.names.acl if self.acl == "auto" else self.acl

    @property
    def service_ports(self) -> tuple[tuple[str, int], ...]:
        """Protocol and port of each service, in their order."""
        return tuple(
            (protocol, service.port)
            for service in self.services
            for protocol in service.protocol.split("-")
        )

    def outside_port(self, port: int) -> int:
        """Return the port at which clients find the service that has ``port`` on the router."""
        return self.outside_ports.get(port, port)

    @model_validator(mode="after")
    def _probes_are_apart(self) -> Self:
        if bool(self.probe_ports) != bool(self.probe_sources):
            message = "probe_ports and probe_sources go together"
            raise refuse(Fault(message, "who probes, such as probe_sources: [198.51.100.7]"))
        others = {knock.port for knock in self.ports} | {each.port for each in self.services}
        if any(knock.port in others for knock in self.probe_ports):
            raise refuse(Fault("probe_ports has a port of ports or services", "ports of its own"))
        return self

    @model_validator(mode="after")
    def _noise_leaves_a_way_in(self) -> Self:
        is_spoilt = self.access == "knock" and self.engine == "applet"
        if is_spoilt and not self.management_sources and not self.knock_only:
            raise refuse(
                Fault(
                    "access: knock leaves no way in while a stranger sends to a knock port",
                    "management_sources, engine: tcl, or knock_only: true where that is accepted",
                )
            )
        return self

    @model_validator(mode="after")
    def _acl_is_not_that_of_copp(self) -> Self:
        for key in ("copp_acl", "admitted_acl", "shut_acl"):
            if self.acl == getattr(self.names, key):
                raise refuse(Fault(f"acl and names.{key} are the same", "two ACLs need two names"))
        return self


def intent_from(
    data: object,
    *,
    file: str | None = None,
    host: str | None = None,
    origins: Mapping[str, str | None] | None = None,
) -> Intent:
    """Return the intent that ``data``, the merged ``knock`` mapping of a host, describes.

    ``origins`` says which file a key is from, where it is not ``file``.

    Raises:
        InputError: with one mistake for each fault.
    """
    return validated(Intent, data, Location(file, host, "knock", origins or {}))


def intent_schema() -> dict[str, Any]:
    """Return the JSON Schema of the ``knock`` mapping."""
    return Intent.model_json_schema()
