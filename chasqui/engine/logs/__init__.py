"""Logs: the lines that bodies of tasks log and print, and the engine's own line for each event.

From outside use `task_log` (`LogCapture`, `LogPage`, `LogLine`). `capture` hears what the process
logs and prints, `routing` puts that in place while an engine runs, and `logbook` writes events to
the standard log.
"""
