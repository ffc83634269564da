"""The worked examples of the rules, one test for each, named by its number."""
