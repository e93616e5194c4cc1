"""The place of a host's socket, and what keeps it safe.

`place` says where the socket of an engine lies, `folder` makes and checks the folder around it,
and `locking` has the locks beside it. `listening.Listener` puts these together for a host.
`starting` lets one of several consoles start a host, `found` lists the hosts of this user, `peers`
says who is at the other end of a connection, and `brief` accepts a crowd's at less cost.

Nothing here knows an engine or a protocol: the standard library is enough.
"""
