import Catalog
import Foundation
import Storage
import VectorCollections

/// Gives the engine the questions of PostgreSQL and their change log.
struct QuestionChangeSource: ChangeSource {
    private let log: ChangeLog
    private let feed: QuestionFeed
    private let signal: ChangeSignal

    init(database: Database, modelID: Int, signal: ChangeSignal) {
        log = ChangeLog(database: database)
        feed = QuestionFeed(database: database, modelID: modelID)
        self.signal = signal
    }

    func head() async throws -> Position { Position(try await log.head(of: .questions)) }

    func load(after cursor: UUID?, limit: Int) async throws -> LoadPage {
        // The position is read before the rows: what changes meanwhile is read again from the log, which is harmless.
        let position = Position(try await log.head(of: .questions))
        let page = try await feed.page(after: cursor, limit: limit)
        return LoadPage(
            points: page.map(\.point), nextCursor: page.count < limit ? nil : page.last?.question.id, position: position
        )
    }

    /// Several changes of one question become one, of its present state, at the position of the last.
    func changes(after position: Position, limit: Int) async throws -> [Change] {
        let logged = try await log.changes(of: .questions, after: position.rawValue, limit: limit)
        var last: [UUID: Int64] = [:]
        for change in logged { last[change.item] = change.position }
        let present = try await feed.present(Array(last.keys))
        let points = Dictionary(uniqueKeysWithValues: present.map { ($0.question.id, $0.point) })
        return last.sorted { $0.value < $1.value }.map { id, position in
            let operation = points[id].map(Change.Operation.upsert) ?? .delete
            return Change(position: Position(position), id: id, operation: operation)
        }
    }

    func waitForChange(timeoutSeconds: Double) async throws {
        try await signal.wait(for: .questions, timeoutSeconds: timeoutSeconds)
    }
}

extension IndexedQuestion {
    /// The question as the engine holds it.
    fileprivate var point: Point {
        let draft = question.draft
        var payload: [String: PayloadValue] = [
            "question_id": .uuid(question.id), "text": .text(draft.questionText), "category": .keyword(draft.category),
            "difficulty": .keyword(draft.difficulty.rawValue), "roles": .keywords(draft.compatibleRoles),
            "skills": .keywords(draft.requiredSkills), "industries": .keywords(draft.industryTags),
            "created_at": .datetime(question.createdAt), "source": .keyword(question.source.rawValue),
            "status": .keyword(question.status.rawValue), "usage_count": .integer(Int64(question.usageCount)),
        ]
        payload["subcategory"] = draft.subcategory.map(PayloadValue.keyword)
        payload["average_score"] = question.averageScore.map(PayloadValue.float)
        payload["success_rate"] = question.successRate.map(PayloadValue.float)
        return Point(id: question.id, vector: vector, payload: payload)
    }
}
