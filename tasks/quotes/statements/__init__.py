"""What was said: from the tagger's attributions to whole statements."""
