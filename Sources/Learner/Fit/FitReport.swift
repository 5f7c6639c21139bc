/// What a fit found, of people it had not seen.
public struct FitReport: Codable, Equatable, Sendable {
    /// Of one log: every person's answers predicted with coefficients fitted on the people of the other folds, after
    /// a replay of those people's answers.
    public struct LogFigures: Codable, Equatable, Sendable {
        public var name: String
        public var answers: Int
        public var auc: Double?
        public var logLoss: Double
        public var calibrationError: Double
    }

    public var coefficients: LearnerCoefficients
    public var folds: Int
    public var gateDecay: Float
    public var logs: [LogFigures]
}
