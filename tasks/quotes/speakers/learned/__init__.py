"""What is learned of speakers, apart from the rules: whom a he or she stands for, and how sure a speaker is."""
