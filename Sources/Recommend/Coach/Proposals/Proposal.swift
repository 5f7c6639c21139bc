/// A question that one source proposes.
public struct Proposal: Equatable, Sendable {
    public var question: Int32
    public var source: CoachSource
    /// How strongly, 0...1, among the proposals of this source.
    public var strength: Double

    public init(question: Int32, source: CoachSource, strength: Double) {
        self.question = question
        self.source = source
        self.strength = CandidateScoring.share(strength)
    }
}

/// What all sources together propose: the questions, by which sources, and what neighbours say of each.
public struct ProposedQuestions: Equatable, Sendable {
    public struct Entry: Equatable, Sendable {
        public var sources: CoachSources = []
        /// For `CoachCandidate.neighbours`: the greatest strength that similar people or sequences gave it.
        public var neighbours = 0.0

        public init() {}
    }

    /// The most questions that are kept; proposals beyond are dropped, the weakest first.
    public static let questionsMax = 5_000

    /// By question.
    public private(set) var entries: [Int32: Entry] = [:]

    /// Takes proposals of any sources together; their order does not matter. O(proposals × log proposals).
    public init(_ proposals: [Proposal]) {
        let ordered = proposals.sorted {
            ($1.strength, $0.question, $0.source.rawValue) < ($0.strength, $1.question, $1.source.rawValue)
        }
        for proposal in ordered {
            guard entries[proposal.question] != nil || entries.count < Self.questionsMax else { continue }
            var entry = entries[proposal.question] ?? Entry()
            entry.sources.insert(CoachSources(proposal.source))
            if proposal.source == .similarUser { entry.neighbours = max(entry.neighbours, proposal.strength) }
            entries[proposal.question] = entry
        }
    }
}
