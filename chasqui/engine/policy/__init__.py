"""What is done with the tasks of a type beside running them.

From outside use the records `rules.Policy`, `retry.Retry` and `breaker.Breaker`. `routes` decides
which pool, lane and policy a task has, and `controls` changes limits and holds while an engine
runs; `Engine` has methods for both.
"""
