"""The engine: typed tasks over pools, with retries, limits, schedules, batches and a failure log.

`engine.BaseEngine` is what other layers use; `chasqui.Engine` adds the types of the plugins.
`parts` puts the parts together. The docstring of each room says what may be used from outside
of it:

- `types`: task types and their parameters; `values`: values as JSON and back.
- `policy`: retries, limits, breakers, and which pool and policy a type has.
- `submission`: how a task gets into its pool; `batches`: many tasks with a common handle.
- `schedules`: tasks at the turns of a cron expression.
- `events`: what happens, and the bus that delivers it to observers.
- `failures`: the log of failed tasks, retry and discard; `filters`: the filter grammar.
- `metrics`: readings, their past, and the diagnosis.
- `logs`: what the bodies of tasks log, and the engine's own log lines.
- `config`: config files and where an engine's files lie.
"""
