"""What every step of wiredesk promises: pydantic models with their invariants, and the Parquet tables."""
