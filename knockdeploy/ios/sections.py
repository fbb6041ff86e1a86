"""The sections that the recipe does not touch: which line opens which mode, and what it takes.

Named as their prompts are. A line is typed right into a pasted section only if its first word is
known there; so the words matter, their arguments do not.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A mode: the mode it is entered from, the pattern of its header, its first words.

    Without ``words`` it takes any line that is not unmistakably global.
    """

    parent: str
    mode: str
    header: str
    words: frozenset[str] | None


def _in(parent: str, *rows: tuple[str, str, str]) -> tuple[Section, ...]:
    return tuple(
        Section(parent, mode, header, frozenset(words.split()) if words else None)
        for mode, header, words in rows
    )


BGP_FAMILY = (
    "aggregate-address auto-summary bgp default default-information default-metric distance "
    "distribute-list export import inherit maximum-paths neighbor network redistribute "
    "route-target synchronization table-map timers eigrp af-interface topology area "
    "passive-interface router-id nsf shutdown metric maximum-prefix remote-neighbors soft-sia "
    "summary-prefix snmp offset-list"
)
SECTIONS: tuple[Section, ...] = (
    *_in(
        "config",
        ("config-sg-radius", r"aaa group server radius (\S+)",
         "accounting attribute authorization backoff deadtime domain-stripping ip ipv6 "
         "key-wrap load-balance server server-private throttle"),
        ("config-sg-tacacs+", r"aaa group server tacacs\+ (\S+)",
         "ip ipv6 server server-private"),
        ("config-sg-ldap", r"aaa group server ldap (\S+)", "server authentication"),
        ("config-attr-list", r"aaa attribute list (\S+)", "attribute"),
        ("config-locsvr-da-radius", r"aaa server radius dynamic-author",
         "auth-type client domain ignore port server-key"),
        ("config-bba-group", r"bba-group pppoe (\S+)",
         "ac mac-address nas-port-id nas-port pado sessions service tag vendor-tag "
         "virtual-template"),
        ("cfg-call-home", r"call-home",
         "alert-group contact-email-addr contact-name copy customer-id contract-id data-privacy "
         "destination event-delay http-proxy mail-server phone-number profile rate-limit "
         "sender service site-id source-interface source-ip-address street-address subscribe "
         "syslog-throttling vrf active anonymous-reporting-only reporting"),
        ("config-app-hosting", r"app-hosting appid (\S+)",
         "app-default-gateway app-resource app-vnic name-server0 name-server1 start"),
        ("config-virt-serv", r"virtual-service (\S+)", "activate ip vnic"),
        ("config-mdt-subs", r"telemetry ietf subscription (\d+)",
         "encoding filter receiver source-address source-vrf stream update-policy"),
        ("conf-ssh-pubkey", r"ip ssh pubkey-chain", "username"),
        ("config-controller", r"controller (\S+ \S+)",
         "ais-shut cablelength channel-group clock crc description fdl framing international "
         "linecode loopback national mode pri-group shutdown tdm-group yellow dsl-group "
         "operating line-mode line-term ds0-group modem firmware operating"),
        ("config-isakmp", r"crypto isakmp policy (\S+)",
         "authentication default encr encryption group hash lifetime"),
        ("config-isakmp-group", r"crypto isakmp client configuration group (\S+)",
         "access-restrict acl auto-update backup-gateway banner browser-proxy configuration "
         "dhcp dns domain firewall group-lock include-local-lan key max-logins max-users "
         "netmask pfs pool save-password smartcard-removal-disconnect split-dns wins"),
        ("conf-isa-prof", r"crypto isakmp profile (\S+)",
         "accounting ca client description initiate isakmp keepalive keyring local-address "
         "match qos-group self-identity virtual-template vrf"),
        ("cfg-crypto-trans", r"crypto ipsec transform-set (\S+)", "mode"),
        ("ipsec-profile", r"crypto ipsec profile (\S+)",
         "description dialer responder-only reverse-route set"),
        ("conf-keyring", r"crypto keyring (\S+)",
         "description local-address pre-shared-key rsa-pubkey"),
        ("config-crypto-map", r"crypto (?:dynamic-)?map (\S+ \d+)",
         "description dialer match qos reverse-route set"),
        ("config-gdoi-group", r"crypto gdoi group (\S+)",
         "client identity passive server"),
        ("config-ikev2-proposal", r"crypto ikev2 proposal (\S+)",
         "encryption group integrity prf"),
        ("config-ikev2-policy", r"crypto ikev2 policy (\S+)", "match proposal"),
        ("config-ikev2-keyring", r"crypto ikev2 keyring (\S+)", "peer"),
        ("config-ikev2-profile", r"crypto ikev2 profile (\S+)",
         "aaa authentication anyconnect config-exchange config-mode description dpd "
         "identity initial-contact ivrf keepalive keyring lifetime match nat pki reconnect "
         "redirect shutdown virtual-template"),
        ("ca-trustpoint", r"crypto pki trustpoint (\S+)",
         "authorization auto-enroll auto-trigger chain-validation crl default enrollment "
         "eckeypair email fingerprint fqdn grant hash ip-address ip-extension match "
         "matchcertificate ocsp on password primary query regenerate revocation-check root "
         "rsakeypair serial-number show source storage subject-alt-name subject-name usage vrf"),
        ("cs-server", r"crypto pki server (\S+)",
         "auto-rollover cdp-url database default eku grant hash issuer-name lifetime mode "
         "redundancy serial-number show shutdown"),
        ("ca-certificate-map", r"crypto pki certificate map (\S+ \d+)", ""),
        ("config-cert-chain", r"crypto (?:pki|ca) certificate chain (\S+)", "certificate"),
        ("config-dial-peer", r"dial-peer (?:voice|cor|data|terminator) (\S+)", ""),
        ("config-ssid", r"dot11 ssid (\S+)",
         "accounting authentication broadcast client-type guest-mode information-element ip "
         "max-associations mbssid mobility vlan wpa-psk"),
        ("config-ephone", r"ephone +(\S+)", ""),
        ("config-ephone-dn", r"ephone-dn +(\S+)", ""),
        ("config-ephone-template", r"ephone-template (\S+)", ""),
        ("config-telephony", r"telephony-service", ""),
        ("config-gk", r"gatekeeper", "accounting alias arq endpoint emulate gw-type-prefix "
         "h323-annexg lrq proxy rai send server security shutdown timer use-proxy zone"),
        ("config-ip-sla", r"ip sla (\d+)", ""),
        ("config-sla-monitor", r"ip sla monitor (\d+)", ""),
        ("cfg-dns-view-list", r"ip dns view-list (\S+)", "view"),
        ("cfg-dns-view", r"ip dns view (\S+)", "dns domain logging"),
        ("config-dns-name-list", r"ip dns name-list (\S+) none", ""),
        ("config-slb-sfarm", r"ip slb serverfarm (\S+)",
         "bindid description failaction inservice nat predictor probe real"),
        ("config-slb-vserver", r"ip slb vserver (\S+)",
         "access advertise client delay hand-off idle inservice replicate serverfarm sticky "
         "synguard virtual"),
        ("config-slb-probe", r"ip slb probe (\S+)", ""),
        ("cfg-ip-expl-path", r"ip explicit-path (\S+ \S+)", "append exclude-address index "
         "list next-address"),
        ("config-ipv6-acl", r"ipv6 access-list (?!log-update)(\S+)",
         "deny evaluate permit remark sequence"),
        ("config-dhcpv6", r"ipv6 dhcp pool (\S+)", ""),
        ("config-rtr", r"ipv6 router (\S+.*)",
         "address-family area auto-cost bfd compatible default default-information "
         "default-metric discard-route distance distribute-list event-log exit-address-family "
         "graceful-restart interface-id limit log-adjacency-changes log-neighbor-changes "
         "max-lsa max-metric maximum-paths metric neighbor nsf passive-interface "
         "prefix-suppression process-min-time queue-depth redistribute router-id shutdown "
         "split-horizon stub summary-prefix timers variance"),
        ("config-kron-occurrence", r"kron occurrence (\S+)", "policy-list"),
        ("config-kron-policy", r"kron policy-list (\S+)", "cli"),
        ("config-l2tp-class", r"l2tp-class (\S+)", ""),
        ("config-map-class", r"map-class (\S+ \S+)", ""),
        ("config-mgcp-profile", r"mgcp profile (\S+)", ""),
        ("config-onep", r"onep", "data service session shutdown start stop transport"),
        ("config-view", r"parser view (\S+)", "commands secret view"),
        ("config-pw-class", r"pseudowire-class (\S+)", ""),
        ("config-radius-server", r"radius server (\S+)",
         "address automate-tester backoff key key-wrap non-standard pac retransmit timeout"),
        ("config-server-tacacs", r"tacacs server (\S+)", "address key port single-connection "
         "timeout"),
        ("config-red", r"redundancy", "application inter-device main-cpu mode notification-timer "
         "policy scheme linecard-group"),
        ("config-sip-ua", r"sip-ua", ""),
        ("config-ss7-mtp2", r"ss7 mtp2-variant (.+)", "timer parameter"),
        ("config-vlan", r"vlan (\d+(?:[-,]\d+)*)", "media mtu name remote-span ring said "
         "shutdown state"),
        ("config-class", r"voice class (\S+ \S+)", ""),
        ("conf-voi-serv", r"voice service (\S+)", ""),
        ("cfg-translation-profile", r"voice translation-profile (\S+)", "translate"),
        ("cfg-translation-rule", r"voice translation-rule (\S+)", "rule"),
        ("config-voicecard", r"voice-card (\S+)", ""),
        ("config-voiceport", r"voice-port (\S+)", ""),
        ("config-vpdn", r"vpdn-group (\S+)", ""),
        ("config-webvpn-context", r"webvpn context (\S+)", ""),
        ("config-webvpn-gateway", r"webvpn gateway (\S+)", ""),
    ),
    *_in(
        "config-if",
        ("config-if-ssid", r"ssid (\S+)", "accounting authentication guest-mode "
         "infrastructure-ssid max-associations vlan wpa-psk"),
        ("config-if-atm-vc", r"pvc (.+)", ""),
        ("config-if-xconn", r"xconnect (\S+ \S+)", "backup l2tp monitor mtu remote-ce-mtu"),
    ),
    *_in("config-gdoi-group", ("gdoi-local-server", r"server local",
         "address authorization gikev2 pfs redundancy registration rekey replay sa")),
    *_in(
        "gdoi-local-server",
        ("gdoi-sa-ipsec", r"sa ipsec (\d+)", "match profile replay tag"),
        ("gdoi-coop-ks-config", r"redundancy", "local peer protocol"),
    ),
    *_in("config-ikev2-keyring", ("config-ikev2-keyring-peer", r"peer (\S+)",
         "address description hostname identity pre-shared-key")),
    *_in("config-cert-chain", ("config-pubkey", r"certificate ((?:\S+ )?[0-9A-F]+)$", "")),
    *_in("config-app-hosting", ("config-app-hosting-gateway", r"app-vnic (.+)", "guest-ipaddress")),
    *_in("conf-ssh-pubkey", ("conf-ssh-pubkey-user", r"username (\S+)", "key-hash key-string")),
    *_in("cfg-dns-view-list", ("cfg-dns-view-list-member", r"view (\S+ \S+)", "restrict")),
    *_in("config-keychain", ("config-keychain-key", r"key (\d+)",
         "accept-lifetime cryptographic-algorithm key-string send-lifetime")),
    *_in("config-slb-sfarm", ("config-slb-real", r"real (.+)",
         "faildetect inservice maxconns reassign retry weight")),
    *_in(
        "config-router",
        ("config-router-af", r"address-family (.+)", BGP_FAMILY),
        ("config-router-ptmp", r"template peer-policy (\S+)", ""),
        ("config-router-stmp", r"template peer-session (\S+)", ""),
    ),
    *_in(
        "config-router-af",
        ("config-router-af-interface", r"af-interface (\S+)",
         "add-paths authentication bandwidth-percent bfd dampening-change dampening-interval "
         "hello-interval hold-time next-hop-self passive-interface shutdown split-horizon "
         "stub-site summary-address"),
        ("config-router-af-topology", r"topology (\S+)",
         "auto-summary default default-information default-metric distance distribute-list "
         "eigrp maximum-paths metric offset-list redistribute snmp summary-metric timers "
         "traffic-share variance"),
    ),
    *_in("config-vrf", ("config-vrf-af", r"address-family (.+)",
         "bgp export import inter-as-hybrid maximum mdt prefix protection route-replicate "
         "route-target snmp")),
    *_in(
        "conf-voi-serv",
        ("conf-serv-sip", r"sip", ""),
        ("conf-serv-h323", r"h323", ""),
        ("cfg-iptrust-list", r"ip address trusted list", "ipv4 ipv6"),
    ),
    *_in("config-vpdn", ("config-vpdn-in", r"(accept-\S+|request-\S+)", "")),
    *_in("config-pmap-c", ("config-pmap-c-police", r"police .+",
         "conform-action exceed-action violate-action")),
)  # fmt: skip

# What ends a section in print (ios-facts §7); it stands behind the section, not in it.
CLOSING = {
    "config-router-af": "exit-address-family",
    "config-vrf-af": "exit-address-family",
    "config-router-af-interface": "exit-af-interface",
    "config-router-af-topology": "exit-af-topology",
    "config-router-ptmp": "exit-peer-policy",
    "config-router-stmp": "exit-peer-session",
}
CERTIFICATE = "config-pubkey"  # takes hexadecimal lines until `quit`, which is printed too
