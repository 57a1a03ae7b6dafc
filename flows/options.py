"""What a run may be told besides its sources and its dataset."""

from pydantic import Field

from schemas.reading import Reading


class Options(Reading):
    """How to ingest; each default is right for a scheduled feed."""

    limit: int | None = Field(None, ge=1, description="Stop after this many stories")
    skip: int = Field(0, ge=0, description="Leave out this many stories first")
    workers: int | None = Field(None, ge=1, description="Worker processes; None for one a core")
    batch_size: int = Field(500, ge=1, le=10_000, description="Stories that are committed together")
    story_seconds: float = Field(
        60.0, gt=0, description="Processor time of one step over one story before the story is rejected; five times that in all"
    )
    worker_memory: int = Field(2048, ge=512, description="MiB of data that a worker may hold before the story at hand is rejected")
    near_duplicates: bool = Field(True, description="Look for near duplicates among the stories of the dataset")
    wait: float = Field(0.0, ge=0, description="Seconds to wait for another run on the dataset; 0 gives up at once")

    @property
    def reading(self) -> Reading:
        """How the run reads; what was left unsaid stays unset."""
        return Reading(**self.model_dump(include=set(Reading.model_fields), exclude_unset=True))
