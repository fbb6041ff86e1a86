"""Lines in which routers and their people keep secrets; each has one or more of ``SECRETS``.

From command references and configurations of classic IOS; those at the end are of nobody's
grammar. Below a header a line stands indented.
"""

from __future__ import annotations

from typing import Final

SECRETS: Final = ("S3cret", "53310", "094F471A1A", "30820201", "MIIDdzCC", "0A1B2C3D")

FORMS: Final = """\
enable secret 5 $1$mERr$S3cret/x.
enable secret 9 $9$S3cret$abc
enable secret level 5 0 S3cret
enable password 7 094F471A1A0A53C3
enable password level 7 S3cret
username jane privilege 15 secret 9 $9$S3cret$abc
username joe password 0 S3cret
username jill privilege 15 view root secret S3cret
username jack one-time password 0 S3cret
username jim common-criteria-policy P password 0 S3cret
snmp-server community S3cret RW 10
snmp-server community S3cret view V RO
snmp-server host 192.0.2.9 version 2c S3cret
snmp-server host 192.0.2.9 informs version 3 priv S3cret
snmp-server host 192.0.2.9 S3cret bgp
snmp-server user jane admins v3 auth sha S3cret priv aes 128 S3cret
snmp-server user jane admins v3 encrypted auth md5 0A:1B S3cret
snmp-server group S3cret v1 read V
snmp-server contact pager S3cret
snmp mib community-map S3cret engineid 800000090300
tacacs-server host 192.0.2.9 key 7 S3cret
tacacs-server host 192.0.2.9 single-connection key S3cret
tacacs-server key S3cret
radius-server key 7 094F471A1A0A53C3
radius-server host 192.0.2.9 auth-port 1645 acct-port 1646 key S3cret
radius-server host 192.0.2.9 pac key 7 S3cret
ntp authentication-key 1 md5 S3cret 7
ip ftp password 7 S3cret
ip ftp username S3cret
ip http client password 0 S3cret
ip http client proxy-server jane:S3cret@proxy
ip http client username S3cret
ip rcmd remote-username S3cret
ip tftp blocksize S3cret
crypto isakmp key S3cret address 192.0.2.1
crypto isakmp key 6 S3cret hostname hub
crypto ipsec client ezvpn EZ S3cret
crypto pki enroll TP password S3cret
crypto key import rsa K pem terminal S3cret
key config-key password-encryption S3cret
event manager environment _mail_password S3cret
event manager environment _smtp_pass S3cret
event manager environment anything S3cret
alias exec door telnet 192.0.2.9 /pw S3cret
ip host door S3cret@192.0.2.9
boot system ftp://jane:S3cret@192.0.2.9/c2800.bin
boot network tftp://192.0.2.9/S3cret
privilege exec password S3cret
vtp password S3cret
vpdn-template S3cret
mpls ldp neighbor 192.0.2.1 password 7 S3cret
aaa attribute list S3cret
line vty 0 4 password S3cret
password encryption aes S3cret
dot1x credentials C password 7 S3cret
eap profile P S3cret
voice register pool S3cret
parser view V S3cret
archive ftp://backup:S3cret@192.0.2.9/$h
kron occurrence K S3cret
 password 7 094F471A1A0A53C3
 password 0 S3cret
 key 7 S3cret
 key 0 S3cret
 key-string 7 S3cret
  key-string S3cret
  cryptographic-algorithm S3cret
 server-private 192.0.2.9 key S3cret
  client 192.0.2.1 server-key S3cret
 client 192.0.2.1 server-key 7 S3cret
 pre-shared-key address 0.0.0.0 0.0.0.0 key S3cret
 pre-shared-key local S3cret
 pre-shared-key remote 6 S3cret
 pre-shared-key hex 0A1B2C3D
 tunnel key 53310
 ip nhrp authentication S3cret
 ip ospf message-digest-key 1 md5 7 S3cret
 ip ospf authentication-key S3cret
 ip rip authentication string S3cret
 isis password S3cret level-1
 area-password S3cret
 domain-password S3cret
 neighbor 192.0.2.1 password 7 S3cret
 area 1 virtual-link 192.0.2.1 message-digest-key 1 md5 S3cret
 area 0 encryption ipsec spi 256 esp 3des 7 S3cret md5 S3cret
 ipv6 ospf encryption ipsec spi 256 esp aes-cbc 128 0 S3cret sha1 0 S3cret
 ipv6 ospf authentication ipsec spi 500 md5 0 S3cret
 standby 1 authentication S3cret
 standby 1 authentication md5 key-string S3cret
 vrrp 1 authentication text S3cret
 glbp 1 authentication md5 key-string 7 S3cret
 authentication text S3cret
 ppp chap password 0 S3cret
 ppp chap hostname S3cret
 ppp pap sent-username branch password 7 S3cret
 ppp eap password S3cret
 dialer remote-name S3cret
 dialer string 53310
 l2tp tunnel password 7 S3cret
 wpa-psk ascii 7 S3cret
 encryption key 1 size 40bit 7 S3cret transmit-key
 broadcast-key S3cret change 600
 ssid S3cret
 dot1x credentials S3cret
 path ftp://backup:S3cret@192.0.2.9/$h
 path http://192.0.2.9/put?token=S3cret
 url http://192.0.2.9/x?user=a&pass=S3cret
 http get http://jane:S3cret@192.0.2.9/
 http-raw-request S3cret
 ftp get ftp://jane:S3cret@192.0.2.9/f
 ip ddns update method S3cret
 add http://jane:S3cret@members.dyndns.org/nic/update?hostname=<h>
 subject-name CN=r1, OU=S3cret
 fingerprint 0A1B2C3D4E5F60718293A4B5C6D7E8F9
 passphrase S3cret
 enrollment url http://jane:S3cret@ca.example
 password 7 S3cret
 authorization username subjectname S3cret
 set session-key inbound esp 256 cipher 0A1B2C3D authenticator 0A1B2C3D
 attribute type password S3cret
 action 1.0 puts "password=S3cret"
 action 1.0 set secret "S3cret"
 action 2.0 cli command "username jane secret S3cret"
 action 2.1 mail server "jane:S3cret@192.0.2.9" to "a@example" subject "S3cret"
 action 2.2 syslog msg "S3cret"
 action 2.3 if $_cli_result eq "S3cret"
 track 1 S3cret
 authorization bearer S3cret
 description the password is S3cret
 remark S3cret opens
 exec-banner S3cret
 option 43 ascii S3cret
 option 150 hex 0A1B2C3D
 pin S3cret
 snmp context S3cret
 commands exec include S3cret
 secret 5 $1$mERr$S3cret/x.
 credentials username jane password 7 S3cret realm R
 authentication username jane password 7 S3cret
 webvpn S3cret
   key-hash ssh-rsa 0A1B2C3D4E5F60718293A4B5C6D7E8F9 jane
  30820201 3082016A A0030201 02020101 300D0609 2A864886 F70D0101
MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJRTES
  S3cret
password: S3cret
password=S3cret
 http-auth Basic S3cret
 header Authorization: Bearer S3cret
 api_key=S3cret
 apikey S3cret
  token: S3cret
  wep S3cret
frobnicate S3cret
 frobnicate door with S3cret
S3cret""".splitlines()
