"""The client's side of a host's socket: connect, ask, and show a host as a port.

`client.Client` is a connection: several threads may ask over it at once. `link` keeps a connection
and makes another when the host has gone. `remote.RemotePort` is the port that a console uses;
`sections` puts its readings together, and `older` shows a host that speaks another protocol.
`finding` has the hosts of this user by the names of their engines; `strangers` is about hosts of
other users.

Nothing here imports the engine, so that a command which only asks starts at once.
"""
