/// What the model expects of one answer.
public struct Prediction: Equatable, Sendable {
    /// A probability, 0...1, and an interval of about 90 % for the true one: how sure the model is of the person and the
    /// question, not whether this one answer turns out well.
    public struct Chance: Equatable, Sendable {
        public let probability: Float
        public let lower: Float
        public let upper: Float
    }

    /// The expected score, 0...1, within the floors of guessing and slips; for scores of 0 and 1 the probability of a
    /// good answer.
    public let probability: Float
    /// An interval of about 90 % for the true expectation, as in `Chance`.
    public let lower: Float
    public let upper: Float
    /// That the answer is good: its score reaches the coefficients' `goodScore`.
    public let good: Chance
}
