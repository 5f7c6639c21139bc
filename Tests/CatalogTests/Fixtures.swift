import Catalog
import Foundation
import Storage

/// Ready-made parts for tests of the catalog.
enum Fixtures {
    static func draft(
        _ text: String, category: String = "technical", difficulty: String = "medium", skills: [String] = ["SQL"],
        roles: [String] = ["data_engineer"], metadata: String = "{}"
    ) throws -> QuestionDraft {
        try QuestionDraft(
            questionText: text, category: category, difficulty: difficulty, compatibleRoles: roles,
            requiredSkills: skills, metadata: JSONText(metadata))
    }

    /// Registers a model of three dimensions and makes it the one that a collection is served in.
    @discardableResult
    static func model(
        _ database: Database, name: String = "test", for collection: CollectionName = .questions
    ) async throws -> Int {
        let registry = ModelRegistry(database: database)
        let id = try await registry.register(name: name, revision: "1", dimension: 3)
        try await registry.serve(id, in: collection)
        return id
    }

    /// A person's id.
    static func user(_ database: Database, _ email: String) async throws -> UUID {
        let rows = try await database.query(
            "INSERT INTO users (email, name, password_hash) VALUES (\(email), 'Somebody', 'x') RETURNING id")
        return try rows[0].decode("id", as: UUID.self)
    }

    static func vector(_ draft: QuestionDraft, model: Int) -> StoredVector {
        StoredVector(modelID: model, values: [0.6, 0.8, 0], contentHash: draft.embeddedTextHash)
    }
}
