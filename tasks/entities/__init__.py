"""The people, organizations and places of a story, each mention tied to the chain of the one that it names."""
