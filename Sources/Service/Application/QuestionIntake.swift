import Catalog
import Embedding
import Foundation
import Logging
import VectorCollections

/// Takes questions in: embeds them before the transaction, stores row, vector and change in one, and waits a little
/// until this instance's index has the change, so that a caller's next search finds what it wrote.
struct QuestionIntake: Sendable {
    /// What a write came to.
    struct Write: Sendable {
        let question: Question
        /// The write's place in the change log of the questions collection.
        let position: Int64
        /// Whether searches on this instance see it already.
        let isIndexed: Bool
    }

    static let indexWaitSeconds = 2.0

    let questions: QuestionStore
    let embedder: any Embedder
    let modelID: Int
    /// nil in tools that serve nothing.
    let follower: Follower?
    let logger: Logger

    func create(_ draft: QuestionDraft) async throws -> Write {
        let (question, position) = try await questions.create(draft, vector: try await vector(of: draft))
        return Write(question: question, position: position, isIndexed: try await waitUntilIndexed(position))
    }

    func update(_ id: UUID, to draft: QuestionDraft) async throws -> Write? {
        guard let (question, position) = try await questions.update(id, to: draft, vector: try await vector(of: draft))
        else { return nil }
        return Write(question: question, position: position, isIndexed: try await waitUntilIndexed(position))
    }

    /// Whether there was such a question.
    func delete(_ id: UUID) async throws -> Bool {
        guard let position = try await questions.delete(id) else { return false }
        _ = try await waitUntilIndexed(position)
        return true
    }

    private func vector(of draft: QuestionDraft) async throws -> StoredVector {
        guard let values = try await embedder.embed([draft.questionText]).first else {
            preconditionFailure("an embedder answers each text")
        }
        return StoredVector(modelID: modelID, values: values, contentHash: draft.embeddedTextHash)
    }

    /// The write is durable already: an index that lags does not make it fail.
    private func waitUntilIndexed(_ position: Int64) async throws -> Bool {
        guard let follower else { return false }
        do {
            try await follower.waitUntilApplied(Position(position), timeoutSeconds: Self.indexWaitSeconds)
            return true
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.notice(
                "a write is stored and not searchable yet", metadata: ["position": "\(position)", "error": "\(error)"])
            return false
        }
    }
}
