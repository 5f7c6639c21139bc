public import Foundation

/// Everything about the model that is fitted offline and stays while it serves; read from and written to JSON.
///
/// `LearnerFit` makes it. Two sets of coefficients never share states: `name` is stored in every state's bytes.
public struct LearnerCoefficients: Codable, Equatable, Sendable {
    /// The version of this format, and the only one read.
    public static let formatVersion = 1

    public var format = formatVersion
    /// Names this set; at most 64 ASCII letters, digits, dots and dashes.
    public var name: String
    /// What it was fitted on, in words.
    public var fittedOn: String
    public var beliefs = Beliefs()
    public var memory = Memory()
    public var learning = Learning()
    public var mixer = Mixer()

    public init(name: String, fittedOn: String) {
        self.name = name
        self.fittedOn = fittedOn
    }

    /// Priors on the logit scale, and how they widen.
    public struct Beliefs: Codable, Equatable, Sendable {
        /// The logit of an average person's answer to an average question of an average skill.
        public var baseline: Float = 0.5
        public var abilityVariance: Float = 1
        /// Added to the variance of ability for every answer.
        public var abilityDrift: Float = 0.001
        public var skillVariance: Float = 0.4
        /// Added to the variance of a person's skill, times ln(1 + answers to other skills since).
        public var skillDrift: Float = 0.02
        /// Added to the variance of a person's skill, times ln(1 + days since).
        public var skillDriftPerDay: Float = 0.02
        public var easeVariance: Float = 1.5
        public var questionVariance: Float = 0.8
        /// The prior variance of what the order of skills, the order of questions and a band of ability add.
        public var residualVariance: Float = 0.3
        /// Between neighbouring declared levels, labels, and for a declared strength.
        public var levelShift: Float = 0.5
        public var labelShift: Float = 0.6
        public var declaredShift: Float = 0.4
    }

    /// Forgetting: retention is 2^(-days / half-life).
    public struct Memory: Codable, Equatable, Sendable {
        public var firstHalfLifeDays: Float = 3
        /// Doublings of the half-life by a full score when all was forgotten; a fifth of it when nothing was.
        public var growth: Float = 1.5
        /// Halvings of the half-life by a score of 0.
        public var decay: Float = 1
        /// Logits lost when all is forgotten.
        public var loss: Float = 0.8
        /// What a person's clock advances for an answer without a time.
        public var secondsPerAnswer: Double = 60

        var firstHalfLifeLog2: Float { Elementary.log(max(firstHalfLifeDays, 0.01)) * 1.442_695_04 }
    }

    public struct Learning: Codable, Equatable, Sendable {
        /// Scores from here on are good answers; AUC and streaks use it.
        public var goodScore: Float = 0.5
        /// No prediction is below the first or above one less the second.
        public var guessFloor: Float = 0.01
        public var slipFloor: Float = 0.005
        /// AdaGrad's rate of the skills' slopes.
        public var slopeRate: Float = 0.1
        /// The mixer's rate: the first at the start, falling as 1/sqrt(1 + answers / halving), never below the last.
        public var mixerRate: Float = 0.001
        public var mixerRateLast: Float = 0.0002
        public var mixerRateAnswers: Float = 5_000
        /// The rate of the gated weights, as a share of the shared weights' rate.
        public var gateShare: Float = 0.3
        /// Widens the interval of a prediction, in standard deviations a side for 90 %.
        public var intervalDeviations: Float = 1.645
    }

    /// Where the learned combination of the experts starts.
    public struct Mixer: Codable, Equatable, Sendable {
        public var centre = [Float](repeating: 0, count: Features.count)
        public var scale = [Float](repeating: 1, count: Features.count)
        public var shared = [Float](repeating: 0, count: Features.count)
        /// One list of weights for each gate; all are added to the shared ones where the gate is open.
        public var gated = [[Float]](
            repeating: [Float](repeating: 0, count: Features.count), count: Features.gateCount)
        public var slopes = [Float](repeating: 0, count: 8)

        /// Starts as the Gaussian model alone.
        public init() { shared[Features.combined] = 1 }
    }

    /// The set that ships, fitted by `greenroom learner fit`.
    /// - Throws: `CoefficientsError` where the embedded file is damaged, which a test rules out.
    public static func shipped() throws -> LearnerCoefficients {
        try LearnerCoefficients(json: Data(PackageResources.coefficients_json))
    }

    /// - Throws: `CoefficientsError`, naming the field.
    public init(json: Data) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: json)
        } catch {
            throw CoefficientsError(field: "file", received: "\(error)", allowed: "the JSON that fit writes")
        }
        try check()
    }

    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        return try encoder.encode(self)
    }
}
