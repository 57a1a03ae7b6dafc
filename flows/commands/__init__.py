"""What people type: one module a command, each a thin skin that imports what it needs only when it runs."""
