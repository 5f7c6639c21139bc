import Foundation
import Recommend

/// The answer to a search, as callers see it.
struct SearchBody: Encodable {
    struct Result: Encodable {
        let id: String
        let score: Double
        let text: String
        let difficulty: String
        let category: String
        let subcategory: String?
        let role: String?
        let skills: [String]
        let questionId: String
        let metadata: Metadata
    }

    /// The question's fields again, because older clients look for them here.
    struct Metadata: Encodable {
        let difficulty: String
        let category: String
        let subcategory: String?
        let role: String?
        let roles: [String]
        let skills: [String]
        let questionId: String
    }

    let results: [Result]
    let total: Int
    let query: String
    let filters: [String: JSONValue]?
    let ignoredFilters: [String]?
    let tookMs: Double
}

extension SearchBody.Result {
    init(_ hit: QuestionIndex.Hit) {
        let question = hit.question
        id = question.id.uuidString.lowercased()
        score = hit.similarity
        text = question.text
        difficulty = question.difficulty
        category = question.category
        subcategory = question.subcategory
        role = question.roles.first
        skills = question.skills
        questionId = id
        metadata = SearchBody.Metadata(
            difficulty: question.difficulty, category: question.category, subcategory: question.subcategory,
            role: question.roles.first, roles: question.roles, skills: question.skills, questionId: id)
    }
}
