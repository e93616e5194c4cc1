"""The policy of task types: retries, limits, breakers and routes to pools.

From outside use the records `rules.Policy`, `retry.Retry` and `breaker.Breaker`. `routes` decides
which pool, lane and policy a task has, and `controls` changes limits and holds while an engine
runs; `Engine` has methods for both.
"""
