"""Tasks that start at the turns of a cron expression.

From outside use `tables.ScheduleConfig` (the config's ``[[schedule]]``), `plan.ScheduleState` and
`cron.Cron`. `Engine` has methods for `scheduler`, whose thread takes the turns.
"""
