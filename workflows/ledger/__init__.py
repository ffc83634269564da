"""The ledger 台账: what is known of zones and their enterprises, and the workbooks it comes from and goes to."""
