import Catalog
import Foundation
import Hummingbird

/// `/api/v1/sessions`: interviews and practice runs.
struct SessionController: Sendable {
    static let limitMax = 100
    static let offsetMax = 1_000_000
    private static let countRange = 1...20
    private static let countDefault = 5
    /// A post in a URL; a longer one is sent to make a session.
    private static let previewPostLengthMax = 10_000

    let sessions: SessionStore
    let scenarios: ScenarioStore
    let choice: SessionChoice
    let intake: ItemIntake
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.post(use: create)
        group.get(use: list)
        group.get("preview", use: preview)
        group.get("scenarios", use: listScenarios)
        group.get("{id}", use: show)
        group.delete("{id}", use: delete)
        group.patch("{id}/status", use: setStatus)
        group.post("{id}/questions", use: addQuestions)
        group.get("{id}/questions", use: listQuestions)
        group.delete("{id}/questions/{session_question_id}", use: removeQuestion)
    }

    // MARK: Sessions

    @Sendable private func create(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let mode: String
            let role: String
            let scenarioId: String?
            let jobTitle: String?
            let jobDescription: String?
            let difficulty: String?
            let count: Int?
        }
        let identity = try context.requireUser()
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let draft = try SessionDraft(
            mode: body.mode, role: body.role, jobTitle: body.jobTitle, jobDescription: body.jobDescription,
            scenarioID: body.scenarioId)
        let asked = try await asked(draft, difficulty: body.difficulty, count: body.count)
        let chosen = try await choice.choose(asked, for: identity.userID)
        let session = try await sessions.create(
            draft, of: identity.userID, source: chosen.source,
            questions: chosen.questions.map { SessionStore.Chosen(question: $0.candidate.id, reason: $0.reason) })
        return try JSONBody.response(
            SessionBody(session, questions: try await sessions.questions(of: session.id)), status: .created)
    }

    /// What a session would ask; nothing is stored.
    @Sendable private func preview(_ request: Request, context: APIContext) async throws -> Response {
        let identity = try context.requireUser()
        var parameters = QueryParameters(request)
        let mode = parameters.text("mode", lengthMax: 20) ?? Session.Mode.practice.rawValue
        let role = parameters.requiredText("role", lengthMax: 200)
        let scenario = parameters.text("scenario_id", lengthMax: 100)
        let title = parameters.text("job_title", lengthMax: 200)
        let post = parameters.text("job_description", lengthMax: Self.previewPostLengthMax)
        let difficulty: Difficulty? = parameters.choice("difficulty", or: "difficulty")
        let count = parameters.integer("count", default: Self.countDefault, in: Self.countRange)
        try parameters.finish()
        let draft = try SessionDraft(
            mode: mode, role: role, jobTitle: title, jobDescription: post, scenarioID: scenario)
        let asked = try await asked(draft, difficulty: difficulty?.rawValue, count: count)
        struct Answer: Encodable {
            let mode: String
            let role: String
            let scenarioId: String?
            let questionSource: String
            let totalQuestions: Int
            let questions: [ChosenQuestionBody]
        }
        let chosen = try await choice.choose(asked, for: identity.userID)
        return try JSONBody.response(
            Answer(
                mode: draft.mode.rawValue, role: draft.role, scenarioId: draft.scenarioID,
                questionSource: chosen.source.rawValue, totalQuestions: chosen.questions.count,
                questions: chosen.questions.enumerated().map { ChosenQuestionBody($1, order: $0 + 1) }))
    }

    @Sendable private func list(_ request: Request, context: APIContext) async throws -> Response {
        let identity = try context.requireUser()
        return try JSONBody.response(try await SessionListBody(request, sessions, of: identity.userID))
    }

    @Sendable private func listScenarios(_ request: Request, context: APIContext) async throws -> Response {
        _ = try context.requireUser()
        struct Body: Encodable {
            let scenarios: [ScenarioBody]
            let total: Int
        }
        let all = try await scenarios.all()
        return try JSONBody.response(Body(scenarios: all.map(ScenarioBody.init), total: all.count))
    }

    @Sendable private func show(_ request: Request, context: APIContext) async throws -> Response {
        let session = try await session(context)
        return try JSONBody.response(SessionBody(session, questions: try await sessions.questions(of: session.id)))
    }

    @Sendable private func setStatus(_ request: Request, context: APIContext) async throws -> Response {
        let session = try await session(context)
        var parameters = QueryParameters(request)
        let wanted = parameters.requiredText("status", lengthMax: 20)
        try parameters.finish()
        var check = FieldCheck()
        let status: Session.Status? = check.choice(wanted, "status")
        guard let status else { throw APIError.invalid(check.issues, in: "query") }
        return try JSONBody.response(
            SessionBody(try await sessions.setStatus(status, of: session.id, person: session.userID)))
    }

    @Sendable private func delete(_ request: Request, context: APIContext) async throws -> Response {
        let session = try await session(context)
        let (found, position) = try await sessions.delete(session.id, of: session.userID)
        guard found else { throw APIError.notFound("Session") }
        return try await gone(position)
    }

    // MARK: Their questions

    /// Questions of the person's own, which are nobody else's.
    @Sendable private func addQuestions(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable { let questions: [String] }
        let session = try await session(context)
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        var check = FieldCheck()
        _ = check.number(body.questions.count, "questions", in: Self.countRange)
        var texts: [String] = []
        for (place, text) in body.questions.prefix(Self.countRange.upperBound).enumerated() {
            texts.append(check.text(text, "questions.\(place)", in: SessionQuestion.ownTextLength))
        }
        try check.finish()
        let added = try await sessions.add(texts, to: session.id, of: session.userID)
        return try JSONBody.response(SessionQuestionsBody(added), status: .created)
    }

    @Sendable private func listQuestions(_ request: Request, context: APIContext) async throws -> Response {
        let session = try await session(context)
        return try JSONBody.response(SessionQuestionsBody(try await sessions.questions(of: session.id)))
    }

    @Sendable private func removeQuestion(_ request: Request, context: APIContext) async throws -> Response {
        let session = try await session(context)
        let (found, position) = try await sessions.remove(
            try context.pathID("session_question_id"), from: session.id, of: session.userID)
        guard found else { throw APIError.notFound("Question") }
        return try await gone(position)
    }

    // MARK: Parts

    /// The session in the path, if it is the caller's.
    private func session(_ context: APIContext) async throws -> Session {
        let identity = try context.requireUser()
        guard let session = try await sessions.find(try context.pathID(), for: identity.scope) else {
            throw APIError.notFound("Session")
        }
        try context.requireOwner(session.userID, of: "Session")
        return session
    }

    private func asked(_ draft: SessionDraft, difficulty: String?, count: Int?) async throws -> SessionChoice.Asked {
        var check = FieldCheck()
        let level: Difficulty? = difficulty.flatMap { check.choice($0, "difficulty") }
        var scenario: Scenario?
        if let id = draft.scenarioID {
            scenario = try await scenarios.find(id)
            if scenario == nil {
                let message = "There is no such scenario: GET /api/v1/sessions/scenarios lists them"
                check.add(FieldIssue(type: "unknown", field: "scenario_id", message: message, input: id))
            }
        }
        let questions = check.number(
            count ?? scenario?.questionCount ?? Self.countDefault, "count", in: Self.countRange)
        try check.finish()
        return SessionChoice.Asked(draft: draft, scenario: scenario, difficulty: level, count: questions)
    }

    private func gone(_ position: Int64?) async throws -> Response {
        guard let position else { return Response(status: .noContent) }
        _ = try await intake.waitUntilIndexed(.answers, position)
        return Response(status: .noContent).at(position, .answers)
    }
}

extension Identity {
    /// Whose rows the caller may see.
    var scope: PersonScope { isAdmin ? .everybody : .person(userID) }
}
