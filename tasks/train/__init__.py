"""Training of the tagger; needs the extra `train` (PyTorch), which nothing else does."""
