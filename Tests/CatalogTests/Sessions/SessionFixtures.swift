import Catalog
import Foundation
import Storage
import Testing

/// People with sessions over a small bank, for tests.
struct SessionFixtures {
    let database: Database
    let answers: AnswerStore
    let sessions: SessionStore
    /// Questions of the bank, with skills and levels that differ.
    let bank: [Question]

    init(_ database: Database, questions count: Int = 4, learning: AnswerLearning = .none) async throws {
        self.database = database
        answers = AnswerStore(database: database, learning: learning)
        sessions = SessionStore(database: database, answers: answers)
        var bank: [Question] = []
        for number in 0..<count {
            let draft = try Fixtures.draft(
                "Question number \(number)?", category: number.isMultiple(of: 2) ? "technical" : "behavioral",
                difficulty: Difficulty.allCases[number % 3].rawValue, skills: ["SQL", "Skill \(number % 2)"])
            bank.append(try await QuestionStore(database: database).create(draft, vector: nil).0)
        }
        self.bank = bank
    }

    func person(_ name: String) async throws -> UUID { try await Fixtures.user(database, "\(name)@example.org") }

    /// A session with all questions of the bank.
    func session(of person: UUID, mode: String = "practice") async throws -> (Session, [SessionQuestion]) {
        let draft = try SessionDraft(mode: mode, role: "Data Engineer")
        let session = try await sessions.create(
            draft, of: person, source: .role,
            questions: bank.map { SessionStore.Chosen(question: $0.id, reason: "because") })
        return (session, try await sessions.questions(of: session.id))
    }

    @discardableResult
    func answer(
        _ question: SessionQuestion, of person: UUID, score: Double? = nil, text: String = "An answer.",
        key: String? = nil, answeredAt: Date? = nil
    ) async throws -> AnswerStore.Written {
        let draft = try AnswerDraft(text: text, score: try score.map { try AnswerScore($0) }, answeredAt: answeredAt)
        return try await answers.record(
            try AnswerRequest(person: person, question: question.id, draft: draft, key: key), vector: nil)
    }

    /// Runs `body` while another transaction has deleted a question and not ended yet: whoever needs the row waits for it.
    func whileDeleting(_ question: UUID, _ body: @Sendable () async throws -> Void) async throws {
        let isDeleted = AsyncStream.makeStream(of: Void.self)
        async let done: Void = {
            for await _ in isDeleted.stream { break }
            try await body()
        }()
        try await database.withTransaction { transaction in
            try await transaction.query("DELETE FROM questions WHERE id = \(question)")
            isDeleted.continuation.yield()
            try await Task.sleep(for: .milliseconds(300))
        }
        try await done
    }

    /// Every figure agrees with a recount.
    func expectNoDrift(_ location: SourceLocation = #_sourceLocation) async throws {
        for report in try await FigureRecount(database: database).run(repairs: false) {
            #expect(report.differing == 0, "\(report)", sourceLocation: location)
        }
    }
}
