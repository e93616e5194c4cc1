"""The engine: named, typed task types, and the policy over pools."""
