"""The wire: what both sides of a host's socket agree on.

`frames` cuts a stream of bytes into frames and says how large and how deep they may be. `messages`
has the envelopes of requests and replies, and the kinds of errors. `verbs` is the closed list of
verbs with the role that each needs; their arguments and answers are in `permanent`, `looking` and
`working`. `parts` splits long answers and joins them. `status` is the record of `status --json`,
which is stable.

Nothing here knows an engine, so that what only attaches stays small.
"""
