"""The Python side of procedures: what their diagrams call by name.

One module or more for each procedure that changes something. The catalogue imports every module of this package, which
registers its functions; nothing else has to be edited to add one.
"""
