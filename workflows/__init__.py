"""Jianhui's workflows: what may be done, who may do it, and what is remembered. Knows nothing of the web."""
