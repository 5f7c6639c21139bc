import Foundation
public import Storage

/// Stores many questions in few statements: new ones are added, changed ones replaced, equal ones left alone.
public struct QuestionImport: Sendable {
    /// How many questions one transaction takes.
    public static let batchCountMax = 500

    public struct Counts: Sendable, Equatable {
        public var inserted = 0
        public var updated = 0
        public var unchanged = 0

        public init() {}
    }

    private let database: Database
    private let vectors = VectorTable(collection: .questions)

    public init(database: Database) { self.database = database }

    /// The texts of all questions that are stored, in no order.
    public func texts() async throws -> [String] {
        try await database.query("SELECT question_text FROM questions")
            .map { try $0.decode("question_text", as: String.self) }
    }

    /// Those of `drafts` that are not stored yet or are stored otherwise; only these need a vector.
    /// Of drafts that are the same question, the last one counts.
    public func changed(_ drafts: [QuestionDraft], source: Question.Source) async throws -> [QuestionDraft] {
        var byHash: [[UInt8]: Int] = [:]
        for (index, draft) in drafts.enumerated() { byHash[draft.contentHash] = index }
        let rows = try await database.query(
            "SELECT \(Question.columns) FROM questions WHERE content_hash = ANY(\(Array(byHash.keys)))")
        for row in rows {
            let stored = try Question(row: row)
            let hash = stored.draft.contentHash
            guard let index = byHash[hash], stored.source == source else { continue }
            if sameContent(stored.draft, drafts[index]) { byHash[hash] = nil }
        }
        return byHash.values.sorted().map { drafts[$0] }
    }

    /// Stores drafts that `changed` returned, with their vectors in the same order, in one transaction.
    /// - Returns: how many were new and how many replaced another, and the position of the last change.
    public func store(
        _ drafts: [QuestionDraft], vectors stored: [StoredVector], source: Question.Source
    ) async throws -> (counts: Counts, position: Int64)? {
        precondition(drafts.count == stored.count && drafts.count <= Self.batchCountMax)
        guard !drafts.isEmpty else { return nil }
        let records = try drafts.map(Record.init)
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let json = JSONText(String(decoding: try encoder.encode(records), as: UTF8.self))
        let vectorByHash = Dictionary(zip(records.map(\.contentHash), stored)) { _, last in last }
        return try await database.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                INSERT INTO questions AS q (question_text, content_hash, category, subcategory, difficulty_level,
                    compatible_roles, required_skills, industry_tags, strong_answer, question_metadata, source)
                SELECT question_text, decode(content_hash, 'hex'), category, subcategory, difficulty_level,
                    compatible_roles, required_skills, industry_tags, strong_answer, question_metadata::jsonb,
                    \(source.rawValue)
                FROM jsonb_to_recordset(\(json)) AS r (question_text text, content_hash text, category text,
                    subcategory text, difficulty_level text, compatible_roles text[], required_skills text[],
                    industry_tags text[], strong_answer text, question_metadata text)
                ON CONFLICT (content_hash) DO UPDATE SET question_text = EXCLUDED.question_text,
                    category = EXCLUDED.category, subcategory = EXCLUDED.subcategory,
                    difficulty_level = EXCLUDED.difficulty_level, compatible_roles = EXCLUDED.compatible_roles,
                    required_skills = EXCLUDED.required_skills, industry_tags = EXCLUDED.industry_tags,
                    strong_answer = EXCLUDED.strong_answer, question_metadata = EXCLUDED.question_metadata,
                    source = EXCLUDED.source, updated_at = now()
                RETURNING id, encode(content_hash, 'hex') AS hash, xmax = 0 AS is_new
                """)
            var counts = Counts()
            var ids: [UUID] = []
            var ordered: [StoredVector] = []
            for row in rows {
                if try row.decode("is_new", as: Bool.self) { counts.inserted += 1 } else { counts.updated += 1 }
                ids.append(try row.decode("id", as: UUID.self))
                guard let vector = vectorByHash[try row.decode("hash", as: String.self)] else {
                    preconditionFailure("every stored row came from a record")
                }
                ordered.append(vector)
            }
            try await vectors.upsert(ordered, of: ids, in: transaction)
            return (counts, try await ChangeLog.append(ids, to: .questions, in: transaction))
        }
    }

    /// Metadata is compared as JSON, because the database rewrites its white space and key order.
    private func sameContent(_ stored: QuestionDraft, _ draft: QuestionDraft) -> Bool {
        stored.questionText == draft.questionText && stored.category == draft.category
            && stored.subcategory == draft.subcategory && stored.difficulty == draft.difficulty
            && stored.compatibleRoles == draft.compatibleRoles && stored.requiredSkills == draft.requiredSkills
            && stored.industryTags == draft.industryTags && stored.strongAnswer == draft.strongAnswer
            && stored.metadata.isSameJSON(as: draft.metadata)
    }

    /// A draft as a record of the JSON array that the statement unfolds; its names become those of the columns.
    private struct Record: Encodable {
        let questionText: String
        let contentHash: String
        let category: String
        let subcategory: String?
        let difficultyLevel: String
        let compatibleRoles: [String]
        let requiredSkills: [String]
        let industryTags: [String]
        let strongAnswer: String?
        let questionMetadata: String

        init(_ draft: QuestionDraft) throws {
            questionText = draft.questionText
            contentHash = draft.contentHash.hex
            category = draft.category
            subcategory = draft.subcategory
            difficultyLevel = draft.difficulty.rawValue
            compatibleRoles = draft.compatibleRoles
            requiredSkills = draft.requiredSkills
            industryTags = draft.industryTags
            strongAnswer = draft.strongAnswer
            questionMetadata = draft.metadata.text
        }
    }
}

extension JSONText {
    /// Whether both hold the same JSON value, whatever the order of keys and the white space.
    func isSameJSON(as other: JSONText) -> Bool {
        if text == other.text { return true }
        do {
            let left = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            let right = try JSONSerialization.jsonObject(with: Data(other.text.utf8), options: .fragmentsAllowed)
            return (left as? NSObject) == (right as? NSObject)
        } catch {
            // One of them is no JSON: they differ, and storing it reports the reason.
            return false
        }
    }
}

extension [UInt8] {
    /// Two lower-case hexadecimal digits a byte.
    var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
