"""What an action costs, beside the floor. `python -m tests.bench`, or `make bench`.

Everything is measured in one run and in turns (over HTTP, at the level of `workflows`, the floor), so that whatever
else the machine does disturbs all of them alike; the ratios mean more than the milliseconds. Nothing here passes or
fails by the clock.
"""
