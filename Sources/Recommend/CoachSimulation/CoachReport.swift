/// What policies gained for simulated people.
public struct CoachReport: Codable, Equatable, Sendable {
    public struct Figures: Codable, Equatable, Sendable {
        public var policy: SimulatedPolicy
        /// True mastery gained per hundred questions, in percentage points.
        public var gained: MeanWithInterval
        /// The same at the delayed test.
        public var gainedDelayed: MeanWithInterval
        /// The mean true probability of a good answer.
        public var probability: Double
        /// What the coach gained more than this policy, of the same people; nil for the coach itself.
        public var coachAhead: MeanWithInterval?
        public var coachAheadDelayed: MeanWithInterval?
    }

    public struct Population: Codable, Equatable, Sendable {
        public var name: String
        public var peoplePerSeed: Int
        public var seeds: Int
        public var answersPerPerson: Int
        public var figures: [Figures]
        /// After the last question, over the needs of all policies' people: the share whose true expected score lies within
        /// the interval that `Readiness` gives, and the mean distance between the two.
        public var readinessCoverage: Double
        public var readinessDistance: Double
        /// The share of people whose readiness as a whole lies within its interval.
        public var readinessOverallCoverage: Double
    }

    public var coefficients: String
    public var populations: [Population]
    public var latency: CoachLatency?

    public init(coefficients: String, populations: [Population], latency: CoachLatency? = nil) {
        self.coefficients = coefficients
        self.populations = populations
        self.latency = latency
    }
}
