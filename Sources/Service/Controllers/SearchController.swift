import Catalog
import Foundation
import Hummingbird
import Recommend

/// `/api/v1/vector/search`: questions, job descriptions and answers, by meaning.
struct SearchController: Sendable {
    private static let queryLengthMax = 10_000

    let questions: PerGeneration<QuestionSearch>
    let jobs: PerGeneration<JobSearch>
    let answers: PerGeneration<AnswerSearch>
    let publicRead: Bool
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.post("questions", use: searchQuestions)
        group.post("job-descriptions", use: searchJobs)
        group.post("answers", use: searchAnswers)
        group.post("similar", use: similar)
        group.get("quick", use: quick)
    }

    @Sendable private func searchQuestions(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let query: String
            let filters: [String: JSONValue]?
            let limit: Int?
            let strict: Bool?
        }
        try context.requireReader(publicRead: publicRead)
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let (query, limit) = try Self.checked(body.query, "query", body.limit, limitMax: 100)
        return try await answerQuestions(query, filters: body.filters, strict: body.strict ?? false, limit: limit)
    }

    @Sendable private func searchJobs(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let query: String
            let role: String?
            let limit: Int?
        }
        try context.requireReader(publicRead: publicRead)
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let (query, limit) = try Self.checked(body.query, "query", body.limit, limitMax: 100)
        var check = FieldCheck()
        let role = check.text(body.role, "role", in: 1...200)
        try check.finish()
        return try await answerJobs(query, role: role, limit: limit, context)
    }

    @Sendable private func similar(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let content: String
            let contentType: String?
            let filters: [String: JSONValue]?
            let limit: Int?
        }
        try context.requireReader(publicRead: publicRead)
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let (content, limit) = try Self.checked(body.content, "content", body.limit, limitMax: 100)
        switch try Self.collection(body.contentType) {
        case .jobDescriptions: return try await answerJobs(content, role: nil, limit: limit, context)
        case .answers: return try await answerAnswers(content, limit: limit, context)
        default: return try await answerQuestions(content, filters: body.filters, strict: false, limit: limit)
        }
    }

    @Sendable private func quick(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireReader(publicRead: publicRead)
        var parameters = QueryParameters(request)
        let query = parameters.requiredText("query", lengthMax: Self.queryLengthMax)
        let contentType = parameters.text("content_type", lengthMax: 100)
        let limit = parameters.integer("limit", default: 10, in: 1...50)
        try parameters.finish()
        let collection = try Self.collection(contentType)
        let start = ContinuousClock.now
        if collection == .jobDescriptions {
            let answer = try await jobs.current.run(query, role: nil, viewer: context.viewer, limit: limit)
            var body = SearchBody(answer, query: query, since: start, JobResult.init)
            body.contentType = collection.rawValue
            return try JSONBody.response(body)
        }
        if collection == .answers {
            return try await answerAnswers(query, limit: limit, contentType: collection.rawValue, context)
        }
        let answer = try await questions.current.run(query, filter: nil, minScore: nil, limit: limit)
        var body = SearchBody(answer, query: query, since: start, QuestionResult<NoExtra>.init)
        body.contentType = collection.rawValue
        return try JSONBody.response(body)
    }

    /// The caller's own answers; an administrator finds everybody's. Reading them is never public.
    @Sendable private func searchAnswers(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let query: String
            let questionId: UUID?
            let sessionId: UUID?
            let minScore: Float?
            let limit: Int?
        }
        _ = try context.requireUser()
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let (query, limit) = try Self.checked(body.query, "query", body.limit, limitMax: 100)
        return try await answerAnswers(
            query, question: body.questionId, session: body.sessionId, minScore: body.minScore, limit: limit, context)
    }

    // MARK: Answers

    private func answerQuestions(
        _ query: String, filters: [String: JSONValue]?, strict: Bool, limit: Int
    ) async throws -> Response {
        let wanted = try SearchFilters(filters ?? [:], strict: strict)
        let start = ContinuousClock.now
        let answer = try await questions.current.run(
            query, filter: wanted.filter, minScore: wanted.minScore, limit: limit)
        var body = SearchBody(answer, query: query, since: start, QuestionResult<NoExtra>.init)
        body.filters = filters
        body.ignoredFilters = wanted.ignored.isEmpty ? nil : wanted.ignored
        return try JSONBody.response(body)
    }

    private func answerJobs(
        _ query: String, role: String?, limit: Int, _ context: APIContext
    ) async throws -> Response {
        let start = ContinuousClock.now
        let answer = try await jobs.current.run(query, role: role, viewer: context.viewer, limit: limit)
        var body = SearchBody(answer, query: query, since: start, JobResult.init)
        body.filters = ["role": role.map(JSONValue.string) ?? .null]
        return try JSONBody.response(body)
    }

    private func answerAnswers(
        _ query: String, question: UUID? = nil, session: UUID? = nil, minScore: Float? = nil, limit: Int,
        contentType: String? = nil, _ context: APIContext
    ) async throws -> Response {
        let identity = try context.requireUser()
        let start = ContinuousClock.now
        let answer = try await answers.current.run(
            query, of: identity.isAdmin ? nil : identity.userID, question: question, session: session,
            minScore: minScore, limit: limit)
        var body = SearchBody(answer, query: query, since: start, AnswerResult.init)
        body.contentType = contentType
        return try JSONBody.response(body)
    }

    // MARK: What is asked

    private static func checked(
        _ text: String, _ field: String, _ limit: Int?, limitMax: Int
    ) throws -> (text: String, limit: Int) {
        var check = FieldCheck()
        let text: String = check.text(text, field, in: 1...queryLengthMax)
        let limit = check.number(limit ?? 10, "limit", in: 1...limitMax)
        try check.finish()
        return (text, limit)
    }

    private static func collection(_ contentType: String?) throws -> CollectionName {
        switch contentType ?? CollectionName.questions.rawValue {
        case CollectionName.questions.rawValue: return .questions
        case CollectionName.jobDescriptions.rawValue: return .jobDescriptions
        case CollectionName.answers.rawValue: return .answers
        case let other:
            throw APIError.badRequest("Unsupported content type: \(other)", code: "unsupported_content_type")
        }
    }
}

extension APIContext {
    /// Whose job descriptions the caller finds.
    var viewer: JobSearch.Viewer {
        guard let identity else { return .nobody }
        return identity.isAdmin ? .everything : .person(identity.userID)
    }
}
