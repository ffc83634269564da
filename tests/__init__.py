"""Tests mirror the code; `make.py` makes what they need."""
