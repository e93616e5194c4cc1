"""What an engine measures: readings, their past, and findings.

From outside use `reading.Reading` and `findings.Finding`, which are records, and
`diagnosis.diagnose`. `Engine` has methods for `monitor`. `sampler` looks once a second and keeps
the past in `track`, `rings` and `windows`.
"""
