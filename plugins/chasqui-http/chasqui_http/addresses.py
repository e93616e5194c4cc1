"""Which addresses are talked to.

A name is resolved once, every address it has is judged, and the connection is made to an address
that was judged: a name that answers with another address a moment later changes nothing.
An IPv6 address that carries an IPv4 address is judged by that one too.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any, Final

from chasqui_http.errors import HttpFailed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
# Addresses for one site's own use that not every supported Python calls private.
OWN_USE: Final = (
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # NAT64 of one's own
    ipaddress.IPv6Network("fec0::/10"),  # site-local
    ipaddress.IPv6Network("5f00::/16"),  # segment routing
    ipaddress.IPv4Network("100.64.0.0/10"),  # behind a provider's NAT
    ipaddress.IPv4Network("192.0.0.0/24"),  # protocol assignments
)


def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Return the addresses of a host, in the system's order of preference.

    Raises:
        HttpFailed: it has none, or one that is not public while only such are allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        text = error.strerror or str(error)
        raise HttpFailed("connection", f"{host} has no address: {text}") from error
    except UnicodeError as error:
        raise HttpFailed("url", f"{host!r} cannot be the name of a host") from error
    addresses = list(dict.fromkeys(_text(entry[4]) for entry in found))
    for address in addresses:
        if not allow_private and (kind := not_public(ipaddress.ip_address(address))):
            where = host if host == address else f"{host} at {address}"
            raise HttpFailed(
                "address",
                f"{where} is {kind} and not fetched from; "
                "allow_private = true in [plugin.http] permits it",
            )
    return addresses


def not_public(address: Address) -> str | None:
    """Say what an address is that is not public; None for a public one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return not_public(address.ipv4_mapped)
        if address in NAT64:
            return not_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.sixtofour is not None:  # some Pythons call all of these private
            return not_public(address.sixtofour)
    for kind, holds in (
        ("the unspecified address", address.is_unspecified),
        ("a loopback address", address.is_loopback),
        ("a link-local address", address.is_link_local),
        ("a multicast address", address.is_multicast),
        ("a private address", any(_within(address, network) for network in OWN_USE)),
        ("a reserved address", address.is_reserved),
        ("a private address", not address.is_global),
    ):
        if holds:
            return kind
    return None


def _within(address: Address, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    return address.version == network.version and address in network


def _text(socket_address: tuple[Any, ...]) -> str:
    """Return the address of a socket address, with its scope if it has one."""
    address = str(socket_address[0])
    scope = socket_address[3] if len(socket_address) == 4 else 0
    return f"{address}%{scope}" if scope and "%" not in address else address
