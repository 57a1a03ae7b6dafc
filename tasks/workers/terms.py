"""On which terms a run takes stories: embargoes are kept, rights respected, and what names no provider is given one."""

import re
from datetime import datetime

from pydantic import AwareDatetime, Field

from schemas.base import Schema
from schemas.outcome import Reject, Skip, SkipReason
from schemas.story import UNTIL_FURTHER_NOTICE, RawStory
from tasks.clean import clean
from tasks.split import mentions_embargo, split

WITHOUT_END = (
    "it says that it is embargoed, but until when cannot be read in its fields or notes; once it may be published, "
    "take it with: wiredesk rejects DIR --retry --take-embargoed"
)


def embargo(story: RawStory) -> datetime | None:
    """Until when the story is embargoed; UNTIL_FURTHER_NOTICE where it is and does not say."""
    known = story.embargoed_until not in (None, UNTIL_FURTHER_NOTICE)
    if known or not mentions_embargo(story.text, story.ed_note, story.slugline, story.headline):
        return story.embargoed_until
    return split(clean(story)).embargoed_until


class Terms(Schema):
    """A run's terms on embargoes, rights and providers; the default takes everything as it is."""

    now: AwareDatetime | None = Field(None, description="Refuse what is embargoed beyond this moment; None refuses nothing")
    refuse_rights: str | None = Field(None, description="Refuse what has this pattern in its rights or its note to editors")
    provider: str | None = Field(None, description="Whose stories they are that name no provider")

    def taken(self, story: RawStory) -> RawStory | Skip | Reject:
        """The story as it is taken, or why it is not taken now; a Reject where it is not known when it may be.

        An embargo may stand in the story's fields or be printed in its notes; the fields count first. The latter needs
        the clean and split steps, and what they raise on the story is raised here.
        """
        until = embargo(story) if self.now else None
        place = {"source_uri": story.source_uri, "source_record": story.source_record}
        if until == UNTIL_FURTHER_NOTICE:
            return Reject.of(story, "read", "EmbargoWithoutEnd", WITHOUT_END)
        if self.now and until and until > self.now:
            return Skip(**place, reason=SkipReason.EMBARGOED)
        if self._has_refused_rights(story):
            return Skip(**place, reason=SkipReason.RIGHTS)
        return story.model_copy(update={"provider": self.provider}) if self.provider and not story.provider else story

    def _has_refused_rights(self, story: RawStory) -> bool:
        words = "\n".join(filter(None, (story.rights, story.ed_note)))
        return self.refuse_rights is not None and bool(re.search(self.refuse_rights, words, re.IGNORECASE))
