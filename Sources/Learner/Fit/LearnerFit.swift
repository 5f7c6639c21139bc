/// Fits coefficients offline, on train rows alone, by cross-validation over people.
///
/// First the mixer; then, one number after another, the beliefs and rates (each doubled and halved while the log-loss of
/// held-out people falls); then the mixer again with the penalty that predicts held-out people best. A log counts by
/// its weight, however long it is. The same input gives the same output.
public struct LearnerFit {
    /// Folds of people; 2 to 16.
    public var folds = 3
    /// Rounds over all numbers; 0 fits the mixer alone.
    public var rounds = 1
    /// Answers of a log that the mixer's fit keeps, at most; beyond, every n-th.
    public var samplesMax = 400_000

    /// Steps of the mixer's fit, at least; few answers are gone through more often.
    public var stepsMin = 2_000

    public struct NamedLog: Sendable {
        public let name: String
        public let log: AnswerLog
        /// How much the log counts, 0.001...1000, however long it is.
        public let weight: Float

        public init(name: String, log: AnswerLog, weight: Float = 1) {
            self.name = name
            self.log = log
            self.weight = min(max(weight, 0.001), 1_000)
        }
    }

    public init() {}

    /// - Parameter progress: called with a line about each step.
    /// - Throws: `LearnerInputError.number` for no log or a bad count of folds or rounds.
    public func run(
        _ logs: [NamedLog], name: String, start: LearnerCoefficients? = nil, progress: (String) -> Void = { _ in }
    ) throws -> FitReport {
        guard (2...16).contains(folds) else {
            throw LearnerInputError.number(field: "folds", received: folds, allowed: 2...16)
        }
        guard (0...10).contains(rounds) else {
            throw LearnerInputError.number(field: "rounds", received: rounds, allowed: 0...10)
        }
        guard (1...64).contains(logs.count) else {
            throw LearnerInputError.number(field: "logs", received: logs.count, allowed: 1...64)
        }
        var best = start ?? LearnerCoefficients(name: name, fittedOn: "")
        best.name = name
        best.fittedOn = logs.map { "\($0.name) (\($0.log.rows.count { !$0.isTest }) answers)" }.joined(separator: ", ")
        let trains = logs.map { NamedLog(name: $0.name, log: Self.trainRows($0.log), weight: $0.weight) }
        var fit = MixerFit()
        fit.stepsMin = stepsMin
        best = try fitMixer(trains, best, fit)
        if rounds > 0 { best = try searchNumbers(trains, best, progress) }
        fit.gateDecay = try chooseDecay(trains, best, progress)
        let figures = try crossValidate(trains, best, fit, progress)
        best = try fitMixer(trains, best, fit)
        try best.check()
        return FitReport(coefficients: best, folds: folds, gateDecay: fit.gateDecay, logs: figures)
    }

    private static func trainRows(_ log: AnswerLog) -> AnswerLog {
        var train = log
        train.rows.removeAll { $0.isTest }
        return train
    }

    private func collect(
        _ logs: [NamedLog], _ coefficients: LearnerCoefficients
    ) throws -> (samples: [MixerSample], slopes: [Float]) {
        var samples: [MixerSample] = []
        var slopes = SIMD8<Float>(repeating: 0)
        var plain = coefficients
        plain.mixer.slopes = [Float](repeating: 0, count: 8)
        let weights = logs.reduce(0) { $0 + $1.weight }
        for log in logs {
            let found = try MixerSample.collect(log, coefficients: plain, folds: folds, keep: samplesMax)
            slopes += found.slopes * (log.weight / weights)
        }
        plain.mixer.slopes = (0..<8).map { slopes[$0] }
        for log in logs {
            let found = try MixerSample.collect(log, coefficients: plain, folds: folds, keep: samplesMax)
            samples += found.samples
        }
        return (samples, plain.mixer.slopes)
    }

    private func fitMixer(
        _ logs: [NamedLog], _ coefficients: LearnerCoefficients, _ fit: MixerFit
    ) throws -> LearnerCoefficients {
        let found = try collect(logs, coefficients)
        var fitted = coefficients
        fitted.mixer = fit.run(found.samples)
        fitted.mixer.slopes = found.slopes
        return fitted
    }

    private func chooseDecay(
        _ logs: [NamedLog], _ coefficients: LearnerCoefficients, _ progress: (String) -> Void
    ) throws -> Float {
        let samples = try collect(logs, coefficients).samples
        var best: (decay: Float, loss: Double) = (0, .infinity)
        for decay: Float in [1e-4, 1e-3, 1e-2, 1e-1] {
            var fit = MixerFit()
            fit.stepsMin = stepsMin
            fit.gateDecay = decay
            fit.epochs = 1
            var loss = 0.0
            for fold in 0..<folds {
                let mixer = fit.run(samples, heldOut: fold)
                loss += MixerFit.loss(samples, fold: fold, mixer: mixer) / Double(folds)
            }
            progress("gate decay \(decay): log-loss \(loss)")
            if loss < best.loss { best = (decay, loss) }
        }
        return best.decay
    }

    /// Log-loss of people met last, after everyone else, averaged over folds and, by weight, over logs.
    private func heldOutLoss(_ logs: [NamedLog], _ coefficients: LearnerCoefficients, folds used: Int) throws -> Double
    {
        var sum = 0.0
        let weights = logs.reduce(0) { $0 + Double($1.weight) }
        for log in logs {
            for fold in 0..<used {
                let report = try LearnerEvaluation(coefficients: coefficients).run(foldLast(log.log, fold))
                sum += report.logLoss * Double(log.weight)
            }
        }
        return sum / (weights * Double(used))
    }

    /// The log with the people of one fold last, as its test rows.
    private func foldLast(_ log: AnswerLog, _ fold: Int) -> AnswerLog {
        var first: [AnswerLog.Row] = []
        var last: [AnswerLog.Row] = []
        for row in log.rows {
            let held = Fold.of(row.person, folds) == fold
            let marked = AnswerLog.Row(
                person: row.person, question: row.question, skills: row.skills, score: row.score,
                seconds: row.seconds, isTest: held)
            if held { last.append(marked) } else { first.append(marked) }
        }
        var ordered = log
        ordered.rows = first + last
        return ordered
    }

    private func searchNumbers(
        _ logs: [NamedLog], _ start: LearnerCoefficients, _ progress: (String) -> Void
    ) throws -> LearnerCoefficients {
        var best = start
        var loss = try heldOutLoss(logs, best, folds: 1)
        progress("start: log-loss \(loss)")
        for _ in 0..<rounds {
            for (name, path) in FittedNumbers.all {
                for factor: Float in [2, 0.5] {
                    var improved = false
                    for _ in 0..<3 {
                        var candidate = best
                        candidate[keyPath: path] *= factor
                        guard candidate.isUsable else { break }
                        let candidateLoss = try heldOutLoss(logs, candidate, folds: 1)
                        guard candidateLoss < loss - 1e-6 else { break }
                        best = candidate
                        loss = candidateLoss
                        improved = true
                        progress("\(name) \(best[keyPath: path]): log-loss \(loss)")
                    }
                    if improved { break }
                }
            }
        }
        return best
    }

    private func crossValidate(
        _ logs: [NamedLog], _ coefficients: LearnerCoefficients, _ fit: MixerFit, _ progress: (String) -> Void
    ) throws -> [FitReport.LogFigures] {
        var figures = logs.map {
            FitReport.LogFigures(name: $0.name, answers: $0.log.rows.count, auc: 0, logLoss: 0, calibrationError: 0)
        }
        let found = try collect(logs, coefficients)
        for fold in 0..<folds {
            var fitted = coefficients
            fitted.mixer = fit.run(found.samples, heldOut: fold)
            fitted.mixer.slopes = found.slopes
            for (index, log) in logs.enumerated() {
                let report = try LearnerEvaluation(coefficients: fitted).run(foldLast(log.log, fold))
                figures[index].auc = (figures[index].auc ?? 0) + (report.auc ?? 0.5) / Double(folds)
                figures[index].logLoss += report.logLoss / Double(folds)
                figures[index].calibrationError += report.calibrationError / Double(folds)
            }
            progress("fold \(fold) of \(folds) measured")
        }
        return figures
    }
}
