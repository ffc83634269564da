"""The union tree, the authorities of a zone, and who holds which post."""
