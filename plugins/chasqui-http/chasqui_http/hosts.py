"""Which hosts can be asked at all, judged by how they are written.

A name has labels of letters, digits, - and _, none empty or longer than DNS allows. A name in
other letters is turned into the form that DNS knows. What is written as four numbers or in brackets
must be an address. Whatever else a system takes for an address, like ``127.1`` or ``0x7f.1``, is a
name here; it is judged by the address that the system makes of it (see `chasqui_http.addresses`).
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

import idna

from chasqui_http.errors import HttpFailed

NAME: Final = 253  # characters of a name, as DNS has it
LABEL: Final = 63  # characters between two dots
SHOWN: Final = 80  # characters of a host in a sentence


def checked_host(host: str) -> str:
    """Return a host as it is looked up; an IPv6 address comes in brackets, as it is given.

    Raises:
        HttpFailed: no host is called that.
    """
    if host.startswith("["):
        return _ipv6(host)
    if re.fullmatch(r"\d+(\.\d+){3}", host, re.ASCII):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise _refused(
                host, "an IPv4 address has four numbers up to 255, without zeros before them"
            ) from None
    if len(host) > NAME + 1:
        raise _refused(host, f"it has more than {NAME} characters")
    return _name(host, host if host.isascii() else _in_ascii(host))


def _name(host: str, name: str) -> str:
    name = name.lower()
    if len(name.removesuffix(".")) > NAME:
        raise _refused(host, f"it has more than {NAME} characters")
    for label in name.removesuffix(".").split("."):
        if not label:
            raise _refused(host, "there is nothing between two dots, or before the first")
        if len(label) > LABEL:
            raise _refused(host, f"a part of it has more than {LABEL} characters")
        if found := re.search(r"[^a-z0-9_-]", label):
            raise _refused(
                host, f"it holds {found[0]!r}; only letters, digits, - and _ are allowed"
            )
        if label.startswith("xn--") and not _is_punycode(label[4:]):
            raise _refused(host, f"{label!r} is no name in Punycode")
    return name


def _in_ascii(host: str) -> str:
    try:
        return idna.encode(host.lower()).decode("ascii")
    except UnicodeError as error:  # IDNAError is one
        raise _refused(host, str(error)) from None


def _is_punycode(text: str) -> bool:
    """Tell whether it stands for a name in other letters; which letters may be used, DNS says."""
    try:
        return not text.encode("ascii").decode("punycode").isascii()
    except (UnicodeError, ValueError, OverflowError):
        return False


def _ipv6(host: str) -> str:
    """Return an address in brackets, with its zone behind a bare %, as systems have it."""
    address, percent, zone = host[1:-1].partition("%")
    zone = zone.removeprefix("25") if len(zone) > 2 else zone
    try:
        if "%" in address or (percent and not re.fullmatch(r"[A-Za-z0-9._~-]{1,32}", zone)):
            raise ValueError("a zone is the name of an interface")
        return f"[{ipaddress.IPv6Address(address)}{percent}{zone}]"
    except ValueError:
        raise _refused(host, "there is no IPv6 address in the brackets") from None


def _refused(host: str, why: str) -> HttpFailed:
    said = host if len(host) <= SHOWN else f"{host[:SHOWN]}…"
    return HttpFailed("url", f"{said!r} cannot be the name of a host: {why}")
