"""Logs: the lines that task bodies log and print, and the engine's own line for each event.

From outside use `task_log` (`LogCapture`, `LogPage`, `LogLine`). `capture` intercepts what the
process logs and prints, `routing` installs that while an engine runs, and `logbook` writes events
to the standard log.
"""
