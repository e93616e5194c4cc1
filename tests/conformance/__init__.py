"""Suites that others wrote, run over Chasqui's own implementations of the same interfaces."""
