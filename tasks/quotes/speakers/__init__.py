"""Who said it: from a source's words to somebody or some body of the story."""
