import Catalog
import Foundation
import Learner
import Logging
import Recommend
import Storage
import TestSupport
import Testing

@testable import greenroom

/// People who answer questions of a small bank, with the learner following.
struct LearnerFixtures {
    let database: Database
    let learner: LearnerService
    let answers: AnswerStore
    let sessions: SessionStore
    let bank: [Question]

    static let skills = ["SQL", "Python", "Communication"]

    static func learner(_ database: Database, name: String? = nil) async throws -> LearnerService {
        var coefficients = try LearnerCoefficients.shipped()
        if let name { coefficients.name = name }
        let vocabulary = try SkillsVocabulary(
            contentsOf: TestFiles.repository.appending(path: "data/skills.jsonl"))
        let learner = try LearnerService(
            database: database, vocabulary: vocabulary, coefficients: coefficients, logger: TestDatabase.silentLogger)
        try await learner.start()
        return learner
    }

    init(_ database: Database, questions count: Int = 6) async throws {
        self.database = database
        var bank: [Question] = []
        for number in 0..<count {
            let draft = try QuestionDraft(
                questionText: "Question number \(number)?", category: "technical",
                difficulty: Difficulty.allCases[number % 3].rawValue, compatibleRoles: ["data_engineer"],
                requiredSkills: number == 0 ? [] : [Self.skills[number % 3]])
            bank.append(try await QuestionStore(database: database).create(draft, vector: nil).0)
        }
        self.bank = bank
        learner = try await Self.learner(database)
        answers = AnswerStore(database: database, learning: learner.learning)
        sessions = SessionStore(database: database, answers: answers)
    }

    /// What another instance of the service has of its own.
    func other() async throws -> (LearnerService, AnswerStore) {
        let learner = try await Self.learner(database)
        return (learner, AnswerStore(database: database, learning: learner.learning))
    }

    func person(_ name: String) async throws -> UUID {
        try await UserStore(database: database).create(
            email: try EmailAddress("\(name)@example.org"), name: name, passwordHash: "x"
        ).id
    }

    func questions(of person: UUID) async throws -> [SessionQuestion] {
        let session = try await sessions.create(
            try SessionDraft(mode: "practice", role: "Data Engineer"), of: person, source: .role,
            questions: bank.map { SessionStore.Chosen(question: $0.id, reason: nil) })
        return try await sessions.questions(of: session.id)
    }

    @discardableResult
    func answer(
        _ question: SessionQuestion, of person: UUID, score: Double?, at time: Date? = nil, by store: AnswerStore? = nil
    ) async throws -> Answer {
        let draft = try AnswerDraft(
            text: "An answer.", score: try score.map { try AnswerScore($0) }, answeredAt: time)
        return try await (store ?? answers).record(
            try AnswerRequest(person: person, question: question.id, draft: draft, key: nil), vector: nil
        ).answer
    }

    /// What is kept of a person.
    func kept(_ person: UUID) async throws -> LearnerPerson? {
        try await database.withTransaction { try await LearnerPerson.find(person, in: $0) }
    }

    func expectNoDrift(_ location: SourceLocation = #_sourceLocation) async throws {
        for report in try await FigureRecount(database: database).run(repairs: false) {
            #expect(report.differing == 0, "\(report)", sourceLocation: location)
        }
    }
}
