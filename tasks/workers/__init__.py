"""How batches are worked on: processes, limits, and the terms on which stories are taken."""
