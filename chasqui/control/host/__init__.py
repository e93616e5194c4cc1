"""The host: an engine that other processes may see and steer, over a Unix socket.

`host` puts it together for an engine. `server` is the one thread that serves all clients, with a
`connection` for each; what other threads have for it are `calls`. `admission` says who may connect,
`allowance` how much a client may ask, and `quiet` keeps a crowd from flooding the log.

`handlers` is the table from verbs to what they do: `looking` and `working`, `readings` (shared by
all clients), `feeding` (tasks in, with backpressure), `awaiting` (fates out), `streaming` (events
out). What may take long runs `aside`. `audit` remembers who changed what, and `status` makes the
stable record.
"""
