"""On which terms a run takes stories: embargoes are kept, rights respected, and what names no provider is given one."""

import re

from pydantic import AwareDatetime, Field

from schemas.base import Schema
from schemas.outcome import Skip
from schemas.story import RawStory
from tasks.clean import clean
from tasks.split import mentions_embargo, split

EMBARGOED, RIGHTS = "embargoed", "rights"
"""Why a story is not taken, as it is counted."""


class Terms(Schema):
    """What a run was told of embargoes, rights and providers; as it stands, everything is taken as it is."""

    now: AwareDatetime | None = Field(None, description="Refuse what is embargoed beyond this moment; None refuses nothing")
    refuse_rights: str | None = Field(None, description="Refuse what has this pattern in its rights or its note to editors")
    provider: str | None = Field(None, description="Whose stories they are that name no provider")

    def taken(self, story: RawStory) -> RawStory | Skip:
        """The story as it is taken, or why it is not taken now.

        An embargo may stand in the story's fields or be printed in its notes; the fields count first. The latter needs
        the clean and split steps, and what they raise on the story is raised here.
        """
        reason = EMBARGOED if self._is_embargoed(story) else RIGHTS if self._has_refused_rights(story) else None
        if reason:
            return Skip(source_uri=story.source_uri, source_record=story.source_record, reason=reason)
        return story.model_copy(update={"provider": self.provider}) if self.provider and not story.provider else story

    def _is_embargoed(self, story: RawStory) -> bool:
        if self.now is None:
            return False
        until = story.embargoed_until
        if until is None and (mentions_embargo(story.text) or mentions_embargo(story.ed_note or "")):
            until = split(clean(story)).embargoed_until
        return until is not None and until > self.now

    def _has_refused_rights(self, story: RawStory) -> bool:
        words = "\n".join(filter(None, (story.rights, story.ed_note)))
        return self.refuse_rights is not None and bool(re.search(self.refuse_rights, words, re.IGNORECASE))
