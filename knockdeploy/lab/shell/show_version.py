"""``show version``: what each image prints."""

from __future__ import annotations

from typing import Final

from knockdeploy.ios.view import hostname
from knockdeploy.lab.router import stamps
from knockdeploy.lab.shell.session import Session

_CLASSIC: Final = """\
Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.2(4)M6, RELEASE SOFTWARE (fc2)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2014 by Cisco Systems, Inc.
Compiled Thu 20-Mar-14 01:23 by prod_rel_team

ROM: System Bootstrap, Version 15.0(1r)M16, RELEASE SOFTWARE (fc1)

{name} uptime is {uptime}
System returned to ROM by power-on
System image file is "flash0:c2900-universalk9-mz.SPA.152-4.M6.bin"
Last reload type: Normal Reload
Last reload reason: power-on


Cisco CISCO2911/K9 (revision 1.0) with 479232K/45056K bytes of memory.
Processor board ID {serial}
3 Gigabit Ethernet interfaces
1 terminal line
DRAM configuration is 64 bits wide with parity enabled.
255K bytes of non-volatile configuration memory.
250880K bytes of ATA System CompactFlash 0 (Read/Write)


License Info:

License UDI:

-------------------------------------------------
Device#   PID                   SN
-------------------------------------------------
*0        CISCO2911/K9          {serial}


Technology Package License Information for Module:'c2900'

-----------------------------------------------------------------
Technology    Technology-package           Technology-package
              Current       Type           Next reboot
------------------------------------------------------------------
ipbase        ipbasek9      Permanent      ipbasek9
security      securityk9    Permanent      securityk9
uc            None          None           None
data          None          None           None

Configuration register is 0x2102

"""

# Numbers of ACL entries are printed from 16.9 to 17 on (iosxe-facts §6): the image goes with them.
_XE_17: Final = (
    "Cisco IOS XE Software, Version 17.09.04a\n"
    "Cisco IOS Software [Cupertino], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), "
    "Version 17.9.4a, RELEASE SOFTWARE (fc3)"
)
_XE_16: Final = (
    "Cisco IOS XE Software, Version 16.06.04\n"
    "Cisco IOS Software [Everest], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), "
    "Version 16.6.4, RELEASE SOFTWARE (fc3)"
)
_XE: Final = """\
{image}
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2023 by Cisco Systems, Inc.
Compiled Fri 20-Oct-23 10:44 by mcpre


Cisco IOS-XE software, Copyright (c) 2005-2023 by cisco Systems, Inc.
All rights reserved.  Certain components of Cisco IOS-XE software are
licensed under the GNU General Public License ("GPL") Version 2.0.  The
software code licensed under GPL Version 2.0 is free software that comes
with ABSOLUTELY NO WARRANTY.  You can redistribute and/or modify such
GPL code under the terms of GPL Version 2.0.  For more details, see the
documentation or "License Notice" file accompanying the IOS-XE software,
or the applicable URL provided on the flyer accompanying the IOS-XE
software.


ROM: 16.12(2r)

{name} uptime is {uptime}
Uptime for this control processor is {uptime}
System returned to ROM by power-on
System image file is "bootflash:packages.conf"
Last reload reason: PowerOn



Technology Package License Information:

-----------------------------------------------------------------
Technology    Technology-package           Technology-package
              Current       Type           Next reboot
------------------------------------------------------------------
appxk9           None             None             None
uck9             None             None             None
securityk9       securityk9       Permanent        securityk9
ipbase           ipbasek9         Permanent        ipbasek9

cisco ISR4331/K9 (1RU) processor with 1687137K/3071K bytes of memory.
Processor board ID {serial}
{operating}3 Gigabit Ethernet interfaces
32768K bytes of non-volatile configuration memory.
4194304K bytes of physical memory.
3207167K bytes of flash memory at bootflash:.

Configuration register is 0x2102

"""


def version(session: Session) -> str:
    """``show version`` of a classic ISR, or of one with IOS-XE."""
    number = sum(session.router.name.encode()) % 1000
    return _image(session).format(
        name=hostname(session.router.running),
        uptime=stamps.uptime(session.machine.clock.now() - session.machine.started_s),
        serial=f"FTX1628{number:03}A",
    )


def _image(session: Session) -> str:
    if session.router.edition.platform == "ios":
        return _CLASSIC
    prints_numbers = session.router.behaviour.ace_numbers
    is_controlled = session.router.faults.is_controlled
    mode = "Controller-Managed" if is_controlled else "Autonomous"
    operating = f"Router operating mode: {mode}\n" if prints_numbers else ""
    image = _XE_17 if prints_numbers else _XE_16
    return _XE.replace("{image}", image).replace("{operating}", operating)
