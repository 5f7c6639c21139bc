import Foundation
import Recommend

/// A question found or suggested, as callers see it. Its fields stand twice, on top and in `metadata`, because older
/// clients look there; `metadata` may hold more.
struct QuestionResult<Extra: Encodable & Sendable>: Encodable, Sendable {
    private struct Fields: Encodable {
        let difficulty: String
        let category: String
        let subcategory: String?
        let role: String?
        let roles: [String]
        let skills: [String]
        let questionId: String
    }

    /// What `metadata` holds beside the fields.
    private struct Metadata: Encodable {
        let fields: Fields
        let extra: Extra

        func encode(to encoder: any Encoder) throws {
            try fields.encode(to: encoder)
            try extra.encode(to: encoder)
        }
    }

    private enum CodingKeys: String, CodingKey { case id, score, text, metadata }

    let question: BankQuestion
    let score: Double
    let extra: Extra

    func encode(to encoder: any Encoder) throws {
        let id = question.id.uuidString.lowercased()
        let fields = Fields(
            difficulty: question.difficulty, category: question.category, subcategory: question.subcategory,
            role: question.roles.first, roles: question.roles, skills: question.skills, questionId: id)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(score, forKey: .score)
        try container.encode(question.text, forKey: .text)
        try container.encode(Metadata(fields: fields, extra: extra), forKey: .metadata)
        try fields.encode(to: encoder)
    }
}

/// For results whose metadata holds nothing beside the question's fields.
struct NoExtra: Encodable, Sendable {
    func encode(to encoder: any Encoder) throws {}
}
