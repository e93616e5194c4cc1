"""What happens in an engine, as records, and the bus that delivers them to observers.

From outside use the classes of `records`, and `bus.Bus.subscribe` as ``engine.bus.subscribe``.
`cancelling` makes the events of cancelled tasks; those of others are made in `engine.observer`.
"""
