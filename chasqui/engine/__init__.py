"""The engine: typed tasks over pools, with retries, limits, schedules, batches and a failure log.

`engine.BaseEngine` is what other layers use; `chasqui.Engine` adds the types of the plugins.
`parts` puts the parts together. Each room has a docstring that says what may be used from outside
of it:

- `types`: task types and their parameters; `values`: values as JSON and back.
- `policy`: retries, limits, breakers, and which pool and policy a type has.
- `submission`: how a task gets into its pool; `batches`: many tasks as one.
- `schedules`: tasks at the turns of a cron expression.
- `events`: what happens, and the bus that tells observers.
- `failures`: what failed and what is done about it; `filters`: the filter grammar.
- `metrics`: readings, their past, and what they say is wrong.
- `logs`: what the bodies of tasks log, and the engine's own log lines.
- `config`: config files and where an engine's files lie.
"""
