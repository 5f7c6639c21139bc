import Catalog
import Foundation
import Learner
import Logging
import Metrics
import Recommend
import ServiceLifecycle
import Synchronization

/// Which questions do their work, by what answers and reactions show. Looked at anew each minute, so that requests ask it
/// without waiting.
final class BankHealth: Service, Sendable {
    /// A question that something is wrong with.
    struct Finding: Sendable {
        let question: SessionCandidates.Candidate
        let health: QuestionHealth
        let answers: Int
        let reactions: ReactionStore.Counts
    }

    struct Report: Sendable {
        /// Questions that were looked at.
        let checked: Int
        /// Active ones with a flag, those that weigh least first.
        let findings: [Finding]
    }

    static let findingsMax = SessionCandidates.countMax
    private static let pauseSeconds = 60.0

    private let reactions: ReactionStore
    private let candidates: SessionCandidates
    private let learner: LearnerService
    private let logger: Logger
    /// Of questions that weigh less than a sound one.
    private let weights = Mutex<[UUID: Double]>([:])

    init(reactions: ReactionStore, candidates: SessionCandidates, learner: LearnerService, logger: Logger) {
        self.reactions = reactions
        self.candidates = candidates
        self.learner = learner
        self.logger = logger
    }

    /// What a question's value is multiplied by, 0...1; 1 for one of which nothing bad is known.
    func weight(of question: UUID) -> Double { weights.withLock { $0[question] ?? 1 } }

    func run() async throws {
        try await cancelWhenGracefulShutdown { [self] in
            do {
                while true {
                    do {
                        try await refresh()
                    } catch  where !(error is CancellationError) && !Task.isCancelled {
                        logger.warning("questions' health is not known now", metadata: ["error": "\(error)"])
                    }
                    try await Task.sleep(for: .seconds(Self.pauseSeconds))
                }
            } catch is CancellationError {
                // The service stops.
            }
        }
    }

    /// Looks at every question.
    func refresh() async throws {
        let all = try await all()
        let light = all.filter { $0.value.health.weight < 1 }.mapValues(\.health.weight)
        weights.withLock { $0 = light }
        Gauge(label: "questions_unhealthy").record(light.count)
    }

    /// Looks at every question and tells of those that something is wrong with, at most `findingsMax`.
    func report() async throws -> Report {
        let all = try await all()
        let flagged = all.filter { !$0.value.health.flags.isEmpty }
            .sorted {
                ($0.value.health.weight, $0.key) < ($1.value.health.weight, $1.key)
            }
            .prefix(Self.findingsMax)
        let found = try await candidates.find(flagged.map(\.key))
        let questions = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        let findings = flagged.compactMap { id, entry in
            questions[id].map {
                Finding(question: $0, health: entry.health, answers: entry.answers, reactions: entry.reactions)
            }
        }
        return Report(checked: all.count, findings: findings)
    }

    private func all() async throws -> [UUID: (health: QuestionHealth, answers: Int, reactions: ReactionStore.Counts)] {
        let counts = try await reactions.all()
        let bank = learner.numbers.allQuestions
        let model = try learner.model(knowing: bank.values)
        var all: [UUID: (health: QuestionHealth, answers: Int, reactions: ReactionStore.Counts)] = [:]
        for (id, known) in bank {
            let reactions = counts[id] ?? ReactionStore.Counts()
            let state = model[known.number]
            let health = QuestionHealth(
                state, label: known.label,
                reactions: .init(shown: reactions.shown, skipped: reactions.skipped, reported: reactions.reported),
                coefficients: learner.coefficients)
            all[id] = (health, Int(state.answers.rounded()), reactions)
        }
        return all
    }
}
