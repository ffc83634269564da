"""The law as pure functions: values in, an explained finding out. No database, no clock."""
