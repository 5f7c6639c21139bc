/// The numbers that the search doubles and halves. What no log can tell (declared levels, labels) is not among them.
enum FittedNumbers {
    static var all: [(name: String, path: WritableKeyPath<LearnerCoefficients, Float>)] {
        [
            ("ability variance", \.beliefs.abilityVariance), ("ability drift", \.beliefs.abilityDrift),
            ("skill variance", \.beliefs.skillVariance), ("skill drift", \.beliefs.skillDrift),
            ("skill drift a day", \.beliefs.skillDriftPerDay), ("ease variance", \.beliefs.easeVariance),
            ("question variance", \.beliefs.questionVariance), ("residual variance", \.beliefs.residualVariance),
            ("first half-life", \.memory.firstHalfLifeDays), ("memory growth", \.memory.growth),
            ("memory loss", \.memory.loss), ("slope rate", \.learning.slopeRate),
            ("mixer rate", \.learning.mixerRate), ("last mixer rate", \.learning.mixerRateLast),
            ("gate share", \.learning.gateShare),
        ]
    }
}
