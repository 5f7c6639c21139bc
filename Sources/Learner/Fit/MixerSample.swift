/// One answer as the mixer sees it while it is fitted.
struct MixerSample {
    let features: FeatureVector
    let triesGate: UInt8
    let relationGate: UInt8
    let experienceGate: UInt8
    let score: Float
    let fold: UInt8
    /// The log's weight, shared by its samples.
    let weight: Float

    /// Replays a log's train rows and keeps what the mixer would have read before each answer.
    static func collect(
        _ named: LearnerFit.NamedLog, coefficients: LearnerCoefficients, folds: Int, keep: Int
    ) throws -> (samples: [MixerSample], slopes: SIMD8<Float>) {
        let log = named.log
        var replay = try LearnerReplay(log, coefficients: coefficients)
        let train = log.rows.count { !$0.isTest }
        let stride = max((train + keep - 1) / max(keep, 1), 1)
        let weight = named.weight * 100_000 / Float(max(train / stride, 1))
        var samples: [MixerSample] = []
        samples.reserveCapacity(train / stride + 1)
        var index = 0
        for row in log.rows where !row.isTest {
            if index % stride == 0 {
                let evidence = replay.model.evidence(
                    replay.people[Int(row.person)], question: row.question, skills: row.skills,
                    seconds: row.seconds.isNaN ? nil : row.seconds)
                samples.append(
                    MixerSample(
                        features: evidence.features, triesGate: UInt8(evidence.triesGate),
                        relationGate: UInt8(evidence.relationGate), experienceGate: UInt8(evidence.experienceGate),
                        score: row.score, fold: UInt8(Fold.of(row.person, folds)), weight: weight))
            }
            _ = try replay.take(row)
            index += 1
        }
        var slopes = SIMD8<Float>(repeating: 0)
        var answers: Float = 0
        for skill in replay.model.skills {
            slopes += skill.answers * skill.slopes
            answers += skill.answers
        }
        return (samples, replay.model.sharedSlopes + slopes / max(answers, 1))
    }
}

/// Which people are held out together.
enum Fold {
    static func of(_ person: Int32, _ folds: Int) -> Int {
        Int((UInt64(UInt32(bitPattern: person)) &* 0x9E37_79B9_7F4A_7C15) >> 40) % folds
    }
}
