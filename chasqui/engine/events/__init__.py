"""What happens in an engine, as records, and the bus that delivers them to observers.

From outside use the classes of `records`, and `bus.Bus.subscribe` as ``engine.bus.subscribe``.
`steps` and `cancelling` make events of what pools and tasks do.
"""
