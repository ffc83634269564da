"""Tables that offices keep in workbooks: opened safely, read cell by cell with reasons, and written without formulas."""
