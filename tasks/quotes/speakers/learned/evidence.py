"""What the ranker weighs: the evidence for one candidate, field by field."""

from typing import NamedTuple


class Evidence(NamedTuple):
    """What speaks for or against one candidate; a truth value, or a share between 0 and 1, unless said otherwise."""

    nobody: float = 0
    """Whether this is the candidate that no name of the story stands for."""
    agrees: float = 0
    """The person's titles tell the pronoun's gender; whose titles tell the other one is no candidate."""
    first_name: float = 0
    """Log odds, a quarter of them, that the bearer of the first name has the pronoun's gender; 0 where the name is not listed."""
    settled: float = 0
    """The pronoun stood for this person before (three times or more: 1)."""
    same_sentence: float = 0
    one_back: float = 0
    two_back: float = 0
    three_back: float = 0
    far: float = 0
    """The sentence of the last mention; `later`: the story names the person only behind the pronoun."""
    later: float = 0
    last_named: float = 0
    """Named last, or second to last, of all candidates; `last_fitting`, `second_fitting`: of those of no other gender."""
    second_named: float = 0
    last_fitting: float = 0
    second_fitting: float = 0
    fits: float = 0
    possessor: float = 0
    """Of the last mention: `Lund’s`; behind a preposition; it begins its clause; no person is named before it in its sentence; in
    quotation marks; its bearer speaks or does something; its bearer is spoken to."""
    governed: float = 0
    begins: float = 0
    first: float = 0
    quoted: float = 0
    speaks: float = 0
    acts: float = 0
    addressed: float = 0
    marks_differ: float = 0
    """Of mention and pronoun, one stands in quotation marks."""
    bound: float = 0
    """`Lund sold her boat`: the mention begins the sentence of a possessive pronoun."""
    subject_here: float = 0
    """A subject of the same sentence, or of the one before, whose pronoun begins its own sentence, for `parallel`."""
    subject_back: float = 0
    parallel: float = 0
    mentions_near: float = 0
    spoke_last: float = 0
    spoke_before: float = 0
    says_it: float = 0
    """The pronoun stands in what this person says; `quotes_self`: and in quotation marks, where she would be I."""
    quotes_self: float = 0
    share: float = 0
    """Of the mentions of the candidate named most."""
    first_of_story: float = 0
    named_once: float = 0
    continued: float = 0
    """What the last pronoun of this gender stood for; `continued_near`: in this sentence or the one before."""
    continued_near: float = 0
    since: float = 0
    """Named since the last pronoun of this gender, which stood for somebody else."""
    is_subject: float = 0
    """Of the pronoun: he or she; his, her or hers; in quotation marks; it begins its sentence."""
    is_possessive: float = 0
    is_quoted: float = 0
    begins_sentence: float = 0
    noun_here: float = 0
    """For nobody: a person without a name (`a broker`) in the sentence or the one before; named by a noun after the last fitting name;
    spoke last; how many names fit nearby; none does."""
    noun_back: float = 0
    noun_last: float = 0
    noun_spoke: float = 0
    noun_speaks: float = 0
    """Somebody without a name spoke last, and nobody who fits has been named since."""
    fitting_near: float = 0
    none_fits: float = 0
