import Catalog
import Foundation

/// A question that a search found, as callers see it.
struct FoundQuestionBody: Encodable {
    let question: QuestionBody
    /// Cosine; the score of BM25 where the search is degraded.
    let score: Double
}

/// What a bulk import or update came to.
struct BulkWriteBody: Encodable {
    struct RowBody: Encodable {
        struct Issue: Encodable {
            let type: String
            let loc: [String]
            let msg: String
            let input: String?
        }

        /// Counted from 1.
        let row: Int
        /// `created`, `updated`, `not_found`, `duplicate` or `failed`.
        let status: String
        let id: String?
        let indexed: Bool?
        let nearDuplicates: [String]?
        let errors: [Issue]?
    }

    let total: Int
    let created: Int
    let updated: Int
    let notFound: Int
    let duplicates: Int
    let failed: Int
    let rows: [RowBody]

    init(_ done: [BulkWrite.Row]) {
        rows = done.map { row in
            switch row.outcome {
            case .created(let id, let isIndexed, let twins):
                RowBody(
                    row: row.number, status: "created", id: id.uuidString.lowercased(), indexed: isIndexed,
                    nearDuplicates: twins.map { $0.uuidString.lowercased() }, errors: nil)
            case .updated(let id, let isIndexed):
                RowBody(
                    row: row.number, status: "updated", id: id.uuidString.lowercased(), indexed: isIndexed,
                    nearDuplicates: nil, errors: nil)
            case .missing(let id):
                RowBody(
                    row: row.number, status: "not_found", id: id.uuidString.lowercased(), indexed: nil,
                    nearDuplicates: nil, errors: nil)
            case .duplicate:
                RowBody(
                    row: row.number, status: "duplicate", id: nil, indexed: nil, nearDuplicates: nil, errors: nil)
            case .failed(let issues):
                RowBody(
                    row: row.number, status: "failed", id: nil, indexed: nil, nearDuplicates: nil,
                    errors: issues.map {
                        RowBody.Issue(type: $0.type, loc: $0.field, msg: $0.message, input: $0.input)
                    })
            }
        }
        total = done.count
        let counts = Dictionary(rows.map { ($0.status, 1) }, uniquingKeysWith: +)
        created = counts["created"] ?? 0
        updated = counts["updated"] ?? 0
        notFound = counts["not_found"] ?? 0
        duplicates = counts["duplicate"] ?? 0
        failed = counts["failed"] ?? 0
    }
}

/// Active questions of one category and level, as callers see them.
struct BankGroupBody: Encodable {
    let category: String
    let difficultyLevel: String
    let questions: Int
    let unused: Int
    let answers: Int
    let averageScore: Double?
    let successRate: Double?

    init(_ group: QuestionAnalytics.Group) {
        category = group.category
        difficultyLevel = group.difficulty.rawValue
        questions = group.questions
        unused = group.unused
        answers = group.answers
        averageScore = group.averageScore
        successRate = group.successRate
    }
}

/// The bank in a few figures.
struct BankOverviewBody: Encodable {
    let active: Int
    let archived: Int
    let unused: Int
    let answers: Int
    let averageScore: Double?
    let successRate: Double?
    let byCategory: [String: Int]
    let byDifficulty: [String: Int]

    init(_ groups: [QuestionAnalytics.Group], archived: Int) {
        self.archived = archived
        active = groups.reduce(0) { $0 + $1.questions }
        unused = groups.reduce(0) { $0 + $1.unused }
        answers = groups.reduce(0) { $0 + $1.answers }
        let scored = groups.reduce(0) { $0 + $1.scored }
        let mean = { (figure: (QuestionAnalytics.Group) -> Double?) -> Double? in
            scored == 0 ? nil : groups.reduce(0) { $0 + Double($1.scored) * (figure($1) ?? 0) } / Double(scored)
        }
        averageScore = mean { $0.averageScore }
        successRate = mean { $0.successRate }
        byCategory = Dictionary(groups.map { ($0.category, $0.questions) }, uniquingKeysWith: +)
        byDifficulty = Dictionary(groups.map { ($0.difficulty.rawValue, $0.questions) }, uniquingKeysWith: +)
    }
}
