"""The commands of `jianhui`, one module a family."""
