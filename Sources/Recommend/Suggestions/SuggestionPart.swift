/// A part of how suggestions are made that can be left out, to measure what it gives.
public enum SuggestionPart: String, Sendable, CaseIterable {
    /// The bank's own tags that the post names count as needs.
    case tags
    /// Skills near a needed one fill what is left.
    case near
    /// Questions about a need itself come before those about something near it.
    case direct
    /// A question that names a commoner skill too is taken to be about that.
    case focus
    /// A skill whose questions are no topic of their own counts less.
    case topicality
    /// A question whose inferred skill its neighbours do not carry counts less.
    case company
    /// A need counts by how many questions the bank has on it.
    case supply
    /// A whole field or a trait counts less than tools and methods.
    case breadth
    /// A second question on a need adds less than the first.
    case spread
    /// Likeness to what is chosen costs.
    case redundancy
}
