"""The dataset's folder on disk: its layout, its lock, and how files are put there."""
