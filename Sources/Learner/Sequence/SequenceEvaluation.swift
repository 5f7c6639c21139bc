/// Fits and measures `NextItems` on a log of ratings.
///
/// Settings are chosen by each person's last item but one, with a model that knows neither that nor the last; the
/// figures are of the last items, with a model that knows everything else.
public struct SequenceEvaluation {
    public init() {}

    private struct Task {
        let history: [Int32]
        let target: Int32
    }

    /// - Parameter progress: called with a line about each step.
    /// - Throws: `LearnerInputError.number` where nobody has three items, or for too many items.
    public func run(_ log: RatingLog, progress: (String) -> Void = { _ in }) throws(LearnerInputError) -> SequenceReport
    {
        let known = log.sequences.filter { $0.count > 2 }
        guard !known.isEmpty else {
            throw .number(field: "people with three items", received: 0, allowed: 1...Int(Int32.max))
        }
        let choosing = tasks(log.sequences, leaving: 2)
        let early = log.sequences.map { Array($0.dropLast(2)) }
        let settings = try chooseSettings(early, log.itemCount, choosing, progress)
        let near = try Self.sequenceModel(early, log.itemCount, settings)
        let small = log.itemCount <= LinearSequence.itemsMax
        let chosen = small ? try chooseLinear(early, log.itemCount, choosing, near, progress) : nil

        let tasks = tasks(log.sequences, leaving: 1)
        let late = log.sequences.map { Array($0.dropLast()) }
        let began = ContinuousClock.now
        let sequence = try Self.sequenceModel(late, log.itemCount, settings)
        let learned = ContinuousClock.now - began
        let linear = try chosen.map { chosen throws(LearnerInputError) in
            try LinearSequence(late, itemCount: log.itemCount, settings: chosen.settings)
        }
        let serving = NextItems(sequence: sequence, linear: linear, linearShare: chosen?.share ?? 0)
        var popular = [Float](repeating: 0, count: log.itemCount)
        for item in late.joined() { popular[Int(item)] += 1 }
        let rankingBegan = ContinuousClock.now
        let nearFigures = measure("item-to-item", tasks) { sequence.scores(after: $0) }
        let ranked = ContinuousClock.now - rankingBegan
        var figures = [measure("popularity", tasks) { _ in popular }, nearFigures]
        if let linear { figures.append(measure("regression", tasks) { linear.scores(after: $0) }) }
        figures.append(measure("served", tasks) { serving.scores(after: $0) })
        let steps = max(late.reduce(0) { $0 + max($1.count - 1, 0) }, 1)
        return SequenceReport(
            people: tasks.count, items: log.itemCount, settings: settings, linearSettings: chosen?.settings,
            linearShare: serving.linearShare, figures: figures,
            microsecondsPerStep: Double(learned / .nanoseconds(1)) / 1_000 / Double(steps),
            microsecondsPerRanking: Double(ranked / .nanoseconds(1)) / 1_000 / Double(max(tasks.count, 1)))
    }

    /// The item so many from the end, and what came before it.
    private func tasks(_ sequences: [[Int32]], leaving: Int) -> [Task] {
        sequences.compactMap { sequence in
            guard sequence.count > leaving else { return nil }
            let place = sequence.count - leaving
            return Task(history: Array(sequence[..<place]), target: sequence[place])
        }
    }

    static func sequenceModel(
        _ sequences: [[Int32]], _ itemCount: Int, _ settings: SequenceModel.Settings
    ) throws(LearnerInputError) -> SequenceModel {
        var model = try SequenceModel(itemCount: itemCount, settings: settings)
        for sequence in sequences {
            for place in sequence.indices { model.learn(sequence[place], after: sequence[..<place]) }
        }
        return model
    }

    private func measure(
        _ name: String, _ tasks: [Task], _ scores: ([Int32]) -> [Float]
    ) -> SequenceReport.Figures {
        var sum = RankFigures()
        for task in tasks {
            sum.add(rank: RankFigures.rank(task.target, scores(task.history), history: task.history[...]))
        }
        return sum.figures(name)
    }

    private func chooseSettings(
        _ sequences: [[Int32]], _ itemCount: Int, _ tasks: [Task], _ progress: (String) -> Void
    ) throws(LearnerInputError) -> SequenceModel.Settings {
        var best = SequenceModel.Settings()
        var bestGain = -1.0
        for decay: Float in [0.4, 0.6, 0.8, 0.9] {
            var settings = SequenceModel.Settings()
            settings.lagDecay = decay
            for power: Float in [0, 0.3, 0.6] {
                settings.targetPower = power
                let model = try Self.sequenceModel(sequences, itemCount, settings)
                let figures = measure("", tasks) { model.scores(after: $0) }
                progress("decay \(decay), power \(power): nDCG@20 \(figures.ndcgAt20)")
                if figures.ndcgAt20 > bestGain {
                    bestGain = figures.ndcgAt20
                    best = settings
                }
            }
        }
        return best
    }

    private func chooseLinear(
        _ sequences: [[Int32]], _ itemCount: Int, _ tasks: [Task], _ near: SequenceModel,
        _ progress: (String) -> Void
    ) throws(LearnerInputError) -> (settings: LinearSequence.Settings, share: Float) {
        var best = (settings: LinearSequence.Settings(), share: Float(0))
        var bestGain = -1.0
        func attempt(_ settings: LinearSequence.Settings) throws(LearnerInputError) {
            let linear = try LinearSequence(sequences, itemCount: itemCount, settings: settings)
            for share: Float in [0, 0.25, 0.5, 0.75, 1] {
                let model = NextItems(sequence: near, linear: linear, linearShare: share)
                let figures = measure("", tasks) { model.scores(after: $0) }
                progress(
                    "decay \(settings.lagDecay), target decay \(settings.targetDecay), ridge \(settings.ridge), "
                        + "share \(share): nDCG@20 \(figures.ndcgAt20)")
                if figures.ndcgAt20 > bestGain {
                    bestGain = figures.ndcgAt20
                    best = (settings, share)
                }
            }
        }
        for (lagDecay, targetDecay) in [(0.5, 0.0), (0.7, 0.4), (0.9, 0.7)] {
            var settings = LinearSequence.Settings()
            settings.lagDecay = lagDecay
            settings.targetDecay = targetDecay
            settings.ridge = 100
            try attempt(settings)
        }
        for ridge in [20.0, 500] {
            var settings = best.settings
            settings.ridge = ridge
            try attempt(settings)
        }
        return best
    }
}
