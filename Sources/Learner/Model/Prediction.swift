/// What the model expects of one answer.
public struct Prediction: Equatable, Sendable {
    /// The expected score, 0...1; for scores of 0 and 1 the probability of a good answer. Within the floors.
    public let probability: Float
    /// An interval of about 90 % for the true probability: how sure the model is of the person and the question, not
    /// whether this one answer turns out well.
    public let lower: Float
    public let upper: Float
}
