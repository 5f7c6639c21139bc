import Catalog
import Foundation
import Recommend
import Storage

/// Takes many questions in, or new texts of stored ones, each by itself: those that cannot be stored are reported, and the others
/// stay.
struct BulkWrite: Sendable {
    static let rowsMax = 500

    struct Row: Sendable {
        enum Outcome: Sendable {
            case created(UUID, isIndexed: Bool, twins: [UUID])
            case updated(UUID, isIndexed: Bool)
            /// An update of a question that is not there.
            case missing(UUID)
            case duplicate
            case failed([FieldIssue])
        }

        /// Counted from 1.
        let number: Int
        let outcome: Outcome
    }

    let questions: QuestionStore
    let intake: ItemIntake
    let twins: PerGeneration<TwinSearch>
    let inference: SkillInference

    /// Stores questions that are new.
    /// - Throws: what concerns no single row, such as a database that cannot be reached; rows before it stay.
    func create(_ rows: [JSONValue]) async throws -> [Row] { try await run(rows, create) }

    /// Replaces stored questions; each row has the `id` of one beside its fields.
    /// - Throws: as `create` does.
    func update(_ rows: [JSONValue]) async throws -> [Row] { try await run(rows, update) }

    private func run(
        _ rows: [JSONValue], _ store: ([String: JSONValue], String) async throws -> Row.Outcome
    ) async throws -> [Row] {
        var done: [Row] = []
        for (place, row) in rows.enumerated() {
            done.append(Row(number: place + 1, outcome: try await outcome(of: row, place + 1, store)))
        }
        return done
    }

    private func outcome(
        of row: JSONValue, _ number: Int, _ store: ([String: JSONValue], String) async throws -> Row.Outcome
    ) async throws -> Row.Outcome {
        guard case .object(let fields) = row else {
            return .failed([FieldIssue(type: "type_error", field: [], message: "Input should be an object")])
        }
        do {
            return try await store(fields, String(number))
        } catch let error as ValidationError {
            return .failed(error.issues)
        } catch CatalogError.duplicateQuestion {
            return .duplicate
        }
    }

    private func create(_ fields: [String: JSONValue], _ place: String) async throws -> Row.Outcome {
        let draft = try draft(fields, place)
        let near = try await twins.current.run(draft.questionText).map(\.twin.id)
        let write = try await intake.write(text: draft.questionText, hash: draft.embeddedTextHash) { vector in
            try await questions.create(draft, vector: vector)
        }
        guard let write else { preconditionFailure("a new question is stored or refused by an error") }
        return .created(write.item.id, isIndexed: write.isIndexed, twins: near)
    }

    private func update(_ fields: [String: JSONValue], _ place: String) async throws -> Row.Outcome {
        guard case .string(let text) = fields["id"], let id = UUID(uuidString: text) else {
            throw ValidationError(
                [FieldIssue(type: "uuid_parsing", field: "id", message: "Input should be the UUID of a question")])
        }
        let draft = try draft(fields, place)
        let write = try await intake.write(text: draft.questionText, hash: draft.embeddedTextHash) { vector in
            try await questions.update(id, to: draft, vector: vector)
        }
        return write.map { .updated(id, isIndexed: $0.isIndexed) } ?? .missing(id)
    }

    private func draft(_ fields: [String: JSONValue], _ place: String) throws -> QuestionDraft {
        try inference.completing(try QuestionRecord(place: place, fields: fields).draft())
    }
}
