"""What keeps a dataset in order: sweeping, merging, rewriting and upgrading its files."""
