//! What a reader makes of a text as a whole.

/// How a record or a policy stands with its grammar. The later, the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It conforms to the ABNF.
    Valid,
    /// Outside the ABNF but commonly accepted, or the RFC contradicts itself: some receivers will refuse it.
    Warning,
    /// Grammatical, but nothing in it can be used.
    Unusable,
    /// Not in the grammar: receivers must act as though it were not there.
    Invalid,
}

impl Verdict {
    /// The stable word for programs.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Warning => "warning",
            Self::Unusable => "unusable",
            Self::Invalid => "invalid",
        }
    }

    /// Whether whoever reads it may act on it.
    #[must_use]
    pub const fn works(self) -> bool {
        matches!(self, Self::Valid | Self::Warning)
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict;

    #[test]
    fn the_worst_of_several_is_their_maximum() {
        assert_eq!([Verdict::Unusable, Verdict::Invalid, Verdict::Valid].into_iter().max(), Some(Verdict::Invalid));
        assert!(Verdict::Warning.works() && !Verdict::Unusable.works());
    }
}
