"""The process engine: procedure folders in, running instances out. The only package that imports SpiffWorkflow."""
