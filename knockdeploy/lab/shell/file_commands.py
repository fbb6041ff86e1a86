"""Files of a virtual router: saving, copying, replacing, and the questions IOS asks about them."""

from __future__ import annotations

from knockdeploy.ios.policy_file import md5_of
from knockdeploy.lab.shell.session import Session
from knockdeploy.octets import bytes_of

_CONFIRMS = ("\r", "\n", "y", "Y")
_BUSY = "startup-config file open failed (Device or resource busy)\n"
_OTHER_VERSION = """\
Warning: Attempting to overwrite an NVRAM configuration previously written
by a different version of the system image.
Overwrite the previous NVRAM configuration?[confirm]"""
_EXISTS = """\
%Warning:There is a file already existing with this name
Do you want to over write? [confirm]"""
_REPLACE = """\
This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: """


async def confirmed(session: Session, question: str) -> bool:
    """Ask a [confirm] question: one key answers it, typed ahead or not."""
    session.terminal.write(question)
    key = await session.terminal.key()
    session.terminal.write("\n")
    return key in _CONFIRMS


async def _file_name(session: Session, question: str, default: str) -> str:
    typed = await session.terminal.read(f"{question} [{default}]? ")
    return typed.text.strip() or default


async def save(session: Session) -> str:
    """``write memory``: make running the startup configuration, taking the router's time for it."""
    faults = session.router.faults
    if faults.save_asks and not await confirmed(session, _OTHER_VERSION):
        return ""
    session.terminal.write("Building configuration...\n")
    await session.terminal.pause(faults.building_s)
    if faults.save_busy:
        return _BUSY
    if faults.save_fails:
        return "% NVRAM write failed\n[OK]\n"
    session.router.save()
    session.machine.changes.saved = (session.machine.clock.now(), session.line.user)
    return "[OK]\n"


async def copy_to_startup(session: Session) -> str:
    """``copy running-config startup-config``: whatever is typed next is the file's name."""
    name = await _file_name(session, "Destination filename", "startup-config")
    if name == "startup-config":
        return await save(session)
    # IOS writes nvram:NAME without complaint: the configuration looks saved and is not.
    session.router.flash.write(f"nvram:{name}", session.router.running_text())
    return "Building configuration...\n[OK]\n"


async def copy(session: Session, source: str, destination: str) -> str:
    """``copy SOURCE flash:NAME``, from running-config, startup-config or another file."""
    text = _content(session, source)
    if text is None:
        return f"%Error opening {source} (No such file or directory)\n"
    flash = session.router.flash
    if not flash.has(destination):
        return f"%Error opening {destination} (Invalid argument)\n"
    wished = flash.name_of(destination)
    name = await _file_name(session, "Destination filename", wished or source)
    if name in flash and not await confirmed(session, _EXISTS):
        return "%Error copying: aborted\n"  # wording unknown
    session.terminal.write("\n")
    await session.terminal.pause(session.router.faults.building_s)
    if why := flash.write(name, text):
        return f"%Error opening {flash.name}{name} ({why})\n"
    n_bytes = len(text)
    return f"{n_bytes} bytes copied in 0.652 secs ({int(n_bytes / 0.652)} bytes/sec)\n"


def _content(session: Session, file: str) -> str | None:
    if file == "running-config":
        return session.router.running_text()
    if file in {"startup-config", "nvram:startup-config"}:
        return session.router.startup
    return session.router.flash.get(session.router.flash.name_of(file))


async def replace(session: Session, file: str) -> str:
    """``configure replace FILE``, which wants a Y."""
    typed = await session.terminal.read(_REPLACE)
    if typed.text.strip().lower() not in {"y", "yes"}:
        return ""
    return replace_unasked(session, file)


def replace_unasked(session: Session, file: str) -> str:
    """``configure replace FILE force``."""
    answer = session.router.replace_by(file)
    session.machine.settle()
    return answer


async def delete(session: Session, file: str) -> str:
    """``delete flash:NAME``: asks for the name, then for a confirmation."""
    flash = session.router.flash
    name = await _file_name(session, "Delete filename", flash.name_of(file))
    place = flash.name
    if not await confirmed(session, f"Delete {place}/{name}? [confirm]"):
        return f"Delete of {place.rstrip(':')} aborted!\n"
    return delete_unasked(session, name)


def delete_unasked(session: Session, file: str) -> str:
    """``delete /force flash:NAME``."""
    flash = session.router.flash
    name = flash.name_of(file)
    if session.router.faults.flash_read_only:
        return f"%Error deleting {flash.name}/{name} (Read-only file system)\n"
    if flash.pop(name, None) is None:
        return f"%Error deleting {flash.name}/{name} (No such file or directory)\n"
    return ""


def more(session: Session, file: str) -> str:
    """``more FILE``."""
    text = _content(session, file)
    return text if text is not None else f"%Error opening {file} (No such file or directory)\n"


def verified(session: Session, file: str) -> str:
    """``verify /md5 FILE``."""
    text = _content(session, file)
    if text is None:
        return f"%Error verifying {file} (No such file or directory)\n"
    return f".MD5 of {file} Done!\nverify /md5 ({file}) = {md5_of(bytes_of(text))}\n\n"


def file_systems(session: Session) -> str:
    """``show file systems``."""
    faults, flash = session.router.faults, session.router.flash
    flags = "ro" if faults.flash_read_only else "rw"
    return (
        "File Systems:\n\n"
        "       Size(b)       Free(b)      Type  Flags  Prefixes\n"
        f"*{faults.flash_bytes:>13} {flash.n_free:>13}      disk     {flags}   "
        f"{flash.disk} flash:#\n"
        "        262136        250000     nvram     rw   nvram:\n\n"
    )


def directory(session: Session, place: str = "flash:") -> str:
    """``dir [PLACE]`` and ``show flash:``."""
    flash = session.router.flash
    if place.rstrip("/") not in flash.prefixes:
        return f"%Error opening {place} (No such device)\n"
    files = sorted(flash.items())
    listed = "".join(
        f"{index:>5}  -rw- {len(text):>11}   Mar 1 2002 00:26:40 +00:00  {name}\n"
        for index, (name, text) in enumerate(files, start=1)
    )
    total = session.router.faults.flash_bytes
    return (
        f"Directory of {flash.disk}/\n\n{listed or 'No files in directory'}\n"
        f"{total} bytes total ({flash.n_free} bytes free)\n"
    )
