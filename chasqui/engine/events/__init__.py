"""What happens in an engine, as records, and the bus that tells observers of it.

From outside use the records of `records`, and `bus.Bus.subscribe` as ``engine.bus.subscribe``.
`steps` and `cancelling` make events of what pools and tasks do.
"""
