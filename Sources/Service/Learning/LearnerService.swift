import Catalog
import Foundation
import Learner
import Logging
import Metrics
import Recommend
import ServiceLifecycle
import Storage
import Synchronization

/// What the service knows of people's skill: learns from every scored answer and predicts the next.
///
/// PostgreSQL has the truth. A person's state changes in the transaction of the answer. What all people's answers tell
/// together (`LearnerModel`) is the sum of the steps in `learner_log`, which have one order for all instances: each takes
/// the steps one by one, before it makes the next, so their models are the same at the same place of the log, bit for bit.
/// A start reads the last checkpoint and the steps behind it.
final class LearnerService: Service, Sendable {
    struct State: Sendable {
        var model: LearnerModel
        /// The last step of the log that the model took.
        var position: Int64
        /// Of the newest checkpoint, own or another instance's.
        var checkpoint: Int64
    }

    static let pageStepsMax = 1_000
    static let checkpointEverySteps: Int64 = 5_000
    static let checkpointsKept = 2
    static let pauseSeconds = 1.0
    /// Between two looks for new and changed questions.
    static let bankSeconds = 30.0

    let database: Database
    let coefficients: LearnerCoefficients
    let numbers: LearnerNumbers
    let logger: Logger
    let state: Mutex<State>

    init(database: Database, vocabulary: SkillsVocabulary, coefficients: LearnerCoefficients, logger: Logger) throws {
        self.database = database
        self.coefficients = coefficients
        self.logger = logger
        numbers = LearnerNumbers(vocabulary: vocabulary)
        state = Mutex(State(model: try LearnerModel(coefficients: coefficients), position: 0, checkpoint: 0))
    }

    /// What the answers' store calls within its transactions.
    var learning: AnswerLearning {
        AnswerLearning(
            learn: { [self] answer, transaction in try await learn(answer, in: transaction) },
            review: { [self] person, transaction in try await review(person, in: transaction) })
    }

    var position: Int64 { state.withLock { $0.position } }

    // MARK: Starting and following

    /// Takes the model from the last checkpoint and the log; from all answers where they were made with other
    /// coefficients or are not there. Numbers the bank.
    func start() async throws {
        do {
            try await restore()
        } catch let error as LearnerLogGap {
            logger.notice("the learner is made anew from all answers", metadata: ["reason": "\(error)"])
            try await rebuild()
        }
        try await numberBank()
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown { [self] in
            do {
                var bankAt = ContinuousClock.now
                while true {
                    try await Task.sleep(for: .seconds(Self.pauseSeconds))
                    do {
                        try await follow()
                        try await checkpoint()
                        if ContinuousClock.now >= bankAt {
                            bankAt = ContinuousClock.now.advanced(by: .seconds(Self.bankSeconds))
                            try await numberBank()
                        }
                    } catch  where !(error is CancellationError) && !Task.isCancelled {
                        logger.warning("the learner does not follow its log now", metadata: ["error": "\(error)"])
                    }
                }
            } catch is CancellationError {
                // The service stops: every step is in the database.
            }
        }
    }

    /// Takes the steps of the log that this instance has not seen.
    func follow() async throws {
        let head = try await LearnerRecords.head(in: database)
        try await follow(to: head.sequence) { try await database.query($0) }
        Gauge(label: "learner_log_position").record(position)
    }

    /// The same in a transaction that has locked the log's head, which therefore stays where it is.
    func follow(to head: Int64, in transaction: Transaction) async throws {
        try await follow(to: head) { try await transaction.query($0) }
    }

    /// Where steps are gone, a checkpoint stands for them.
    private func follow(to head: Int64, _ query: (Statement) async throws -> Rows) async throws {
        while position < head {
            let before = position
            let isTaken = try take(try await query(LearnerRecords.steps(after: before, limit: Self.pageStepsMax)))
            if isTaken { continue }
            let rows = try await query(LearnerCheckpoint.newest(coefficients.name))
            guard let stored = try rows.first.map(LearnerCheckpoint.init(row:)), stored.sequence > before else {
                throw LearnerLogGap.missing(after: before)
            }
            let model = try LearnerModel(bytes: stored.model, coefficients: coefficients)
            state.withLock { state in
                if stored.sequence <= state.position { return }
                state = State(model: model, position: stored.sequence, checkpoint: stored.sequence)
            }
        }
    }

    /// - Returns: false where the next step is not among the rows.
    private func take(_ rows: Rows) throws -> Bool {
        for row in rows {
            let record = try LearnerRecords.step(row)
            guard record.coefficients == coefficients.name else {
                throw LearnerLogGap.coefficients(record.coefficients)
            }
            let step = try LearnerStep(record, coefficients: coefficients)
            let isNext = try state.withLock { state in
                // Another task took it meanwhile.
                if record.sequence <= state.position { return true }
                guard record.sequence == state.position + 1 else { return false }
                try state.model.take(step)
                state.position = record.sequence
                return true
            }
            if !isNext { return false }
        }
        return !rows.isEmpty
    }

    private func restore() async throws {
        if let stored = try await database.query(LearnerCheckpoint.newest(coefficients.name)).first
            .map(LearnerCheckpoint.init(row:))
        {
            do {
                let model = try LearnerModel(bytes: stored.model, coefficients: coefficients)
                state.withLock { $0 = State(model: model, position: stored.sequence, checkpoint: stored.sequence) }
            } catch let error as LearnerStateError {
                logger.warning("a checkpoint of the learner cannot be used", metadata: ["error": "\(error)"])
            }
        }
        try await follow()
    }

    /// Keeps the model, so that the next start is quick and old steps can go.
    func checkpoint(evenIfFew: Bool = false) async throws {
        let due = state.withLock { state -> (LearnerModel, Int64)? in
            let steps = state.position - state.checkpoint
            return steps >= Self.checkpointEverySteps || evenIfFew && steps > 0 ? (state.model, state.position) : nil
        }
        guard let (model, position) = due else { return }
        try await LearnerCheckpoint(sequence: position, coefficients: coefficients.name, model: model.bytes())
            .store(in: database, keeping: Self.checkpointsKept)
        state.withLock { $0.checkpoint = max($0.checkpoint, position) }
    }
}

/// Why the log cannot be followed from where this instance is.
enum LearnerLogGap: Error, Equatable, CustomStringConvertible {
    case missing(after: Int64)
    case coefficients(String)

    var description: String {
        switch self {
        case .missing(let position): "the steps after \(position) are not in the learner's log"
        case .coefficients(let name): "the learner's log was made with the coefficients '\(name)'"
        }
    }
}

extension LearnerStep {
    /// - Throws: `LearnerStateError`, `LearnerInputError`.
    init(_ record: LearnerRecords.Step, coefficients: LearnerCoefficients) throws {
        self.init(
            question: record.question, label: record.difficulty.map(DifficultyLabel.init),
            skills: try SkillTags(record.skills), score: record.score, seconds: record.seconds,
            person: try PersonState(bytes: record.person, coefficients: coefficients))
    }
}

extension DifficultyLabel {
    init(_ difficulty: Difficulty) {
        self =
            switch difficulty {
            case .easy: .easy
            case .medium: .medium
            case .hard: .hard
            }
    }
}
