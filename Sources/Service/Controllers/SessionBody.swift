import Catalog
import Foundation
import Hummingbird
import Learner

/// A session, as callers see it.
struct SessionBody: Encodable {
    let id: String
    let userId: String
    let mode: String
    let role: String
    let jobTitle: String?
    let jobDescription: String?
    let scenarioId: String?
    let questionSource: String
    let status: String
    let totalQuestions: Int
    let completedQuestions: Int
    let answerCount: Int
    let averageScore: Double?
    let createdAt: Date
    let updatedAt: Date?
    let questions: [SessionQuestionBody]?

    init(_ session: Session, questions: [SessionQuestion]? = nil) {
        id = session.id.uuidString.lowercased()
        userId = session.userID.uuidString.lowercased()
        mode = session.draft.mode.rawValue
        role = session.draft.role
        jobTitle = session.draft.jobTitle
        jobDescription = session.draft.jobDescription
        scenarioId = session.draft.scenarioID
        questionSource = session.questionSource.rawValue
        status = session.status.rawValue
        totalQuestions = session.totalQuestions
        completedQuestions = session.completedQuestions
        answerCount = session.answerCount
        averageScore = session.averageScore
        createdAt = session.createdAt
        updatedAt = session.updatedAt
        self.questions = questions?.map(SessionQuestionBody.init)
    }
}

/// A page of a person's sessions.
struct SessionListBody: Encodable {
    let sessions: [SessionBody]
    let total: Int
    let limit: Int
    let offset: Int

    /// Reads the page that a request's query asks for.
    init(_ request: Request, _ store: SessionStore, of person: UUID) async throws {
        var parameters = QueryParameters(request)
        limit = parameters.integer("limit", default: 20, in: 1...SessionController.limitMax)
        offset = parameters.integer("offset", default: 0, in: 0...SessionController.offsetMax)
        try parameters.finish()
        let (page, total) = try await store.list(of: person, limit: limit, offset: offset)
        sessions = page.map { SessionBody($0) }
        self.total = total
    }
}

/// A question of a session, as callers see it.
struct SessionQuestionBody: Encodable {
    let id: String
    let sessionId: String
    /// Of the bank; left out for the person's own.
    let questionId: String?
    let questionText: String
    let questionOrder: Int
    let source: String
    let category: String?
    let difficultyLevel: String?
    let requiredSkills: [String]
    let reason: String?
    let answerCount: Int
    let createdAt: Date

    init(_ question: SessionQuestion) {
        id = question.id.uuidString.lowercased()
        sessionId = question.sessionID.uuidString.lowercased()
        questionId = question.questionID?.uuidString.lowercased()
        questionText = question.text
        questionOrder = question.order
        source = question.questionID == nil ? "own" : "bank"
        category = question.category
        difficultyLevel = question.difficulty?.rawValue
        requiredSkills = question.skills
        reason = question.reason
        answerCount = question.answerCount
        createdAt = question.createdAt
    }
}

struct SessionQuestionsBody: Encodable {
    let questions: [SessionQuestionBody]
    let total: Int

    init(_ questions: [SessionQuestion]) {
        self.questions = questions.map(SessionQuestionBody.init)
        total = questions.count
    }
}

/// A question that a session would ask.
struct ChosenQuestionBody: Encodable {
    let questionId: String
    let questionText: String
    let questionOrder: Int
    let category: String
    let difficultyLevel: String
    let requiredSkills: [String]
    let reason: String
    /// The probability of a good answer by this person, and an interval of about 90 % for it.
    let expected: Double?
    let expectedLower: Double?
    let expectedUpper: Double?

    init(_ chosen: SessionChoice.Chosen.Question, order: Int) {
        questionId = chosen.candidate.id.uuidString.lowercased()
        questionText = chosen.candidate.text
        questionOrder = order
        category = chosen.candidate.category
        difficultyLevel = chosen.candidate.difficulty.rawValue
        requiredSkills = chosen.candidate.skills
        reason = chosen.reason
        expected = chosen.expected.map { Double($0.good.probability) }
        expectedLower = chosen.expected.map { Double($0.good.lower) }
        expectedUpper = chosen.expected.map { Double($0.good.upper) }
    }
}

/// A scenario, as callers see it.
struct ScenarioBody: Encodable {
    let id: String
    let title: String
    let description: String
    let role: String
    let difficultyLevel: String
    let focusSkills: [String]
    let questionCount: Int

    init(_ scenario: Scenario) {
        id = scenario.id
        title = scenario.title
        description = scenario.description
        role = scenario.role
        difficultyLevel = scenario.difficulty.rawValue
        focusSkills = scenario.focusSkills
        questionCount = scenario.questionCount
    }
}
