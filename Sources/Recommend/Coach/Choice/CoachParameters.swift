/// Everything about choosing that is set rather than known.
public struct CoachParameters: Codable, Equatable, Sendable {
    /// The most that each part can add to a score (or, for redundancy, take from it); each at least 0, and those beside
    /// taste and redundancy together above 0.
    public struct Weights: Codable, Equatable, Sendable {
        /// Expected learning: the target band's share, times what it adds to mastery. A question of one skill reaches half
        /// of it, of four or more all of it.
        public var learning = 0.8
        /// What is missing from the goal in the question's skills.
        public var weakness = 0.10
        /// How nearly the question's skills are forgotten.
        public var due = 0.15
        /// Nearness to post, role, declared interests.
        public var relevance = 0.15
        /// Outcomes of similar people, and what people turn to next.
        public var neighbours = 0.06
        /// Counts in full before the first answer and less with each.
        public var popularity = 0.05
        public var novelty = 0.04
        public var quality = 0.05
        /// Skills and categories that feedback speaks for; as much is taken where it speaks against.
        public var taste = 0.10
        public var redundancy = 0.15

        public init() {}

        /// The greatest score of a question of one skill for which no taste speaks.
        var whole: Double {
            learning / 2 + weakness + due + relevance + neighbours + popularity + novelty + quality
        }

        /// Each with its name.
        var named: [(field: String, value: Double)] {
            [
                ("learning", learning), ("weakness", weakness), ("due", due), ("relevance", relevance),
                ("neighbours", neighbours), ("popularity", popularity), ("novelty", novelty), ("quality", quality),
                ("taste", taste), ("redundancy", redundancy),
            ]
        }
    }

    public var weights = Weights()
    public var band = TargetBand()
    /// The mastery aimed at: above it nothing is missing; 0.5...1.
    public var goal = 0.85
    /// The share of what is learned that counts wherever a skill stands; the rest counts by how much mastery it adds.
    /// 0...1
    public var learningFloor = 0.25
    /// Retention from which a skill is a little due, and at which it is wholly; the first above the second, within 0...1.
    public var dueFrom = 0.9
    public var dueWholly = 0.5
    /// A question is taken in the first place only when it is expected to go well with at least and at most so much.
    public var hopeless = 0.2
    public var trivial = 0.95
    /// Questions of lower health come last; 0...1.
    public var healthMin = 0.3
    /// The share of places drawn by chance; 0...0.5.
    public var explorationShare = 0.05
    /// The best of what is left, from which such a place is drawn; 1...1,000 questions.
    public var explorationPoolMax = 60
    /// Two questions with this cosine or more say the same and never stand in one list; 0.5...1.
    public var nearDuplicateCosine = 0.9
    /// The share of a list of five or more that one category or one skill may have while others are left; 0.2...1.
    public var categoryShareMax = 0.6
    public var skillShareMax = 0.4
    /// Answers after which popularity counts half.
    public var popularityAnswers = 10.0

    public init() {}

    /// - Throws: `CoachInputError` for the first setting outside its range.
    public func check() throws(CoachInputError) {
        for (field, value) in weights.named { try Self.hold("weights.\(field)", value, 0...10) }
        try Self.hold("weights", weights.whole, 0.001...100)
        try Self.hold("band.low", band.low, 0...1)
        try Self.hold("band.high", band.high, band.low...1)
        try Self.hold("band.widthBelow", band.widthBelow, 0.01...10)
        try Self.hold("band.widthAbove", band.widthAbove, 0.01...10)
        try Self.hold("goal", goal, 0.5...1)
        try Self.hold("learningFloor", learningFloor, 0...1)
        try Self.hold("dueFrom", dueFrom, 0.05...1)
        try Self.hold("dueWholly", dueWholly, 0...(dueFrom - 0.01))
        try Self.hold("hopeless", hopeless, 0...1)
        try Self.hold("trivial", trivial, hopeless...1)
        try Self.hold("healthMin", healthMin, 0...1)
        try Self.hold("explorationShare", explorationShare, 0...0.5)
        try Self.hold("explorationPoolMax", Double(explorationPoolMax), 1...1_000)
        try Self.hold("nearDuplicateCosine", nearDuplicateCosine, 0.5...1)
        try Self.hold("categoryShareMax", categoryShareMax, 0.2...1)
        try Self.hold("skillShareMax", skillShareMax, 0.2...1)
        try Self.hold("popularityAnswers", popularityAnswers, 0.1...100_000)
    }

    private static func hold(
        _ field: String, _ value: Double, _ allowed: ClosedRange<Double>
    ) throws(CoachInputError) {
        // A number that is none is in no range.
        guard allowed.contains(value) else { throw .setting(field: field, received: value, allowed: allowed) }
    }
}
